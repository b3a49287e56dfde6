"""From what happened to a real receiver and into the delivery log, by the dispatcher as it runs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from leadhall.dispatch.log import redeliver
from leadhall.dispatch.running import dispatching
from leadhall.events.catalogue import EVENTS
from leadhall.events.outbox import append_event
from leadhall.settings import Settings
from leadhall.webhooks.endpoints import Owner, create_endpoint, switch_on
from leadhall.webhooks.fanout import ask_for_test
from tests.dispatch.world import until
from tests.webhooks.receiving import receiving, say

SETTINGS = replace(Settings(), webhook_allow=("127.0.0.1",), allow_unsafe_durability=True)
STAFF = "staff/updated"


@pytest.fixture
async def receiver():
    async with receiving() as found:
        yield found


@pytest.fixture
async def at_work(database, key, world):
    async with dispatching(database, key, SETTINGS) as parts:
        yield parts


@pytest.fixture
def endpoint(owner, key, world, receiver):
    async def endpoint(*, wide=False, url=None):
        of = (
            Owner("directory", 0, world.directory.id) if wide else Owner("business", world.first.id, world.directory.id)
        )
        made, _ = await create_endpoint(owner, key, of, [EVENTS[STAFF]], url or receiver.url, by="t")
        return of, made.id

    return endpoint


@pytest.fixture
def happen(owner, world):
    async def happen(*, business_id=None):
        facts = {"events": [STAFF], "staff_uid": world.first.owner}
        await append_event(owner, business_id or world.first.id, "staff", facts)

    return happen


async def becomes(asked, within_s=10.0):
    """Ask the database until the answer is true, and give it."""
    async with asyncio.timeout(within_s):
        while not (answer := await asked()):  # noqa: ASYNC110 - asked of the database, not of one event
            await asyncio.sleep(0.01)  # between two looks
        return answer


async def log_of(owner):
    return [tuple(row) for row in await owner.fetch("select state, reason from delivery where channel = 'webhook'")]


async def settled(owner):
    async def looked():
        return await owner.fetchval("select count(*) from delivery where channel = 'webhook' and due_at is null")

    await becomes(looked)


async def test_what_happened_reaches_the_receiver_and_the_log(at_work, endpoint, happen, receiver, owner):
    _, id_ = await endpoint()
    await happen()
    await until(lambda: receiver.came)
    await settled(owner)

    assert await log_of(owner) == [("delivered", None)]
    row = await owner.fetchrow("select dedupe, endpoint_id, lane from delivery")
    assert receiver.came[0].headers["webhook-id"] == row["dedupe"]
    assert (row["endpoint_id"], row["lane"].split()[0]) == (id_, "webhook")


async def test_a_failure_waits_for_its_next_try_and_410_ends_it(at_work, endpoint, happen, receiver, owner):
    await endpoint()
    receiver.answers = [500]
    await happen()
    await until(lambda: receiver.came)

    async def waits():
        return await owner.fetchval("select last_error from delivery where state = 'waiting'")

    assert await becomes(waits) == "500 heard"
    receiver.answers = [410]
    await owner.execute("update delivery set due_at = now()")
    at_work.sender.wake()
    await settled(owner)
    assert [state for state, _ in await log_of(owner)] == ["failed"]


async def test_429_lets_the_endpoint_rest_as_long_as_it_asks(at_work, endpoint, happen, receiver, owner):
    await endpoint()
    receiver.answers = [say(429, "slow down", Retry_After="600")]
    await happen()

    async def rests():
        return await owner.fetchval("select extract(epoch from until - now())::float8 from sender_pause")

    assert 550 < await becomes(rests) <= 600


async def test_what_an_endpoint_missed_is_redelivered_with_its_id(at_work, endpoint, happen, receiver, owner):
    of, id_ = await endpoint()
    receiver.answers = [410]
    await happen()
    await settled(owner)
    receiver.answers = [200]
    await switch_on(owner, of, id_)
    where = {"directory_id": of.directory_id, "business_id": of.business_id}

    assert await redeliver(owner, id_, **where, since=datetime.now(UTC) + timedelta(hours=1)) == 0
    assert await redeliver(owner, id_, **where, since=datetime.now(UTC) - timedelta(hours=1)) == 1
    await until(lambda: len(receiver.came) == 2)
    await settled(owner)
    first, second = receiver.came
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert await log_of(owner) == [("delivered", None)]


async def test_an_endpoint_for_all_businesses_hears_of_each_and_gets_its_tests(
    at_work, endpoint, happen, receiver, owner
):
    _, id_ = await endpoint(wide=True)
    await ask_for_test(owner, 0, id_, STAFF)
    await happen()
    await until(lambda: len(receiver.came) == 2)

    assert {came.headers["webhook-id"].endswith(f":{STAFF}:{id_}") for came in receiver.came} == {True}


async def test_that_an_endpoint_is_off_becomes_a_letter_to_its_owner(at_work, endpoint, happen, receiver, owner):
    await endpoint()
    receiver.answers = [410]
    await happen()

    async def letter():
        return await owner.fetchrow("select recipient, payload from delivery where kind = 'endpoint_off'")

    row = await becomes(letter)
    assert row["recipient"] == "ann@acme.example"
    assert row["payload"]["url"] == receiver.url
