"""What one batch does to the real database: find or create, fill, suggest, claim, log."""

import asyncio

import asyncpg
import msgspec
import pytest

from leadhall.core.errors import KeyReused
from leadhall.core.ids import mint
from leadhall.intake.facts import KeptAnswer, Receipt, lead_reply
from leadhall.intake.plan import Arrival, Claim, Refused, RequestRow, Sender
from leadhall.intake.write import InFlight, Row, write_batch
from tests.intake.drafts import a_lead


async def write(conn, *arrivals):
    return await write_batch(conn, arrivals, mint=mint)


async def one(conn, *arrivals):
    return (await write(conn, *arrivals))[-1]


async def card(owner, uid):
    return await owner.fetchrow("select * from client where uid = $1", uid)


async def count(owner, table):
    return await owner.fetchval(f"select count(*) from {table}")


async def test_two_leads_from_one_person_share_a_client(conn):
    first, second = await write(conn, a_lead(), a_lead(request_title="Gutter"))

    assert first.client_uid == second.client_uid
    assert first.conversation_uid != second.conversation_uid


async def test_only_the_first_of_a_fold_is_created(conn):
    receipts = await write(conn, *[a_lead(request_title=str(n)) for n in range(5)])

    assert [receipt.created for receipt in receipts] == [True, False, False, False, False]


async def test_messages_of_one_client_carry_a_gap_free_revision(conn, owner):
    for batch in range(3):
        await write(conn, *[a_lead(request_title=f"{batch} {n}") for n in range(4)])

    revisions = await owner.fetch("select revision from message order by revision")
    assert [row["revision"] for row in revisions] == list(range(1, 13))


async def test_a_lead_is_stored_whole_and_in_one_piece(conn, owner):
    receipt = await one(conn, a_lead(request_data={"Budget": "15,000"}, tags="web", opt_in="yes", source="Website"))

    stored = await owner.fetchrow(
        """select c.title, c.source, m.parts, l.contact, o.facts as outbox, r.body, k.key, s.value as consent
             from conversation c join message m on m.conversation_uid = c.uid join lead l on l.conversation_uid = c.uid
             join outbox o on o.uid = c.uid join request_log r on r.lead_uid = c.uid
             join client_key k on k.client_uid = c.client_uid join consent s on s.lead_uid = c.uid
            where c.uid = $1""",
        receipt.conversation_uid,
    )
    assert stored["parts"] == [{"kind": "request", "fields": [["Budget", "15,000"]]}]
    assert stored["contact"] == {"first_name": "Dana", "email": "dana@example.com"}
    assert stored["outbox"]["events"] == ["lead/created", "client/created", "conversation_item/created", "tag/add"]
    assert (stored["title"], stored["source"], stored["key"], stored["consent"]) == (
        "Kitchen",
        "Website",
        "dana@example.com",
        True,
    )
    assert b'"Budget":"15,000"' in stored["body"]


async def test_the_facts_that_are_told_are_those_that_are_stored(conn, owner):
    told = await write(
        conn,
        a_lead(tags="web", unique_id="crm-7"),
        a_lead(request_title="Gutter", address="Pier 1", opt_in="maybe"),
        a_lead(email="lee@example.com", unique_id="crm-7"),
        a_lead(email="kim@example.com", notifications="email"),
    )

    stored = dict(await owner.fetch("select conversation_uid, facts from lead"))
    assert [receipt.facts for receipt in told] == [stored[receipt.conversation_uid] for receipt in told]
    assert [receipt.facts.get("second_key") for receipt in told] == ["linked", None, "clash", None]


async def test_what_stands_on_a_card_never_changes_but_is_suggested(conn, owner):
    first = await one(conn, a_lead(last_name="Levi"))
    await write(conn, a_lead(last_name="Cohen", request_title="2"), a_lead(last_name="Cohen", request_title="3"))

    suggestion = await owner.fetchrow("select * from suggestion")
    assert (await card(owner, first.client_uid))["last_name"] == "Levi"
    assert (suggestion["field"], suggestion["value"], suggestion["times"]) == ("last_name", "Cohen", 2)


