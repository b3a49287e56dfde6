"""The index follows the outbox: from a lead to its being found, by a dispatcher at work."""

import asyncio
import time

import asyncpg
import pytest

from leadhall.app import Application
from leadhall.core.db import Scope, scoped
from leadhall.dispatch.running import dispatching
from leadhall.search.find import find_clients
from leadhall.search.index import index_some, mark_all, mark_due, standing
from leadhall.search.indexer import Indexer
from leadhall.settings import Settings
from tests.web.asking import Asker
from tests.web.leads import send_lead

FOUND_WITHIN_S = 2.0


@pytest.fixture
async def ask(database, key, world):
    application = Application(Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False), database, key)
    async with application.running():
        yield Asker(application)


async def test_a_lead_is_found_within_two_seconds(ask, database, key, world, app_pool):
    async with dispatching(database, key, Settings(), channels={}):
        sent = await send_lead(ask, world.first.token, first_name="Zebedee")
        began = time.monotonic()
        while not (found := await _found(app_pool, world, "zebed")):
            assert time.monotonic() - began < FOUND_WITHIN_S + 3  # of a machine that others use too
            await asyncio.sleep(0.02)

    assert found == [sent["uid"]]


async def _found(pool, world, term):
    async with scoped(pool, Scope.of([world.first.id])) as connection:
        found = await find_clients(connection, world.first.id, term, country="US")
    return [client.uid for client in found.clients]


async def test_a_fault_loses_nothing(owner, world, worker_pool, monkeypatch):
    await owner.execute("insert into search_due values ($1, 'c', 'x')", world.first.id)
    indexer = Indexer(worker_pool)
    with monkeypatch.context() as patched:
        patched.setattr("leadhall.search.indexer.index_some", _fails)
        assert await indexer.round() == 0

    assert await indexer.round() == 1
    assert await owner.fetchval("select count(*) from search_due") == 0


async def _fails(*_, **__):
    raise ValueError("a fault of ours")


@pytest.fixture
def clients(owner, world):
    """Adds clients to a business, whose uids are these."""

    async def add(*uids):
        for uid in uids:
            await owner.execute("insert into client (business_id, uid) values ($1, $2)", world.first.id, uid)

    return add


async def _indexed(owner):
    return [row["uid"] for row in await owner.fetch("select uid from search_doc order by uid")]


async def test_what_is_read_anew_goes_from_the_newest_and_after_what_changed(owner, world, worker_pool, clients):
    await clients("a", "b", "c", "d")
    await mark_all(owner, world.first.id)
    await mark_due(owner, [(world.first.id, "c", "a")])

    seen = []
    async with worker_pool.acquire() as connection:
        while await index_some(connection, most=2):
            seen.append(await _indexed(owner))

    assert seen == [["a", "d"], ["a", "b", "c", "d"], ["a", "b", "c", "d"]]
    assert await owner.fetchval("select count(*) from search_again") == 0


async def test_two_workers_read_anew_side_by_side(owner, world, worker_pool, clients):
    await clients("a", "b")
    await mark_all(owner, world.first.id)

    async with worker_pool.acquire() as one, one.transaction():
        first = await index_some(one, most=1)
        async with worker_pool.acquire() as other, other.transaction():
            second = await index_some(other, most=1)

    assert (first, second) == (1, 0)
    assert await _indexed(owner) == ["b"]


async def test_how_much_is_left_to_be_read_anew_is_told(owner, world, worker_pool, clients):
    await clients("a", "b", "c")
    await mark_all(owner, None)
    async with worker_pool.acquire() as connection:
        await index_some(connection, most=1)

    assert await standing(owner) == {"due": 0, "lag_s": 0.0, "again": 2}


async def test_what_tells_no_time_is_not_indexed(owner, world):
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("insert into search_doc values ($1, 'c', 'x', '')", world.first.id)
