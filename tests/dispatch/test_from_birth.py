"""Calls that are the sender's from their birth, and subscribers that wait in the outbox until it has room."""

import asyncio
from types import SimpleNamespace

import pytest

from leadhall.dispatch.fanner import Fanner
from leadhall.dispatch.fanout import Fanout
from leadhall.dispatch.lanes import Lanes, Limits, Portion, lane_of_call
from leadhall.dispatch.running import dispatching
from leadhall.dispatch.sender import HELD_MOST
from leadhall.events.catalogue import EVENTS
from leadhall.events.outbox import append_event, append_events
from leadhall.settings import Settings
from leadhall.webhooks.endpoints import Owner, create_endpoint
from tests.dispatch.world import FakeChannel, until

STAFF = "staff/updated"
SETTINGS = Settings(allow_unsafe_durability=True)
URL = "https://crm.example/hook"
NOTHING_DUE = {"rooms": {}, "closed": [], "most": 256}


def up_to_date(limits=None):
    """Lanes of a sender that has looked and found nothing due."""
    lanes = Lanes(limits or {"webhook": Limits(slots=64, at_once=2)})
    lanes.were_claimed([], **NOTHING_DUE)
    return lanes


@pytest.fixture
def endpoint(owner, key, world):
    async def endpoint(url=URL):
        of = Owner("business", world.first.id, world.directory.id)
        made, _ = await create_endpoint(owner, key, of, [EVENTS[STAFF]], url, by="t")
        return made.id

    return endpoint


@pytest.fixture
def happen(owner, world):
    async def happen(kind="staff", **facts):
        return await append_event(
            owner, world.first.id, kind, {"events": [STAFF], "staff_uid": world.first.owner} | facts
        )

    return happen


@pytest.fixture
def a_fanner(pool):
    """A fanner whose sender has room as told, and what came of its batches."""

    def a_fanner(room=256, lanes=None):
        came = []
        sender = SimpleNamespace(portion=lambda: (lanes or up_to_date()).portion(room))
        ways = {"email": FakeChannel(), "webhook": FakeChannel("webhook")}
        fanout = Fanout(ways, taker=sender)
        return Fanner(pool, fanout, made=came.append, room=lambda: room), came

    return a_fanner


async def test_a_call_is_claimed_as_it_is_written(owner, endpoint, happen, a_fanner):
    await endpoint()
    await happen()
    fanner, came = a_fanner()
    await fanner.round()

    row = await owner.fetchrow(
        """select uid, state, attempts, created_at, extract(epoch from due_at - now())::float8 as due_s,
                  extract(epoch from leased_until - now())::float8 as leased_s from delivery"""
    )
    assert (row["state"], row["attempts"]) == ("sending", 1)
    assert 50 < row["due_s"] <= row["leased_s"] <= 60
    (claimed,) = came[0].ours
    assert (claimed.delivery.uid, claimed.delivery.attempts, claimed.tries) == (row["uid"], 1, 1)
    assert claimed.delivery.created_at == row["created_at"]


async def test_a_call_by_a_lane_that_rests_waits(owner, endpoint, happen, a_fanner):
    lane = lane_of_call(URL, await endpoint())
    await owner.execute(
        "insert into sender_pause (lane, fault, answer, until) values ($1, 'provider', '429', now() + interval '1 h')",
        lane,
    )
    await happen()
    fanner, came = a_fanner()
    await fanner.round()

    assert [tuple(row) for row in await owner.fetch("select state, attempts from delivery")] == [("waiting", 0)]
    assert (came[0].planned, came[0].ours) == (1, [])


async def test_what_is_there_already_is_begun_by_nobody_a_second_time(owner, endpoint, happen, a_fanner):
    await endpoint()
    uid = await happen()
    fanner, came = a_fanner()
    await fanner.round()
    await happen()
    await owner.execute("update outbox set uid = $1", uid)
    await fanner.round()

    assert [len(made.ours) for made in came] == [1, 0]
    assert await owner.fetchval("select count(*) from delivery") == 1


