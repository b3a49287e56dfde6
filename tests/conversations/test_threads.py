"""Folders: what lies in each, in which order, page by page, and read along its own index."""

from datetime import timedelta

import pytest

from leadhall.conversations import acts
from leadhall.conversations.acts import act_on
from leadhall.conversations.by import By
from leadhall.conversations.messages import Arrived, receive_from_client, send_to_client
from leadhall.conversations.threads import (
    LAST,
    OWN_FOLDERS,
    SQL,
    Sought,
    find_threads,
    get_thread,
    unread_counts,
)
from leadhall.core.errors import Invalid
from tests.plans import plan_of, rows_read


@pytest.fixture
def by(world):
    return By(staff_uid=world.first.owner)


@pytest.fixture
async def folders(lead_of, connection, by, world, owner):
    """One conversation in each state, by name."""
    made = {name: await lead_of() for name in ("new", "read", "answered", "archived", "spam", "trash", "mine", "held")}

    async def do(name, *done):
        await act_on(connection, world.first.id, made[name].uid, done, by)

    await owner.execute("update lead set verdict = 'held' where conversation_uid = $1", made["held"].uid)
    await do("read", acts.mark_read())
    await send_to_client(connection, world.first.id, made["answered"].uid, "Hello", by=By())
    await do("archived", acts.archive())
    await do("spam", acts.mark_spam())
    await do("trash", acts.trash())
    await do("mine", acts.claim(world.first.owner), acts.follow_up())
    return {talk.uid: name for name, talk in made.items()}


OPEN = {"new", "read", "answered", "mine", "held"}
HOLDS = {
    "needs_answer": {"new", "read", "mine"},
    "mine": {"mine"},
    "unread": {"new", "mine", "held"},
    "attention": {"new", "mine", "held"},
    "spam": {"spam"},
    "held": {"held"},
    "inbox": OPEN,
    "follow_up": {"mine"},
    "sent": {"answered"},
    "archived": {"archived"},
    "trash": {"trash"},
    "all": OPEN | {"archived", "spam"},
}


async def test_a_folder_holds_what_is_in_its_state(connection, world, folders):
    assert set(HOLDS) == set(OWN_FOLDERS)
    for folder, holds in HOLDS.items():
        found = await find_threads(connection, world.first.id, Sought(folder=folder, staff_uid=world.first.owner))
        assert {folders[thread.uid] for thread in found.threads} == holds, folder


async def test_what_people_watch_is_counted(connection, world, folders):
    assert await unread_counts(connection, world.first.id, world.first.owner) == {
        "needs_answer": 3,
        "unread": 3,
        "mine": 1,
        "follow_up": 1,
        "held": 1,
    }


async def test_who_waits_longest_comes_first_and_pages_go_on_after_the_last(connection, lead_of, world, by, owner):
    one, two, three, four = [await lead_of() for _ in range(4)]
    for n, talk in enumerate((one, two, three, four)):
        await owner.execute(
            "update conversation set awaits_since = now() - $2::int * interval '1 hour' where uid = $1", talk.uid, 9 - n
        )
    await send_to_client(connection, world.first.id, one.uid, "Hello", by=by)
    await receive_from_client(connection, world.first.id, one.uid, Arrived(text="And now?"))

    sought, uids, after = Sought(folder="needs_answer"), [], None
    while True:
        found = await find_threads(connection, world.first.id, sought, after=after, per_page=2)
        uids += [thread.uid for thread in found.threads]
        await send_to_client(connection, world.first.id, uids[-1], "Answered while the page was read", by=by)
        if (after := found.after) is None:
            break

    assert uids == [two.uid, three.uid, four.uid, one.uid]


async def test_filters_leave_what_all_of_them_say(connection, lead_of, world, by):
    wanted = await lead_of(source="Website", tags="vip")
    await lead_of(source="Website")
    await lead_of(tags="vip")
    read = await lead_of(source="Website", tags="vip")
    await act_on(connection, world.first.id, read.uid, [acts.mark_read()], by)

    sought = Sought(folder="inbox", source="Website", tag="vip", status="lead", only_unread=True)
    found = await find_threads(connection, world.first.id, sought)

    assert ([thread.uid for thread in found.threads], found.after) == ([wanted.uid], None)
    nothing = Sought(folder="needs_answer", status="customer")
    assert (await find_threads(connection, world.first.id, nothing)).threads == []


async def test_a_page_that_looked_at_enough_says_where_to_go_on(connection, lead_of, world, monkeypatch):
    monkeypatch.setattr("leadhall.conversations.threads.LOOKED_AT_MOST", 2)
    wanted = await lead_of(source="Rare")
    others = [await lead_of() for _ in range(3)]
    sought = Sought(folder="all", source="Rare")

    first = await find_threads(connection, world.first.id, sought)
    second = await find_threads(connection, world.first.id, sought, after=first.after)

    assert (first.threads, first.after) == ([], others[1].uid)
    assert [thread.uid for thread in second.threads] == [wanted.uid]


async def test_a_period_is_of_when_a_conversation_came(connection, lead_of, world):
    talk = await lead_of()
    at = (await get_thread(connection, world.first.id, talk.uid)).created_at

    async def found(**period):
        return [thread.uid for thread in (await find_threads(connection, world.first.id, Sought(**period))).threads]

    day = timedelta(days=1)
    assert await found(since=at - day, until=at + day) == [talk.uid]
    assert await found(since=at + day) == await found(until=at - day) == []
    assert await found(folder="needs_answer", since=at - day, until=at + day) == [talk.uid]


async def test_an_after_that_nobody_said_is_refused(connection, world):
    with pytest.raises(Invalid):
        await find_threads(connection, world.first.id, Sought(folder="needs_answer"), after="9" * 18 + ".x")


# how it is read

MANY = """
    insert into conversation (business_id, uid, client_uid, title, business_unread, archived_at, spam_at, deleted_at,
                              assigned_staff_uid, follow_up_since, last_business_action, awaits_since)
    select $1, lpad(n::text, 16, '0'), 'c', 'T', n % 2, case when n % 10 = 1 then now() end,
           case when n % 10 = 2 then now() end, case when n % 10 = 3 then now() end, case when n % 10 = 4 then $2 end,
           case when n % 10 = 5 then now() end, case when n % 10 = 6 then 'message' end, now() + n * interval '1 second'
      from generate_series(1, 20000) n"""
PAGE_ROWS_MOST = 200
"""A page of 25 deep in 20,000 conversations: rows that any step of its plan may have read."""


@pytest.fixture
async def many(owner, world):
    await owner.execute(MANY, world.first.id, world.first.owner)
    await owner.execute("analyze conversation")
    yield world.first.id
    await owner.execute("set plan_cache_mode = auto")


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
async def test_no_folder_sorts_or_reads_more_than_its_page_however_deep(owner, many, world, generic):
    middle = "0" * 11 + "10000"
    for folder in OWN_FOLDERS:
        if folder == "needs_answer":
            name, arguments = "awaiting", (1_000_000, middle, "", LAST, 25)
        else:
            name, arguments = "page", (folder, world.first.owner, middle, "", 0, 25)
        plan = await plan_of(owner, SQL[name], many, *arguments, generic=generic)
        assert rows_read(plan) < PAGE_ROWS_MOST, (folder, plan)


async def test_a_page_along_no_index_is_found_out(owner, many):
    statement = "select uid from conversation where business_id = $1 order by title, uid limit 25"

    assert rows_read(await plan_of(owner, statement, many)) > PAGE_ROWS_MOST
