"""What is no business's is seen and placed by the one directory that it can be for, and by nobody else."""

import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.ids import mint
from leadhall.inbound.received import NOBODYS, Received, keep
from leadhall.notify.profiles import INSTANCE, Place, SmsProfile, set_profile
from leadhall.tenancy.tokens import Grant, create_token
from tests.inbound.people import NUMBER, a_known_lead

UNPLACED = "/ext/v1/unplaced-answers"
OURS, RIVALS = "+15005550006", "+15005550009"


@pytest.fixture(autouse=True)
async def lines(owner, key, world):
    """The directory's businesses share a number, and so do the rivals'."""
    await set_profile(owner, key, Place(0, world.directory.id), SmsProfile(number=OURS))
    await set_profile(owner, key, Place(0, world.outsider.directory.id), SmsProfile(number=RIVALS))


@pytest.fixture
def hold(owner):
    """A text that is nobody's; answers its uid."""

    async def hold(recipient=OURS, **more):
        row = Received(
            **{
                "business_id": NOBODYS,
                "channel": "sms",
                "told_as": mint(),
                "sender": NUMBER,
                "recipient": recipient,
                "fate": "held",
                "reason": "shared_number",
                "text": "Do you come on Monday?",
                **more,
            }
        )
        assert await keep(owner, row)
        return await owner.fetchval("select uid from inbound order by uid desc limit 1")

    return hold


@pytest.fixture
def unplaced(ask, world):
    """The uids that a directory's token sees."""

    async def unplaced(token=None, query=""):
        told = await ask.get(UNPLACED + query, token=token or world.directory.token)
        assert told.status == 200, told.content
        return [each["uid"] for each in told.json["data"]["unplaced"]]

    return unplaced


async def test_a_text_is_seen_by_the_directory_whose_number_it_came_to(ask, world, hold, unplaced):
    mine, theirs = await hold(), await hold(RIVALS)
    told = await ask.get(UNPLACED, token=world.directory.token)

    assert await unplaced() == [mine]
    assert await unplaced(world.outsider.directory.token) == [theirs]
    [one] = told.json["data"]["unplaced"]
    assert (one["sender"], one["recipient"], one["reason"], one["text"]) == (
        NUMBER, OURS, "shared_number", "Do you come on Monday?",
    )  # fmt: skip


async def test_the_newest_come_first_a_page_at_a_time(ask, world, hold, unplaced):
    first, second = await hold(), await hold()
    told = await ask.get(f"{UNPLACED}?per_page=1", token=world.directory.token)

    assert [each["uid"] for each in told.json["data"]["unplaced"]] == [second]
    assert f"after={second}" in told.header("link")
    assert await unplaced(query=f"?after={second}") == [first]


@pytest.mark.parametrize(
    "what",
    [
        {"channel": "email", "sender": "dana@home.example", "recipient": "x@in.example", "reason": "unknown_address"},
        {"reason": "unknown_number"},
        {"recipient": "+15005550001"},
    ],
    ids=["mail", "an account that does not name the number", "a number that no directory names"],
)
async def test_what_could_be_for_another_directory_is_the_operators_alone(world, hold, unplaced, what):
    await hold(**what)

    assert await unplaced() == await unplaced(world.outsider.directory.token) == []


@pytest.mark.parametrize("place", ["the rivals", "the installation"])
async def test_a_number_that_two_places_name_is_the_operators_alone(services, owner, world, hold, unplaced, place):  # noqa: PLR0917
    other = INSTANCE if place == "the installation" else Place(world.outsider.business.id)
    await set_profile(owner, services.key, other, SmsProfile(number=OURS))
    await hold()

    assert await unplaced() == await unplaced(world.outsider.directory.token) == []


async def test_what_came_before_a_number_was_the_directorys_stays_the_operators(owner, world, hold, unplaced):
    await hold()
    await owner.execute("update inbound set at = now() - interval '1 minute'")

    assert await unplaced() == []


