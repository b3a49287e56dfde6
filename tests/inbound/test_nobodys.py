"""What is nobody's finds its business, or is forgotten in time."""

import pytest

from leadhall.conversations.by import By
from leadhall.core.errors import Invalid, NotFound
from leadhall.inbound.forgetting import OldHeld
from leadhall.inbound.held import list_held, release
from leadhall.inbound.nobodys import dismiss_held, find_held, get_held, give
from leadhall.inbound.received import NOBODYS, Received, keep
from tests.inbound.people import EMAIL, NUMBER, a_known_lead

KEPT_DAYS = 90


@pytest.fixture
def hold(owner):
    """Something that is held; answers its uid."""

    async def hold(business_id=NOBODYS, *, told_as="1", **more):
        row = Received(
            **{
                "business_id": business_id,
                "channel": "email",
                "told_as": told_as,
                "sender": EMAIL.title(),
                "recipient": "hello@in.example",
                "fate": "held",
                "reason": "unknown_address",
                "subject": "Re: Kitchen",
                "text": "Monday is fine.",
                **more,
            }
        )
        assert await keep(owner, row)
        return await owner.fetchval("select uid from inbound order by uid desc limit 1")

    return hold


@pytest.fixture
async def dana(owner, world):
    """A lead of the first business, with an address and a number."""
    return await a_known_lead(owner, world.first.id)


async def test_all_that_is_held_is_found_by_whose_it_is(owner, world, hold):
    mine, nobodys = await hold(world.first.id), await hold()

    assert [(each.uid, each.business) for each in await find_held(owner, most=9)] == [
        (nobodys, None),
        (mine, world.first.uid),
    ]
    assert [each.uid for each in await find_held(owner, NOBODYS, most=9)] == [nobodys]
    assert [each.uid for each in await find_held(owner, world.first.id, most=9)] == [mine]
    assert (await get_held(owner, nobodys)).text == "Monday is fine."


@pytest.mark.parametrize("came_from", [{}, {"channel": "sms", "sender": NUMBER, "subject": None}])
async def test_it_is_given_for_the_conversation_with_whom_it_came_from(owner, world, hold, dana, came_from):
    uid = await hold(**came_from)

    assert await give(owner, uid, world.first.id) == dana.conversation_uid
    assert [each.conversation_uid for each in await list_held(owner, world.first.id, most=9)] == [dana.conversation_uid]


async def test_who_has_it_lets_it_in(owner, world, key, hold, dana):
    uid = await hold()
    await give(owner, uid, world.first.id)
    message = await release(owner, key, world.first.id, uid, By(staff_uid=world.first.owner))

    told = await owner.fetchrow("select conversation_uid, text, direction from message where uid = $1", message)
    assert tuple(told) == (dana.conversation_uid, "Monday is fine.", "client_to_business")
    assert await find_held(owner, most=9) == []


@pytest.mark.usefixtures("dana")
async def test_where_nobody_is_known_it_is_the_businesss_without_a_conversation(owner, world, hold):
    uid = await hold()

    assert await give(owner, uid, world.second.id) is None
    assert [each.uid for each in await list_held(owner, world.second.id, most=9)] == [uid]


async def test_what_somebody_has_is_not_given_away(owner, world, hold):
    uid = await hold(world.first.id)

    with pytest.raises(Invalid, match="business already"):
        await give(owner, uid, world.second.id)


async def test_what_the_business_has_already_is_not_given_to_it_twice(owner, world, hold):
    await hold(world.first.id)
    uid = await hold()

    with pytest.raises(NotFound):
        await give(owner, uid, world.first.id)


async def test_what_was_dismissed_is_forgotten_and_known_when_it_comes_again(owner, hold):
    uid = await hold()
    await dismiss_held(owner, uid)

    assert await owner.fetchval("select text from inbound") is None
    with pytest.raises(NotFound):
        await get_held(owner, uid)
    with pytest.raises(AssertionError):
        await hold()


async def test_what_nobody_decides_about_is_forgotten_in_time(owner, world, worker_pool, hold):
    for n in range(2):
        await hold(world.first.id, told_as=f"{n}")
        await hold(told_as=f"{n}")
    await owner.execute(
        "update inbound set at = now() - make_interval(days => $1) where dedupe = (select min(dedupe) from inbound)",
        KEPT_DAYS + 1,
    )
    await OldHeld(worker_pool, keep_days=KEPT_DAYS).forget_held()

    assert len(await find_held(owner, most=9)) == 2
    rows = await owner.fetch("select business_id = 0 as nobodys, text from inbound where settled_at is not null")
    assert [tuple(row) for row in rows] == [(False, None)]


async def test_the_only_directory_of_an_installation_sees_all(owner, hold):
    whose = "select directory_of_nobodys(reason, recipient, at) from inbound"
    directory_id = await owner.fetchval("insert into directory (uid, name) values ('d1', 'Agency') returning id")
    await hold()
    alone = await owner.fetchval(whose)
    await owner.execute("insert into directory (uid, name) values ('d2', 'Rivals')")

    assert (alone, await owner.fetchval(whose)) == (directory_id, None)