async def test_a_blank_is_filled_by_the_first_who_brings_it(conn, owner):
    first = await one(conn, a_lead())
    _, receipt, _ = await write(
        conn,
        *[a_lead(request_title=title, address=pier) for title, pier in (("2", None), ("3", "Pier 1"), ("4", "Pier 2"))],
    )

    assert (await card(owner, first.client_uid))["address"] == "Pier 1"
    assert receipt.facts["filled"] == ["address"]


async def test_a_customers_blanks_are_filled_only_by_a_token_that_may_write_clients(conn, owner):
    first = await one(conn, a_lead(status="customer"))
    await write(conn, a_lead(request_title="2", last_name="Levi"))
    await write(conn, a_lead(request_title="3", address="Pier 1", may_write=True))

    client = await card(owner, first.client_uid)
    assert (client["last_name"], client["address"]) == (None, "Pier 1")


async def test_a_card_that_a_person_edited_is_only_suggested_to(conn, owner):
    first = await one(conn, a_lead())
    await owner.execute("update client set edited_at = now()")
    receipt = await one(conn, a_lead(request_title="2", phone="+1 415 555 0132", tags="hot"))

    assert (await card(owner, first.client_uid))["phone"] is None
    assert receipt.facts["suggested"] == ["phone", "tags"]


async def test_the_same_phone_in_another_spelling_is_no_suggestion(conn):
    await write(conn, a_lead(phone="+1 (415) 555-0132"))
    receipt = await one(conn, a_lead(request_title="2", phone="415 555 0132"))

    assert receipt.facts["same"] == ["first_name", "phone"]


@pytest.mark.parametrize(
    ("was", "asked", "may_write", "becomes"),
    [
        ("lead", "customer", True, "customer"),
        ("lead", "customer", False, "lead"),
        ("loyal", "customer", True, "loyal"),
        ("inactive", "loyal", True, "inactive"),
        ("lead", "inactive", True, "lead"),
        ("lead", "loyal", True, "loyal"),
        ("lead", "lead", True, "lead"),
        ("customer", "lead", True, "customer"),
        ("customer", "inactive", True, "customer"),
        ("loyal", "inactive", True, "loyal"),
        ("inactive", "lead", True, "inactive"),
        ("inactive", "customer", True, "inactive"),
        ("inactive", "inactive", True, "inactive"),
        ("customer", None, True, "customer"),
    ],
)
async def test_status_moves_only_forward_and_only_by_right(conn, owner, *, was, asked, may_write, becomes):
    first = await one(conn, a_lead(status=was))
    await write(conn, a_lead(request_title="2", status=asked, may_write=may_write))

    assert (await card(owner, first.client_uid))["status"] == becomes


async def test_a_new_client_keeps_the_second_key_it_brought(conn):
    first = await one(conn, a_lead(unique_id="crm-7"))
    second = await one(conn, a_lead(identifier_type="unique_id", unique_id="crm-7", email=None, request_title="2"))

    assert second.client_uid == first.client_uid
    assert first.facts["second_key"] == "linked"


async def test_a_known_client_gets_a_second_key_only_by_right(conn, owner):
    await write(conn, a_lead())
    stranger = await one(conn, a_lead(request_title="2", unique_id="crm-7"))
    trusted = await one(conn, a_lead(request_title="3", unique_id="crm-8", may_write=True))

    assert (stranger.facts["second_key"], trusted.facts["second_key"]) == ("suggested", "linked")
    assert await owner.fetchval("select value from suggestion where field = 'unique_id'") == "crm-7"


