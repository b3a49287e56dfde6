"""One PostgreSQL for the session, one migrated database a worker, emptied before each test that asks for it.

`--postgres 15` (or TEST_POSTGRES=15) takes Debian's 15 instead of the embedded 18.
"""

from __future__ import annotations

import asyncio
import os
from graphlib import TopologicalSorter

import pytest

from leadhall.app import FUNCTIONS
from leadhall.core.db import Database
from leadhall.core.secrets import InstanceKey
from leadhall.schema.migrate import migrate
from leadhall.tenancy.doorkeeper import Doorkeeper
from tests.cluster_fixture import NEWEST, drop_database, make_database, throwaway_cluster
from tests.world import make_world

TABLES_WITH_WHAT_THEY_NEED = """
    select c.relname, array_remove(array_agg(distinct f.confrelid::regclass::text), null)
      from pg_class c left join pg_constraint f on f.conrelid = c.oid and f.contype = 'f'
     where c.relnamespace = 'leadhall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'migration'
     group by c.relname"""


def pytest_addoption(parser):
    parser.addoption(
        "--postgres",
        type=int,
        default=int(os.environ.get("TEST_POSTGRES", NEWEST)),
        metavar="MAJOR",
        help="which PostgreSQL the tests run on: 18 is the embedded one, 15 Debian's",
    )


@pytest.fixture(scope="session")
def postgres(request):
    """The superuser's Dsn of the session's cluster."""
    with throwaway_cluster(request.config.getoption("--postgres")) as admin:
        yield admin


@pytest.fixture(scope="session")
def migrated(postgres):
    """The login's Dsn of this worker's database, at the newest version."""
    dsn = asyncio.run(make_database(postgres))
    asyncio.run(migrate(Database(dsn.asyncpg_kwargs()), FUNCTIONS))
    yield dsn
    asyncio.run(drop_database(dsn))


@pytest.fixture(scope="session")
def emptying(migrated):
    """The statements that empty every table, those that point before those they point to."""
    return asyncio.run(_emptying(Database(migrated.asyncpg_kwargs())))


async def _emptying(database):
    connection = await database.connect("owner")
    needs = dict(await connection.fetch(TABLES_WITH_WHAT_THEY_NEED))
    await connection.close()
    order = reversed(tuple(TopologicalSorter(needs).static_order()))
    return ";".join(["set lock_timeout = '5s'", *(f"delete from {table}" for table in order)])


@pytest.fixture
async def owner(migrated, emptying):
    """A connection of role owner to an empty database."""
    connection = await Database(migrated.asyncpg_kwargs()).connect("owner")
    await connection.execute(emptying)
    yield connection
    await connection.close()


@pytest.fixture
def database(migrated, owner):
    """The empty database, as login `leadhall` who may take our four roles."""
    return Database(migrated.asyncpg_kwargs())


@pytest.fixture
async def conn(database):
    """A connection of role intake."""
    connection = await database.connect("intake")
    yield connection
    await connection.close()


@pytest.fixture
async def app_pool(database):
    async with database.pool("app", most=4) as pool:
        yield pool


@pytest.fixture
async def intake_pool(database):
    async with database.pool("intake", most=4) as pool:
        yield pool


@pytest.fixture
async def worker_pool(database):
    async with database.pool("worker", most=4) as pool:
        yield pool


@pytest.fixture
def key():
    return InstanceKey(b"the key of the tests")


@pytest.fixture
def doorkeeper(app_pool, key):
    return Doorkeeper(app_pool, key)


@pytest.fixture
async def world(owner):
    """The small known world of tests/world.py."""
    return await make_world(owner)