async def test_it_is_given_to_a_business_whose_people_let_it_in(ask, owner, world, hold, unplaced):
    dana = await a_known_lead(owner, world.first.id)
    uid = await hold()
    given = await ask.post(f"{UNPLACED}/{uid}/give", token=world.directory.token, json={"business_id": "acme.plumbing"})
    held = await ask.get("/ext/v1/held-answers", token=world.first.token)
    released = await ask.post(f"/ext/v1/held-answers/{uid}/release", token=world.first.token)

    into = {"uid": uid, "business_uid": world.first.uid, "conversation_uid": dana.conversation_uid}
    assert (given.status, given.json["data"], released.status) == (201, into, 201)
    assert [(each["uid"], each["goes_to"]) for each in held.json["data"]["held"]] == [(uid, "business")]
    message = await owner.fetchrow("select conversation_uid, text, direction from message where text is not null")
    assert tuple(message) == (dana.conversation_uid, "Do you come on Monday?", "client_to_business")
    assert await unplaced() == []
    acts = await owner.fetch("select act, business_id, subject from audit where act like 'inbound/%' order by at")
    assert [tuple(each) for each in acts] == [
        ("inbound/given", world.first.id, uid),
        ("inbound/released", world.first.id, uid),
    ]


async def test_it_is_given_once(ask, world, hold):
    uid = await hold()
    for token, status in ((world.directory.token, 201), (world.directory.token, 404)):
        told = await ask.post(f"{UNPLACED}/{uid}/give", token=token, json={"business_id": world.second.uid})
        assert told.status == status


async def test_a_dismissed_one_goes_nowhere_and_its_text_is_forgotten(ask, owner, world, hold, unplaced):
    uid = await hold()
    told = [await ask.post(f"{UNPLACED}/{uid}/dismiss", token=world.directory.token) for _ in range(2)]

    assert [each.status for each in told] == [201, 404]
    assert await owner.fetchval("select text from inbound") is None
    assert await unplaced() == []


async def test_what_another_directory_may_place_looks_like_what_is_not_there(ask, owner, world, hold):
    theirs = await hold(RIVALS)
    gift = {"business_id": "acme.plumbing"}
    for act, body in (("give", gift), ("dismiss", None)):
        foreign, missing = [
            await ask.post(f"{UNPLACED}/{uid}/{act}", token=world.directory.token, json=body)
            for uid in (theirs, "0m5x4kq2v7d3h8zz")
        ]
        assert (foreign.status, foreign.json["errors"]) == (404, missing.json["errors"])

    assert await owner.fetchval("select settled_at is null and business_id = 0 from inbound")


async def test_nothing_is_given_to_a_business_or_a_conversation_of_others(ask, owner, world, hold, unplaced):
    foreign = await a_known_lead(owner, world.outsider.business.id)
    uid = await hold()
    refused = [
        await ask.post(f"{UNPLACED}/{uid}/give", token=world.directory.token, json=body)
        for body in (
            {"business_id": world.outsider.business.uid},
            {"business_id": world.first.uid, "conversation_uid": foreign.conversation_uid},
            {},
        )
    ]

    assert [each.status for each in refused] == [401, 404, 422]
    assert await unplaced() == [uid]


async def test_only_who_administers_a_whole_directory_places(ask, owner, world, hold):
    uid = await hold()
    few = {"directory_id": world.directory.id, "only_businesses": [world.first.id]}
    listed = await create_token(owner, Grant(kind="directory", **few))
    for token in (world.first.token, world.directory.website_token, world.app.free_token, listed.secret):
        asked = [
            await ask.get(UNPLACED, token=token),
            await ask.post(f"{UNPLACED}/{uid}/give", token=token, json={"business_id": world.first.uid}),
            await ask.post(f"{UNPLACED}/{uid}/dismiss", token=token),
        ]
        assert {(each.status, each.json["errors"][0]["code"]) for each in asked} == {(401, "token_kind")}


async def test_the_database_shows_them_in_no_other_scope(app_pool, world, hold):
    await hold()
    scopes = [
        Scope((0,), world.directory.id),
        Scope((0,), world.outsider.directory.id),
        Scope((0, world.first.id)),
        Scope((), world.directory.id),
    ]
    seen = []
    for scope in scopes:
        async with scoped(app_pool, scope) as connection:
            seen.append(await connection.fetchval("select count(*) from inbound"))

    assert seen == [1, 0, 0, 0]