async def test_two_keys_of_two_clients_are_a_suspected_pair_and_never_merged(conn, owner):
    ruth = await one(conn, a_lead(identifier_type="unique_id", unique_id="crm-7", email="ruth@example.com"))
    dana = await one(conn, a_lead(unique_id="crm-7"))

    pair = await owner.fetchrow("select * from suspected_pair")
    assert {pair["a_uid"], pair["b_uid"]} == {ruth.client_uid, dana.client_uid}
    assert dana.facts["second_key"] == "clash"


async def test_a_clash_leaves_the_email_with_the_client_who_has_it(conn, owner):
    await write(conn, a_lead(email="ruth@example.com"))
    other = await one(conn, a_lead(identifier_type="unique_id", unique_id="crm-9", email="ruth@example.com"))

    assert (await card(owner, other.client_uid))["email"] is None


async def test_the_snapshot_keeps_what_this_request_gave_and_the_card_fills_the_blanks(conn, owner):
    await write(conn, a_lead(last_name="Levi", phone="+1 415 555 0132"))
    receipt = await one(conn, a_lead(request_title="2", first_name="D.", phone="+1 415 555 0199"))

    contact = await owner.fetchval("select contact from lead where conversation_uid = $1", receipt.conversation_uid)
    assert contact == {
        "first_name": "D.",
        "last_name": "Levi",
        "email": "dana@example.com",
        "phone": "+1 415 555 0199",
        "phone_e164": "+14155550199",
    }


async def contact_of(owner, receipt):
    return await owner.fetchval("select contact from lead where conversation_uid = $1", receipt.conversation_uid)


async def test_the_snapshot_holds_no_field_of_the_businesss_own(conn, owner):
    await write(conn, a_lead(request_data={"Budget": "20,000"}))
    later = await one(conn, a_lead(request_title="2"))

    assert await contact_of(owner, later) == {"first_name": "Dana", "email": "dana@example.com"}


async def test_a_phone_that_cannot_be_dialled_is_not_given_the_number_of_the_card(conn, owner):
    await write(conn, a_lead(phone="+1 415 555 0132"))
    later = await one(conn, a_lead(request_title="2", phone="ask at the desk"))

    contact = await contact_of(owner, later)
    assert contact["phone"] == "ask at the desk"
    assert "phone_e164" not in contact


async def test_a_number_filled_earlier_in_the_batch_is_in_the_later_snapshot(conn, owner):
    await write(conn, a_lead())
    _, later = await write(conn, a_lead(request_title="2", phone="+1 415 555 0132"), a_lead(request_title="3"))

    assert (await contact_of(owner, later))["phone_e164"] == "+14155550132"


async def test_an_email_linked_earlier_in_the_batch_is_in_the_later_snapshot(conn, owner):
    known = {"identifier_type": "unique_id", "unique_id": "crm-7"}
    await one(conn, a_lead(email=None, **known))
    linking = a_lead(email="Dana@work.com", may_write=True, request_title="Gutter", **known)
    *_, last = await write(conn, linking, a_lead(email=None, request_title="Roof", **known))

    contact = await owner.fetchval("select contact from lead where conversation_uid = $1", last.conversation_uid)
    assert contact == {"first_name": "Dana", "email": "Dana@work.com"}


async def test_the_same_key_and_body_answer_the_first_answer_again(conn, owner):
    first = await one(conn, a_lead(key="k"))
    again = await one(conn, a_lead(key="k"))

    assert lead_reply(again) == lead_reply(first)
    assert again.again
    assert (await count(owner, "lead"), await count(owner, "request_log")) == (1, 2)


async def test_the_same_key_with_another_body_is_refused_and_logged(conn, owner):
    await write(conn, a_lead(key="k"))
    outcome = await one(conn, a_lead(key="k", request_title="Other"))

    assert isinstance(outcome, KeyReused)
    assert await owner.fetchval("select status from request_log where verdict = 'refused'") == 422


