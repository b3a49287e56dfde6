"""The whole way of a delivery: claimed, tried by a channel, and what came of it in the log."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from leadhall.dispatch.lanes import Lanes, Limits
from leadhall.dispatch.schedule import EMAIL
from leadhall.dispatch.sender import Sender
from leadhall.events.outcome import Later, Never, Sent, Skipped
from tests.dispatch.world import FakeChannel, a_delivery, end_leases, make_due, row_of, until


@asynccontextmanager
async def sending(pool, *channels, lanes=None):
    sender = Sender(pool, {channel.name: channel for channel in channels}, lanes)
    running = asyncio.create_task(sender.run(poll_s=0.02))
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def settled(owner, count=1):
    """Wait until so many rows are settled."""
    async with asyncio.timeout(10):
        while await owner.fetchval("select count(*) from delivery where due_at is null") < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def tried(owner, count):
    async with asyncio.timeout(10):
        while await owner.fetchval("select count(*) from delivery_attempt") < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_due_delivery_is_sent_and_the_log_says_what_was_answered(owner, pool):
    uid = await a_delivery(owner)
    async with sending(pool, FakeChannel()):
        await settled(owner)

    row = await row_of(owner, uid)
    assert (row["state"], row["attempts"], row["due_at"], row["last_error"]) == ("accepted", 1, None, None)
    attempt = await owner.fetchrow("select n, outcome, answer, took_ms >= 0 as timed from delivery_attempt")
    assert tuple(attempt) == (1, "sent", "250 ok", True)


async def test_a_schedule_is_walked_to_its_end_and_then_it_is_given_up(owner, pool):
    uid = await a_delivery(owner)
    channel = FakeChannel(outcome=Later(answer="451 later"))
    async with sending(pool, channel):
        for n in range(1, EMAIL.tries + 1):
            await tried(owner, n)
            waits = await owner.fetchval("select extract(epoch from due_at - now()) from delivery")
            if n < EMAIL.tries:
                assert 0.79 * EMAIL.waits_s[n - 1] < float(waits) < 1.21 * EMAIL.waits_s[n - 1]
            await make_due(owner)
        await settled(owner)

    row = await row_of(owner, uid)
    assert (row["state"], row["last_error"], len(channel.given)) == ("given_up", "451 later", EMAIL.tries)
    assert {delivery.dedupe for delivery in channel.given} == {row["dedupe"]}


async def test_a_channel_that_breaks_delays_no_other_and_its_row_is_dead_after_nine_tries(owner, pool):
    poison = await a_delivery(owner, recipient="poison@acme.example")
    others = [await a_delivery(owner) for _ in range(20)]
    channel = FakeChannel(**{"poison@acme.example": ZeroDivisionError("boom")})
    async with sending(pool, channel):
        await settled(owner, len(others))
        for n in range(2, 10):
            await make_due(owner)
            await tried(owner, len(others) + n)
        await settled(owner, len(others) + 1)

    row = await row_of(owner, poison)
    assert (row["state"], row["attempts"]) == ("given_up", 9)
    assert "boom" not in row["last_error"]


async def test_a_slow_receiver_is_waited_for_by_nobody_but_itself(owner, pool):
    slow = FakeChannel("webhook")
    slow.gate = asyncio.Event()
    mail = FakeChannel()
    for _ in range(10):
        await a_delivery(owner, lane="webhook slow.example 1", recipient="https://slow.example/")
    for _ in range(10):
        await a_delivery(owner)
    async with sending(pool, slow, mail):
        await settled(owner, 10)
        assert (len(mail.given), slow.most_at_once) == (10, 2)
        slow.gate.set()
        await settled(owner, 20)

    assert slow.most_at_once == 2


async def test_one_host_takes_a_quarter_of_the_slots_at_most(owner, pool):
    channel = FakeChannel("webhook")
    channel.gate = asyncio.Event()
    for endpoint in range(8):
        await a_delivery(owner, lane=f"webhook one.example {endpoint}", recipient="https://one.example/")
    async with sending(pool, channel, lanes=Lanes({"webhook": Limits(slots=8, at_once=2)})):
        await until(lambda: len(channel.given) == 2)
        await a_delivery(owner, lane="webhook other.example 9", recipient="https://other.example/")
        await until(lambda: len(channel.given) == 3)
        channel.gate.set()
        await settled(owner, 9)

    assert channel.most_at_once == 3


async def test_a_smarthost_is_given_four_at_once(owner, pool):
    channel = FakeChannel()
    for _ in range(30):
        await a_delivery(owner)

    async def soon(delivery):
        await asyncio.sleep(0)
        return Sent()

    async with sending(pool, channel):
        await settled(owner, 30)

    assert channel.most_at_once <= 4


async def test_a_sender_that_is_refused_rests_and_whoever_waits_behind_it_is_not_tried(owner, pool):
    channel = FakeChannel(outcome=Never(answer="535 wrong password", fault_of="sender"))
    for _ in range(12):
        await a_delivery(owner, lane="email smtp.example instance")
    other = await a_delivery(owner, lane="email smtp.example agency-7", recipient="bo@bright.example")
    channel.outcomes["bo@bright.example"] = Sent(answer="250")
    async with sending(pool, channel):
        await settled(owner)
        await tried(owner, 2)

    assert (await row_of(owner, other))["state"] == "accepted"
    assert len(channel.given) <= 1 + 8
    pause = await owner.fetchrow("select lane, fault, answer, times, until > now() as rests from sender_pause")
    assert tuple(pause)[:3] == ("email smtp.example instance", "sender", "535 wrong password")
    assert pause["rests"]
    assert await owner.fetchval("select count(*) from suppression") == 0
    states = await owner.fetch("select distinct state from delivery where lane = 'email smtp.example instance'")
    assert [row["state"] for row in states] == ["waiting"]


async def test_a_sender_is_trusted_again_when_something_gets_through(owner, pool):
    await owner.execute(
        """insert into sender_pause (lane, fault, answer, until, times)
           values ('email -', 'sender', '535', now() - interval '1 s', 3)"""
    )
    await a_delivery(owner)
    async with sending(pool, FakeChannel()):
        await settled(owner)

    assert await owner.fetchval("select count(*) from sender_pause") == 0


async def test_a_provider_that_wants_less_is_left_alone_and_no_try_is_lost(owner, pool):
    uid = await a_delivery(owner, lane="sms account", recipient="+15551234567")
    answers = iter([Later(answer="429", after_s=40, fault_of="provider"), Sent(answer="201", facts={"sid": "SM7"})])
    async with sending(pool, FakeChannel("sms", outcome=lambda _: next(answers))):
        await tried(owner, 1)
        rests = await owner.fetchval("select extract(epoch from until - now()) from sender_pause")
        assert 35 < float(rests) <= 40
        await owner.execute("update sender_pause set until = now()")
        await make_due(owner)
        await settled(owner)

    row = await row_of(owner, uid)
    assert (row["state"], row["attempts"], row["spared"], row["facts"]) == ("accepted", 2, 1, {"sid": "SM7"})


async def test_a_refused_recipient_is_suppressed_for_that_sender_and_written_to_no_more(owner, pool):
    await a_delivery(owner, kind="auto_reply")
    channel = FakeChannel(outcome=Never(answer="550 5.1.1 no such user", fault_of="recipient"))
    async with sending(pool, channel):
        await settled(owner)
        await a_delivery(owner, kind="auto_reply")
        await settled(owner, 2)
        await a_delivery(owner, kind="auto_reply", lane="email agency-7")
        await settled(owner, 3)

    states = await owner.fetch("select state from delivery order by created_at, uid")
    assert [row["state"] for row in states] == ["failed", "suppressed", "failed"]
    assert len(channel.given) == 2
    stored = await owner.fetch("select address, sender, reason, answer from suppression order by sender")
    assert tuple(stored[0]) == ("ann@acme.example", "email -", "refused", "550 5.1.1 no such user")


async def test_what_is_skipped_says_why_and_counts_as_no_try(owner, pool):
    uid = await a_delivery(owner)
    async with sending(pool, FakeChannel(outcome=Skipped(reason="captured"))):
        await settled(owner)

    row = await row_of(owner, uid)
    assert (row["state"], row["reason"]) == ("skipped", "captured")
    assert await owner.fetchval("select count(*) from delivery_attempt") == 0


async def test_two_workers_send_each_row_once(owner, pool, database):
    for n in range(120):
        await a_delivery(owner, lane=f"webhook h{n % 5}.example {n % 9}", recipient=f"https://h{n % 5}.example/{n}")
    one, two = FakeChannel("webhook"), FakeChannel("webhook")
    async with sending(pool, one), sending(pool, two):
        await settled(owner, 120)

    sent = [delivery.uid for delivery in one.given + two.given]
    assert len(sent) == len(set(sent)) == 120


async def test_a_stalled_worker_marks_nothing_when_it_wakes_after_another_took_over(owner, pool):
    uid = await a_delivery(owner)
    stalled, live = FakeChannel(outcome=Sent(answer="late")), FakeChannel(outcome=Sent(answer="in time"))
    stalled.gate = asyncio.Event()
    async with sending(pool, stalled):
        await until(lambda: stalled.given)
        await end_leases(owner)
        async with sending(pool, live):
            await settled(owner)
        stalled.gate.set()

    assert (await row_of(owner, uid))["attempts"] == 2
    assert await owner.fetchval("select array_agg(answer) from delivery_attempt") == ["in time"]


async def test_verdicts_are_kept_while_the_database_is_away(owner, pool, monkeypatch):
    uid = await a_delivery(owner)
    monkeypatch.setattr("leadhall.dispatch.sender.AGAIN_AFTER_S", 0.01)
    faults = iter([ConnectionResetError("gone"), ConnectionResetError("gone")])
    real = Sender._mark

    async def failing(self, batch):
        for fault in faults:
            raise fault
        await real(self, batch)

    monkeypatch.setattr(Sender, "_mark", failing)
    channel = FakeChannel()
    async with sending(pool, channel):
        await settled(owner)

    assert (await row_of(owner, uid))["state"] == "accepted"
    assert len(channel.given) == 1


async def test_nothing_new_is_begun_while_verdicts_cannot_be_written(owner, pool, monkeypatch):
    for _ in range(40):
        await a_delivery(owner)
    monkeypatch.setattr("leadhall.dispatch.sender.AGAIN_AFTER_S", 0.01)
    real, back, looked = Sender._mark, asyncio.Event(), asyncio.Semaphore(0)

    async def failing(self, batch):
        looked.release()
        if not back.is_set():
            raise ConnectionResetError("gone")
        await real(self, batch)

    monkeypatch.setattr(Sender, "_mark", failing)
    channel = FakeChannel()
    async with sending(pool, channel):
        async with asyncio.timeout(10):
            for _ in range(30):
                await looked.acquire()
        assert len(channel.given) < 20
        back.set()
        await settled(owner, 40)

    assert len(channel.given) == 40


async def test_a_worker_that_stops_puts_back_what_it_did_not_begin(owner, pool, monkeypatch):
    monkeypatch.setattr("leadhall.dispatch.sender.END_WITHIN_S", 0.05)
    channel = FakeChannel()
    channel.gate = asyncio.Event()
    for endpoint in range(8):
        await a_delivery(owner, lane=f"webhook one.example {endpoint}")
    hook = FakeChannel("webhook")
    hook.gate = channel.gate
    async with sending(pool, hook, lanes=Lanes({"webhook": Limits(slots=8, at_once=2)})):
        await until(lambda: len(hook.given) == 2)

    counts = dict(await owner.fetch("select state, count(*) from delivery group by state"))
    assert counts == {"sending": 2, "waiting": 6}
    assert await owner.fetchval("select count(*) from delivery where state = 'waiting' and due_at <= now()") == 6


@pytest.mark.parametrize("seconds", [0.001, 1.0])
def test_a_brisk_lane_is_given_work_beforehand_and_a_slow_one_is_not(seconds):
    lanes = Lanes()
    lanes._busy["webhook a.example 1"] += 1
    lanes._busy_groups["webhook a.example"] += 1
    lanes._busy_channels["webhook"] += 1
    lanes.done("webhook a.example 1", seconds)
    lanes._busy["webhook a.example 1"] += 1

    assert lanes.rooms()["webhook a.example 1"] == (1 if seconds == 1.0 else 65)
