"""One person erased: nothing of what they said or were told is left in any table; of others, everything."""

import pytest

from leadhall.clients.edit import edit_client
from leadhall.clients.notes import add_note
from leadhall.core.errors import NotFound
from leadhall.core.ids import mint
from leadhall.inbound.received import NOBODYS, Received, keep
from leadhall.notify.profiles import Place, SmsProfile, set_profile
from leadhall.person.erase import erase_person
from leadhall.person.export import export_person
from leadhall.person.merge import merge_clients
from leadhall.search.index import index_some, mark_all
from tests.web.leads import send_lead

CANARY = "zebrafish"
NUMBER = "+14155550132"
LEFT_ON_PURPOSE = {"suppression"}
TEXT_TABLES = """
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'business_id'
     where c.relnamespace = 'leadhall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"""


async def rows_that_tell(owner, *words):
    """Table to how many of its rows hold one of the words, also within bytes."""
    found = {}
    for (table,) in await owner.fetch(TEXT_TABLES):
        rows = await owner.fetch(f"select t.* from {table} t")
        text = [repr(dict(row)) for row in rows]
        if many := sum(any(word in each for word in words) for each in text):
            found[table] = many
    return {table: many for table, many in found.items() if table not in LEFT_ON_PURPOSE}


@pytest.fixture
async def somebody(ask, world, at_desk, owner, services, worker_pool):  # noqa: PLR0917
    """A client of whom something stands in every table that can hold it; answers its uid."""
    token, business = world.first.token, world.first.id
    lead = await send_lead(
        ask, token, email=f"{CANARY}@example.com", last_name=CANARY, phone=NUMBER, unique_id=f"{CANARY}-1",
        opt_in="yes", consent_text=CANARY, tags=CANARY, request_data={"Budget": CANARY},
        headers={"idempotency-key": CANARY[::-1]},
    )  # fmt: skip
    await send_lead(ask, token, email=f"{CANARY}@example.com", first_name=f"{CANARY}s")
    other = await send_lead(ask, token, email=f"other.{CANARY}@example.com")
    uid = lead["uid"]
    async with at_desk() as desk:
        await edit_client(desk, uid, {"address": CANARY}, tags=[CANARY, f"{CANARY}s"])
        await add_note(desk.connection, business, uid, staff_uid=None, content=CANARY)
        await merge_clients(desk, uid, [other["uid"]])
    await owner.execute(
        """insert into delivery (business_id, uid, dedupe, kind, channel, recipient, recipient_key, lead_uid, payload)
           values ($1, 'd1', 'd1', 'auto_reply', 'email', $2, $2, $3, '{}'),
                  ($1, 'd2', 'd2', 'reply', 'sms', $4, $4, null, '{}'),
                  ($1, 'd3', 'd3', 'webhook', 'webhook', 'https://x.example', '', null,
                   jsonb_build_object('body', $2 || $5))""",
        business, f"{CANARY}@example.com", lead["conversation_uid"], NUMBER, uid,
    )  # fmt: skip
    await owner.execute(
        """insert into delivery_attempt (business_id, delivery_uid, n, outcome, answer)
           values ($1, 'd2', 1, 'never', $2)""",
        business,
        f"no such number {NUMBER}",
    )
    await owner.execute(
        """insert into captured (business_id, uid, channel, kind, sender, recipient, text, because)
           values ($1, 'k1', 'email', 'x', 'x', $2, $3, 'test')""",
        business,
        f"{CANARY}@Example.com",
        CANARY,
    )
    await owner.execute(
        """insert into inbound (business_id, uid, channel, dedupe, sender, recipient, fate, text)
           values ($1, 'i1', 'sms', 'x', $2, '+15005550006', 'held', $3)""",
        business,
        NUMBER,
        CANARY,
    )
    await owner.execute(
        """insert into staff_notification (business_id, uid, staff_uid, template_code_name, locale, params,
                                           delivery_channels, content, made_by)
           values ($1, 'n1', 's', 't', 'en', '{}', '{pane}', jsonb_build_object('text', $2::text), 'x')""",
        business,
        f"A word from {CANARY}@example.com",
    )
    await owner.execute(
        """insert into import_item (business_id, job_uid, n, state, client_uid, external_id, cells)
           values ($1, 'j1', 1, 'created', $2, $3, null),
                  ($1, 'j1', 2, 'failed', null, null, to_jsonb(array[$4::text]))""",
        business,
        uid,
        CANARY,
        f"{CANARY}@Example.com",
    )
    await owner.execute("insert into text_thread values ($1, '+15005550006', $2, 'v')", business, NUMBER)
    await ask.get(f"/platform/v1/clients?search_by=email&search_term={CANARY}@example.com", token=token)
    await ask.get("/platform/v1/clients", token=token)  # its answer, which is kept, tells of them among others
    await services.behind.flush()
    async with worker_pool.acquire() as connection:
        await mark_all(connection, business)
        await index_some(connection, most=100)
    return uid


@pytest.fixture
def erase(somebody, at_desk, key, world):
    async def erase(business=world.first, uid=somebody):
        async with at_desk(business) as desk:
            return await erase_person(desk.connection, desk.business_id, uid, key.mark, actor="somebody")

    return erase