async def test_the_same_key_twice_in_one_batch_makes_one_lead(conn, owner):
    first, again, other = await write(conn, a_lead(key="k"), a_lead(key="k"), a_lead(key="k", request_title="Other"))

    assert first.conversation_uid == again.conversation_uid
    assert isinstance(other, KeyReused)
    assert await count(owner, "lead") == 1


async def test_one_key_of_two_principals_is_two_keys(conn, owner):
    await write(conn, a_lead(key="k"), a_lead(key="k", principal="somebody else"))

    assert await count(owner, "lead") == 2


async def test_a_key_that_is_past_its_time_is_free_again(conn, owner):
    await write(conn, a_lead(key="k"))
    await owner.execute("update idempotency set until = now() - interval '1 second'")
    outcome = await one(conn, a_lead(key="k", request_title="Other"))

    assert isinstance(outcome, Receipt)
    assert not outcome.again


async def test_a_repeat_without_a_key_is_folded_into_the_first(conn, owner):
    first = await one(conn, a_lead())
    again = await one(conn, a_lead())

    assert again.folded
    assert lead_reply(again)["warnings"][0]["code"] == "folded_repeat"
    assert await owner.fetchval("select facts->>'folded_into' from request_log where facts ? 'folded_into'") == (
        first.conversation_uid
    )


async def test_a_repeat_past_its_window_is_a_new_lead(conn, owner):
    await write(conn, a_lead())
    await owner.execute("update repeat set until = now() - interval '1 second'")

    assert not (await one(conn, a_lead())).again


async def test_a_refusal_under_a_key_is_told_again_to_the_letter(conn):
    def refused():
        return Arrival(
            what=Refused(business_id=1, status=422, verdict="needs_attention", answer="{}", answer_type="text/x"),
            sender=Sender(token_uid="token", principal="somebody", directory_id=1),
            request=RequestRow(uid=mint(), operation="create_lead", body=b"{}"),
            claim=Claim(fingerprint=b"f" * 32, idem_key="k"),
        )

    first, again = await one(conn, refused()), await one(conn, refused())

    assert isinstance(first, Row)
    assert again == KeptAnswer(422, "text/x", b"{}")


async def test_a_scope_in_flight_elsewhere_blocks_nobody(conn, database):
    other = await database.connect("intake")
    async with asyncio.timeout(20):
        slow = other.transaction()
        await slow.start()
        await write(other, a_lead(key="k"))
        mine, free = await write(conn, a_lead(key="k"), a_lead(email="ruth@example.com"))
        await slow.commit()
        again = await one(conn, a_lead(key="k"))
    await other.close()

    assert isinstance(mine, InFlight)
    assert free.created
    assert again.again


async def test_a_client_that_another_process_makes_meanwhile_is_found_and_updated(conn, database, owner):
    """The second connection's commit lands between two steps of ours: a single snapshot would miss it."""
    other = await database.connect("intake")
    async with asyncio.timeout(20):
        slow = other.transaction()
        await slow.start()
        theirs = await one(other, a_lead(principal="them"))
        ours = asyncio.create_task(one(conn, a_lead(principal="us", address="Pier 1")))
        while not await owner.fetchval("select exists (select from pg_locks where not granted)"):
            pass  # each look asks PostgreSQL, which is all the waiting there is
        await slow.commit()
        receipt = await ours
    await other.close()

    client = await card(owner, theirs.client_uid)
    assert receipt.client_uid == theirs.client_uid
    assert (client["address"], client["revision"], client["message_count"]) == ("Pier 1", 2, 2)


