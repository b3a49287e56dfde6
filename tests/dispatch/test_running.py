"""The dispatcher whole: from an appended row to the wire, in its process and beside others."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager

import msgspec

from leadhall.app import Application
from leadhall.dispatch.running import dispatching
from leadhall.events.outbox import append_event
from leadhall.settings import Settings
from tests.dispatch.world import FakeChannel, a_delivery, end_leases, row_of, until

SETTINGS = Settings(allow_unsafe_durability=True)


@asynccontextmanager
async def at_work(database, key, *channels):
    async with dispatching(database, key, SETTINGS, channels={each.name: each for each in channels}) as parts:
        await until(lambda: parts.tending.outbox_lag_s is not None)
        yield parts


async def test_an_appended_row_is_on_its_way_within_milliseconds(owner, database, key, world):
    channel = FakeChannel()
    async with at_work(database, key, channel):
        await append_event(owner, world.first.id, "verify", {"recipient": "first@acme.example"})
        await until(lambda: len(channel.given) == 1)
        began = time.monotonic()
        await append_event(owner, world.first.id, "verify", {"recipient": "second@acme.example"})
        await until(lambda: len(channel.given) == 2)
        took_s = time.monotonic() - began

    assert took_s < 0.9, "sooner than the next poll"
    assert channel.closed


async def test_what_was_due_before_it_began_is_sent(owner, database, key):
    uid = await a_delivery(owner)
    channel = FakeChannel()
    async with at_work(database, key, channel):
        await until(lambda: channel.given)

    assert channel.given[0].uid == uid


async def test_that_sending_began_is_remembered_and_notices_of_the_day_before_are_let_go(owner, database, key):
    old, call = await a_delivery(owner), await a_delivery(owner, lane="webhook a.example 1")
    await owner.execute(
        "update delivery set created_at = now() - interval '25 hours', due_at = now() + interval '1 hour'"
    )
    async with at_work(database, key) as parts:
        await parts.tending.look()

    assert (await row_of(owner, old))["reason"] == "too_old"
    assert (await row_of(owner, call))["state"] == "waiting"
    assert await owner.fetchval("select count(*) from instance_setting where name = 'first_dispatch_at'") == 1


async def test_figures_tell_how_the_queues_stand(owner, database, key, world):
    async with Application(SETTINGS, database, key).running() as services:
        await until(lambda: b"leadhall_outbox_lag_seconds 0.0" in services.metrics.text())
        text = services.metrics.text().decode()

    for name in ("deliveries_sent_total", "deliveries_failed_total", "delivery_lag_seconds", "senders_resting"):
        assert f"leadhall_{name} 0.0" in text


async def test_housekeeping_lets_old_calls_and_letters_go_and_keeps_what_belongs_to_a_lead(owner, database, key):
    for about in ({"lead_uid": "l", "lane": "webhook a.example 1"}, {"kind": "sign_in"}, {"lead_uid": "l"}):
        await a_delivery(owner, **about)
    await owner.execute(
        "update delivery set created_at = now() - interval '91 days', state = 'accepted', due_at = null"
    )
    await owner.execute(
        """insert into delivery_attempt (business_id, delivery_uid, n, outcome)
           select business_id, uid, 1, 'sent' from delivery"""
    )
    await a_delivery(owner, kind="sign_in")
    held = await a_delivery(owner, kind="auto_reply")
    await owner.execute(
        "update delivery set due_at = null, reason = 'held', created_at = now() - interval '25 hours' where uid = $1",
        held,
    )
    async with at_work(database, key) as parts:
        await parts.tending.tidy()

    kinds = await owner.fetch("select kind from delivery order by kind")
    assert [row["kind"] for row in kinds] == ["auto_reply", "owner_notice", "sign_in"]
    assert await owner.fetchval("select count(*) from delivery_attempt") == 1
    assert (await row_of(owner, held))["state"] == "skipped"


WORKER = """
import asyncio, sys, msgspec
from leadhall.core.db import Database
from leadhall.core.secrets import InstanceKey
from leadhall.dispatch.running import dispatching
from leadhall.settings import Settings
from tests.dispatch.world import FakeChannel

class Slow(FakeChannel):
    async def deliver(self, delivery):
        print(delivery.uid, flush=True)
        await asyncio.sleep(60)

async def work():
    database = Database(msgspec.json.decode(sys.argv[1]))
    async with dispatching(database, InstanceKey(b"k"), Settings(), channels={"email": Slow()}):
        await asyncio.Event().wait()

asyncio.run(work())
"""


async def test_a_worker_killed_between_send_and_mark_leaves_its_row_to_the_next_when_the_lease_ends(
    owner, database, key
):
    uid = await a_delivery(owner)
    arguments = msgspec.json.encode(database.arguments, enc_hook=str).decode()
    with subprocess.Popen([sys.executable, "-c", WORKER, arguments], stdout=subprocess.PIPE) as worker:  # noqa: ASYNC220
        said = await asyncio.to_thread(worker.stdout.readline)
        assert said.decode().strip() == uid
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()

    row = await row_of(owner, uid)
    assert (row["state"], row["attempts"]) == ("sending", 1)
    left_s = await owner.fetchval("select extract(epoch from due_at - now()) from delivery")
    assert 0 < float(left_s) <= 60

    await end_leases(owner)
    channel = FakeChannel()
    async with at_work(database, key, channel):
        await until(lambda: channel.given)
        await _settled(owner, uid)
    again = await row_of(owner, uid)
    assert (again["state"], again["attempts"]) == ("accepted", 2)
    assert channel.given[0].dedupe == row["dedupe"]


async def _settled(owner, uid):
    async with asyncio.timeout(10):
        while (await row_of(owner, uid))["due_at"] is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_database_that_drops_every_session_is_come_back_to(owner, database, key):
    channel = FakeChannel()
    async with at_work(database, key, channel) as parts:
        await owner.execute("set role none")  # as the login, whose sessions they are
        await owner.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()"""
        )
        await owner.execute("set role leadhall_owner")
        await a_delivery(owner)
        parts.sender.wake()
        await until(lambda: channel.given)