async def test_nothing_of_a_person_is_left_in_any_table_and_they_may_come_again(somebody, erase, ask, owner, world):
    before = await rows_that_tell(owner, CANARY, NUMBER)
    assert {
        "client",
        "message",
        "lead",
        "request_log",
        "consent",
        "card_change",
        "delivery",
        "captured",
        "search_doc",
    } <= set(before)
    told = await erase()

    assert await rows_that_tell(owner, CANARY, NUMBER) == {}
    assert (told.clients, told.conversations, told.deliveries) == (2, 3, 3)
    assert await owner.fetchval("select actor from audit where act = 'client/erased' and subject = $1", somebody)
    later = await send_lead(ask, world.first.token, email=f"{CANARY}@example.com")
    assert (later["created"], later["uid"] != somebody) == (True, True)


async def test_of_others_everything_stays_also_of_who_has_the_same_number(erase, ask, owner, world):
    await send_lead(ask, world.first.token, email="partner@example.com", phone=NUMBER, last_name="Hummingbird")
    await send_lead(ask, world.second.token, email=f"{CANARY}@example.com", last_name="Hummingbird")
    before = await rows_that_tell(owner, "Hummingbird")
    await erase()

    assert await rows_that_tell(owner, "Hummingbird") == before


@pytest.fixture
def unplaced(owner):
    """Something that is nobody's comes from this address or number."""

    async def unplaced(sender, **more):
        came = {"channel": "sms", "recipient": "+15005550006", "reason": "shared_number", "text": CANARY}
        row = Received(business_id=NOBODYS, told_as=mint(), sender=sender, fate="held", **came | more)
        assert await keep(owner, row)

    return unplaced


async def left(owner):
    return [row["sender"] for row in await owner.fetch("select sender from inbound where business_id = 0 order by uid")]


async def test_what_came_from_them_and_is_nobodys_goes_too(erase, owner, unplaced):
    await unplaced(NUMBER)
    await unplaced(f"{CANARY.title()}@Example.com", channel="email", reason="unknown_address")
    await unplaced("+14155550199")
    await owner.execute("update inbound set settled_at = now() where sender = $1", NUMBER)
    await erase()

    assert await left(owner) == ["+14155550199"]


@pytest.fixture
async def known_to_rivals(ask, world):
    """The same person is a client of the outsider's; answers its uid."""
    return (await send_lead(ask, world.outsider.business.token, email=f"{CANARY}@example.com", phone=NUMBER))["uid"]


async def test_what_could_be_for_another_business_that_knows_them_stays_until_it_erases_them(
    erase, known_to_rivals, owner, world, unplaced
):
    await unplaced(NUMBER)
    await unplaced(f"{CANARY}@example.com", channel="email", reason="unknown_address")
    await erase()
    stayed = await left(owner)
    await erase(world.outsider.business, known_to_rivals)

    assert stayed == [NUMBER, f"{CANARY}@example.com"]
    assert await left(owner) == []


@pytest.mark.usefixtures("known_to_rivals")
async def test_of_a_directorys_own_texts_no_other_directory_is_asked(erase, owner, key, world, unplaced):
    for directory, number in ((world.directory, "+15005550006"), (world.outsider.directory, "+15005550009")):
        await set_profile(owner, key, Place(0, directory.id), SmsProfile(number=number))
        await unplaced(NUMBER, recipient=number, text=directory.uid)
    await erase()

    assert await owner.fetchval("select array_agg(text) from inbound where business_id = 0") == [
        world.outsider.directory.uid
    ]


async def test_the_function_that_forgets_keeps_to_its_scope(somebody, at_desk, owner, key, world):
    with pytest.raises(NotFound):
        async with at_desk(world.second) as desk:
            await erase_person(desk.connection, world.second.id, somebody, key.mark, actor="somebody")
    with pytest.raises(Exception, match="out of scope"):
        async with at_desk(world.second) as desk:
            await desk.connection.execute("select forget_client($1, $2)", world.first.id, [somebody])
    with pytest.raises(Exception, match="out of scope"):
        async with at_desk(world.second) as desk:
            await desk.connection.execute("select forget_nobodys($1, $2)", world.first.id, [NUMBER])

    assert "consent" in await rows_that_tell(owner, CANARY)


async def test_all_of_a_person_is_given_out_as_one_object(somebody, at_desk, key, world, owner):
    async with at_desk() as desk:
        told = await export_person(desk.connection, world.first.id, somebody, key.mark, actor="somebody")

    assert told["card"][0]["uid"] == somebody
    assert {each["kind"] for each in told["keys"]} == {"email", "unique_id"}
    assert [len(each["messages"]) for each in told["conversations"]] == [1, 1, 1]
    assert f"Budget: {CANARY}" in told["conversations"][0]["messages"][0]["text"]
    assert [each["kind"] for each in told["deliveries"]] == ["auto_reply", "reply", "webhook"]
    assert any(CANARY in (each["body"] or "") for each in told["requests"])
    assert (told["consents"][0]["wording"], told["notes"][0]["content"], len(told["came_in"])) == (CANARY, CANARY, 1)
    assert await owner.fetchval("select count(*) from audit where act = 'client/exported'") == 1