async def test_what_another_process_does_to_a_known_client_is_seen_before_anything_is_decided(conn, database, owner):
    """Both know the client; the lock must come first, or both take one revision and one of them fills in vain."""
    other = await database.connect("intake")
    async with asyncio.timeout(20):
        first = await one(conn, a_lead())
        slow = other.transaction()
        await slow.start()
        await one(other, a_lead(request_title="Gutter", address="Pier 1"))
        ours = asyncio.create_task(one(conn, a_lead(request_title="Roof", address="Pier 2")))
        while not await owner.fetchval("select exists (select from pg_locks where not granted)"):
            pass  # as above
        await slow.commit()
        receipt = await ours
    await other.close()

    revisions = await owner.fetch("select revision from message order by revision")
    assert [row["revision"] for row in revisions] == [1, 2, 3]
    assert receipt.facts["suggested"] == ["address"]
    assert (await card(owner, first.client_uid))["address"] == "Pier 1"


async def test_a_key_that_another_process_takes_meanwhile_is_suggested_or_clashes_never_both(conn, database, owner):
    """The second connection holds our suggestion's row, and commits the key's new owner when we wait for it."""
    other = await database.connect("owner")
    first = await one(conn, a_lead())
    async with asyncio.timeout(20):
        slow = other.transaction()
        await slow.start()
        await other.execute(
            """insert into suggestion (business_id, client_uid, field, value_hash, value, first_lead, last_lead)
               values (1, $1, 'unique_id', sha256('b'), 'b', 'x', 'x')""",
            first.client_uid,
        )
        ours = asyncio.create_task(one(conn, a_lead(request_title="Gutter", unique_id="b")))
        while not await owner.fetchval("select exists (select from pg_locks where not granted)"):
            pass  # as above
        await one(other, a_lead(identifier_type="unique_id", unique_id="b", email=None))
        await slow.commit()
        receipt = await ours
    await other.close()

    assert receipt.facts["second_key"] == "suggested"
    assert await count(owner, "suspected_pair") == 0


async def test_a_batch_is_stored_whole_or_not_at_all(conn, owner):
    good, bad = a_lead(), a_lead(email="ruth@example.com")
    msgspec.structs.force_setattr(bad.request, "ip", "nowhere")

    with pytest.raises(asyncpg.PostgresError):
        await write(conn, good, bad)
    assert await count(owner, "client") == 0


async def test_a_dead_token_is_told_to_its_business_at_most_once_a_day(conn, owner, world):
    token_uid = await owner.fetchval("select uid from token where revoked_at is not null limit 1")

    def held():
        return Arrival(
            what=Refused(business_id=world.first.id, status=401, verdict="held", tell_dead=True),
            sender=Sender(token_uid=token_uid, principal="somebody", directory_id=1),
            request=RequestRow(uid=mint(), operation="create_lead", body=b"{}"),
        )

    await write(conn, held(), held())
    await write(conn, held())

    assert await owner.fetchval("select count(*) from outbox where kind = 'dead_token'") == 1
    assert await owner.fetchval("select count(*) from request_log where verdict = 'held'") == 3


WHOLE_INDEXES = """
    select i.indexrelid::regclass::text
      from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = any ($1::text[]::regclass[]) and a.attname = 'business_id'
       and i.indpred is null and not i.indisprimary"""


async def test_only_its_primary_key_leads_to_a_row_that_is_looked_up_by_business(owner):
    """A plan that is made while a table is small would take any other for as good, and read all of the business."""
    looked_up = ["client", "client_key", "lead", "idempotency", "repeat"]

    assert await owner.fetch(WHOLE_INDEXES, looked_up) == []


async def test_many_leads_of_people_who_are_known_are_decided_in_time(conn):
    """Offers for cards are joined by place, never each with each: 256 leads took longer than a statement may."""
    people = [{"email": f"p{n}@example.com", "phone": f"+1 415 555 {n:04}", "last_name": "Levi"} for n in range(256)]
    await write(conn, *[a_lead(**person) for person in people])
    async with asyncio.timeout(2):
        receipts = await write(
            conn, *[a_lead(request_title="2", **person | {"last_name": "Cohen"}) for person in people]
        )

    assert {tuple(receipt.facts["suggested"]) for receipt in receipts} == {("last_name",)}
