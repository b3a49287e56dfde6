"""What people do to conversations, and the row that each act leaves."""

from datetime import UTC, datetime

import pytest

from leadhall.conversations import acts
from leadhall.conversations.acts import AlreadyClaimed, act_on, act_on_many
from leadhall.conversations.by import By
from leadhall.conversations.threads import get_thread
from leadhall.core.errors import Invalid, NotFound

TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def by(world):
    return By(staff_uid=world.first.owner)


@pytest.fixture
def do(connection, talk, by):
    """Do acts, and answer the conversation as it stands then."""

    async def do(*done, by=by):
        await act_on(connection, talk.business_id, talk.uid, done, by)
        return await get_thread(connection, talk.business_id, talk.uid)

    return do


async def recorded(connection, talk):
    rows = await connection.fetch(
        "select act, staff_uid, facts from conversation_act where conversation_uid = $1 order by uid", talk.uid
    )
    return [(row["act"], row["staff_uid"], row["facts"]) for row in rows]


@pytest.mark.parametrize(
    "pair",
    [
        (acts.archive(), acts.unarchive(), "archived_at"),
        (acts.mark_spam(), acts.mark_not_spam(), "spam_at"),
        (acts.trash(), acts.restore(), "deleted_at"),
        (acts.follow_up(TUESDAY, "call her"), acts.complete_follow_up(), "follow_up_since"),
    ],
    ids=lambda pair: pair[0].name,
)
async def test_an_act_and_its_undoing_are_two_rows_and_a_repeat_is_none(do, connection, talk, by, pair):
    act, undo, column = pair
    assert getattr(await do(act, act), column) is not None
    assert getattr(await do(undo, undo), column) is None

    assert [(name, who) for name, who, _ in await recorded(connection, talk)] == [
        (act.name, by.staff_uid),
        (undo.name, by.staff_uid),
    ]


async def test_an_assignment_says_to_whom_and_a_claim_comes_too_late(do, connection, talk, world):
    thread = await do(acts.assign(world.colleague))
    assert (thread.assigned_staff_uid, thread.staff_uid) == (world.colleague, world.colleague)

    with pytest.raises(AlreadyClaimed):
        await do(acts.claim(world.first.owner))
    assert (await do(acts.claim(world.colleague))).assigned_staff_uid == world.colleague
    assert (await do(acts.assign(None))).assigned_staff_uid is None
    assert [(name, facts) for name, _, facts in await recorded(connection, talk)] == [
        ("assign", {"staff_uid": world.colleague}),
        ("assign", {}),
    ]


async def test_nobody_is_assigned_who_does_not_serve_the_business(do, world):
    for nobody in (world.second.owner, "nobody"):
        with pytest.raises(Invalid, match="serves the business"):
            await do(acts.assign(nobody))


async def test_reading_what_is_new_is_told_once(do, connection, talk):
    assert (await do(acts.mark_read(), acts.mark_read())).business_unread == 0
    assert (await do(acts.mark_unread())).business_unread == 1

    told = await connection.fetch("select facts from outbox where kind = 'conversation'")
    assert [row["facts"]["events"] for row in told] == [["conversation/read"]]
    assert [name for name, *_ in await recorded(connection, talk)] == ["read", "unread"]


async def test_many_are_archived_at_once_or_none(lead_of, connection, talk, by, world):
    other = await lead_of()
    uids = [talk.uid, other.uid, "nothing"]

    assert await act_on_many(connection, talk.business_id, uids, [acts.archive()], by) == sorted([talk.uid, other.uid])
    await act_on(connection, talk.business_id, other.uid, [acts.assign(world.colleague)], by)
    with pytest.raises(AlreadyClaimed):
        await act_on_many(connection, talk.business_id, uids, [acts.claim(world.first.owner)], by)
    assert (await get_thread(connection, talk.business_id, talk.uid)).assigned_staff_uid is None


async def test_nothing_is_done_to_the_conversations_of_others(connection, world, talk, by):
    with pytest.raises(NotFound):
        await act_on(connection, world.second.id, talk.uid, [acts.archive()], by)
    with pytest.raises(Invalid):
        await act_on_many(connection, talk.business_id, map(str, range(501)), [acts.archive()], by)
