"""Leases, fences, and what a lane may take: on the real table."""

import asyncio
from datetime import UTC, datetime, timedelta

from leadhall.dispatch.claim import claim, put_back
from leadhall.dispatch.settle import Try, settle
from leadhall.dispatch.verdict import judge
from leadhall.events.outcome import Sent
from tests.dispatch.world import a_delivery, end_leases, row_of

USUAL = {"email": 4, "sms": 4, "webhook": 2}


async def take(connection, rooms=None, *, most=256, usual=USUAL, closed=(), clock_leapt=False):
    there = datetime.now(UTC) + timedelta(hours=-1 if clock_leapt else 1)
    return await claim(connection, rooms or {}, usual, closed=closed, most=most, leases_before=there)


async def uids(taken):
    return [each.delivery.uid for each in await taken]


async def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(owner):
    uid = await a_delivery(owner)

    assert await uids(take(owner)) == [uid]
    assert await uids(take(owner)) == []
    left = "select extract(epoch from due_at - now()), extract(epoch from leased_until - now()) from delivery"
    assert [55 < float(each) <= 60 for each in await owner.fetchrow(left)] == [True, True]

    await end_leases(owner)
    (again,) = await take(owner)
    assert (again.delivery.uid, again.delivery.attempts) == (uid, 2)


async def test_two_workers_claim_at_once_and_no_row_is_both_theirs(owner, pool):
    made = [await a_delivery(owner, lane=f"webhook {n % 7}.example {n % 7}") for n in range(100)]
    usual = USUAL | {"webhook": 100}
    async with pool.acquire() as one, pool.acquire() as two, pool.acquire() as three:
        taken = await asyncio.gather(*[uids(take(each, usual=usual, most=40)) for each in (one, two, three)])

    everything = [uid for each in taken for uid in each]
    assert len(everything) == len(set(everything))
    assert set(everything) <= set(made)
    rest = await uids(take(owner, usual=usual))
    assert sorted(everything + rest) == sorted(made)


async def test_who_lost_the_lease_marks_nothing(owner):
    uid = await a_delivery(owner)
    (stalled,) = await take(owner)
    await end_leases(owner)
    (live,) = await take(owner)

    assert await settle(owner, [Try(judge(stalled, Sent(answer="late")), 5)]) == 0
    assert (await row_of(owner, uid))["state"] == "sending"
    assert await settle(owner, [Try(judge(live, Sent(answer="250 taken")), 5)]) == 1
    assert await settle(owner, [Try(judge(live, Sent(answer="250 taken")), 5)]) == 0
    assert (await row_of(owner, uid))["state"] == "accepted"
    assert await owner.fetchval("select array_agg(answer) from delivery_attempt") == ["250 taken"]


async def test_what_was_put_back_is_due_at_once_and_its_try_does_not_count(owner):
    await a_delivery(owner)
    first = await take(owner)
    await put_back(owner, first)
    (again,) = await take(owner)

    assert (again.delivery.attempts, again.tries) == (2, 1)


async def test_who_lost_the_lease_puts_nothing_back(owner):
    await a_delivery(owner)
    stalled = await take(owner)
    await end_leases(owner)
    await take(owner)
    await put_back(owner, stalled)

    assert await take(owner) == []


async def test_a_lane_takes_no_more_than_it_has_room_for_however_much_is_due(owner):
    for _ in range(30):
        await a_delivery(owner, lane="webhook slow.example 1")
    brisk = await a_delivery(owner, lane="webhook brisk.example 2")

    assert len(await take(owner)) == 3
    assert await uids(take(owner, {"webhook slow.example 1": 0})) == []
    assert len(await take(owner, {"webhook slow.example 1": 5, "webhook brisk.example 2": 0})) == 5
    assert (await row_of(owner, brisk))["state"] == "sending"


async def test_a_closed_group_takes_none(owner):
    await a_delivery(owner, lane="webhook slow.example 1")
    await a_delivery(owner, lane="webhook slow.example 2")
    other = await a_delivery(owner, lane="webhook slow.example.org 3")

    assert await uids(take(owner, closed=["webhook slow.example"])) == [other]


async def test_a_channel_that_is_not_there_is_waited_for(owner):
    await a_delivery(owner, lane="pigeon -", channel="pigeon")

    assert await take(owner) == []
    assert len(await take(owner, usual={"pigeon": 1})) == 1


async def test_a_resting_sender_takes_none_until_its_rest_is_over(owner):
    await a_delivery(owner, lane="email agency-7")
    await owner.execute(
        """insert into sender_pause (lane, fault, answer, until)
           values ('email agency-7', 'sender', '535', now() + interval '1 minute')"""
    )
    assert await take(owner) == []

    await owner.execute("update sender_pause set until = now()")
    assert len(await take(owner)) == 1


async def test_after_a_restore_nothing_is_taken_until_sending_is_confirmed(owner):
    await a_delivery(owner)
    await owner.execute("insert into instance_setting (name, value) values ('sending_off', 'true')")
    assert await take(owner) == []

    await owner.execute("update instance_setting set value = 'false'")
    assert len(await take(owner)) == 1


async def test_a_clock_that_leapt_ahead_ends_no_lease_but_what_nobody_holds_goes_on(owner):
    await a_delivery(owner, recipient="held@acme.example")
    await take(owner)
    await end_leases(owner)
    free = await a_delivery(owner)

    assert await uids(take(owner, clock_leapt=True)) == [free]
    assert len(await take(owner)) == 1


async def test_what_is_not_due_stays(owner):
    await a_delivery(owner, after_s=3600)

    assert await take(owner) == []