async def test_without_room_people_are_told_and_subscribers_wait_in_the_outbox(owner, endpoint, happen, a_fanner):
    await endpoint()
    uid = await happen("verify", recipient="ann@acme.example")
    busy, _ = a_fanner(room=0)
    for _ in range(2):
        await busy.round()
        assert [row["channel"] for row in await owner.fetch("select channel from delivery")] == ["email"]
        waits = await owner.fetchrow("select uid, people_told, due_at = created_at as in_its_turn from outbox")
        assert tuple(waits) == (uid, True, True)

    free, _ = a_fanner()
    await free.round()
    rows = await owner.fetch("select channel from delivery order by channel")
    assert [row["channel"] for row in rows] == ["email", "webhook"]
    assert await owner.fetchval("select count(*) from outbox") == 0


async def test_more_calls_than_a_sender_holds_all_leave_once_and_the_outbox_is_empty(
    owner, database, key, world, endpoint
):
    for n in range(40):
        await endpoint(f"https://crm{n}.example/hook")
    facts = [{"events": [STAFF], "staff_uid": world.first.owner}] * (HELD_MOST // 40 + 12)
    await append_events(owner, world.first.id, "staff", facts)
    channel = FakeChannel("webhook")
    async with dispatching(database, key, SETTINGS, channels={"webhook": channel}):
        await until(lambda: len(channel.given) == 40 * len(facts), within_s=30)
        async with asyncio.timeout(10):
            while await owner.fetchval("select count(*) from delivery where due_at is not null"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    assert len({delivery.uid for delivery in channel.given}) == 40 * len(facts)
    assert await owner.fetchval("select count(*) from outbox") == 0
    assert await owner.fetchval("select count(*) from delivery where attempts <> 1 or state <> 'accepted'") == 0


async def test_events_are_told_to_subscribers_as_far_as_there_is_room(owner, endpoint, happen, a_fanner):
    for n in range(3):
        await endpoint(f"{URL}/{n}")
    for _ in range(5):
        await happen()
    fanner, came = a_fanner(room=4)
    await fanner.round()

    assert came[0].calls == 6  # whole events, until nothing is left
    assert await owner.fetchval("select count(*) from outbox where people_told") == 3


def test_where_older_rows_may_be_due_a_newer_one_waits_behind_them():
    lanes = up_to_date()
    lanes.were_claimed([SimpleNamespace(lane="webhook a 1")] * 2, **NOTHING_DUE)

    portion = lanes.portion(10)
    assert (portion.takes("webhook a 1"), portion.takes("webhook b 2")) == (False, True)
    lanes.were_claimed([SimpleNamespace(lane="webhook a 1")], {"webhook a 1": 2}, [], 256)
    assert lanes.portion(10).takes("webhook a 1")


def test_before_the_first_look_and_after_one_that_did_not_see_all_every_row_waits():
    lanes = Lanes()
    assert lanes.is_behind
    assert not lanes.portion(10).takes("webhook a 1")
    lanes.were_claimed([SimpleNamespace(lane="webhook a 1")], {}, [], 1)
    assert not lanes.portion(10).takes("webhook b 1")


def test_a_lane_takes_what_it_has_room_for_and_then_is_behind():
    lanes = up_to_date()
    portion = lanes.portion(10)

    assert [portion.takes("webhook a 1") for _ in range(4)] == [True, True, False, False]
    assert (portion.left, lanes.is_behind) == (8, True)
    assert not lanes.portion(10).takes("webhook a 1")


def test_a_group_that_has_its_share_of_the_slots_takes_none():
    portion = Portion(up_to_date(), 10, closed=frozenset({"webhook a"}))

    assert (portion.takes("webhook a 1"), portion.takes("webhook b 1")) == (False, True)
