"""Migration: once, in order, refused for a changed file, and possible without any right to roles."""

import asyncio
import time

import asyncpg
import pytest

from leadhall.app import FUNCTIONS
from leadhall.core.db import Database
from leadhall.core.sql import SqlFile
from leadhall.schema.migrate import MigrationFault, has_roles, migrate, numbered_files, pending
from leadhall.tenancy.directories import create_directory

NUMBERED = [file.name for file in numbered_files()]
ONE = SqlFile("room/one.sql", "create or replace function one() returns int language sql as 'select 1'")
TWO = SqlFile("room/one.sql", "create or replace function one() returns int language sql as 'select 2'")


async def asked(database, query, *arguments, role="owner"):
    connection = await database.connect(role)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


async def test_everything_is_applied_in_order(empty):
    applied = await migrate(empty, FUNCTIONS)

    assert applied == [*NUMBERED, *(file.name for file in FUNCTIONS), "schema/access.sql"]


async def test_a_second_time_there_is_nothing_to_do(empty):
    await migrate(empty, FUNCTIONS)

    assert await migrate(empty, FUNCTIONS) == []


async def test_two_who_start_at_once_migrate_once(empty):
    applied = await asyncio.gather(*[migrate(empty, FUNCTIONS) for _ in range(3)])

    assert sorted(map(len, applied)) == [0, 0, len(NUMBERED) + len(FUNCTIONS) + 1]


async def test_a_file_that_was_changed_afterwards_is_refused_by_name(empty):
    await migrate(empty)
    await asked(empty, "update migration set sha256 = 'other' where name = $1", NUMBERED[1])

    with pytest.raises(MigrationFault, match=f"{NUMBERED[1]} was changed"):
        await migrate(empty)


async def test_a_function_is_laid_anew_when_its_text_has_changed(empty):
    await migrate(empty, [ONE])

    assert await migrate(empty, [TWO]) == ["room/one.sql"]
    assert await asked(empty, "select one()") == 2


async def test_a_file_that_fails_leaves_nothing_of_itself(empty):
    broken = SqlFile("room/broken.sql", "create table half (n int); select 1 / 0;")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty, [broken])

    assert await asked(empty, "select to_regclass('half')") is None
    assert await asked(empty, "select count(*) from migration where name = 'room/broken.sql'") == 0


async def test_what_is_pending_is_told(empty):
    connection = await empty.connect("owner")
    assert await pending(connection) == NUMBERED
    await migrate(empty)
    assert await pending(connection) == []
    await connection.close()


async def test_the_tables_belong_to_the_owner_and_the_login_has_none_of_its_rights(empty):
    await migrate(empty, FUNCTIONS)

    assert await has_roles(empty)
    assert await asked(empty, "select tableowner from pg_tables where tablename = 'client'") == "leadhall_owner"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asked(empty, "select count(*) from leadhall.client", role=None)


async def test_a_busy_table_is_waited_for_in_turns(empty):
    await migrate(empty)
    blocking = await empty.connect("owner")
    transaction = blocking.transaction()
    await transaction.start()
    await blocking.execute("lock table client in access exclusive mode")
    touching = asyncio.create_task(migrate(empty, [SqlFile("room/touch.sql", "alter table client add column x int")]))

    await waited_for(empty, "client")
    await transaction.rollback()

    assert await touching == ["room/touch.sql"]
    await blocking.close()


async def waited_for(database, table, within_s=10):
    """Until somebody waits for a lock on the table."""
    query = "select exists (select from pg_locks where not granted and relation = $1::regclass)"
    deadline = time.monotonic() + within_s
    while not await asked(database, query, f"leadhall.{table}"):
        assert time.monotonic() < deadline, f"nobody waits for {table}"


async def test_a_login_without_roles_works_with_one_wall_less(plain):
    applied = await migrate(plain, FUNCTIONS)

    assert "schema/access.sql" not in applied
    assert not await has_roles(plain)
    assert await migrate(plain, FUNCTIONS) == []
    await works(plain)


async def test_a_login_that_may_make_roles_works_whether_or_not_it_gets_them(maker):
    """PostgreSQL 15 lets it join roles that others made, 16 and newer do not."""
    await migrate(maker, FUNCTIONS)

    await works(maker)


async def test_roles_that_come_later_do_not_lock_the_login_out(plain, admin):
    await migrate(plain, FUNCTIONS)
    for role in ("owner", "app", "intake", "worker"):
        await admin.execute(f"grant leadhall_{role} to {plain.arguments['user']}")

    assert await migrate(plain, FUNCTIONS) == []
    assert not await has_roles(plain)
    await works(plain)


async def works(database):
    """Every role's session may do its work."""
    found = Database(database.arguments, roles=await has_roles(database))
    owner = await found.connect("owner")
    directory = await create_directory(owner, "Agency")
    await owner.close()
    for role in ("app", "intake"):
        assert await asked(found, "select find_token($1, null)", b"nobody", role=role) is None
    assert await asked(found, "select count(*) from directory where id = $1", directory.id, role="worker") == 1
    assert await asked(found, "select keep_request_log(20, 90)", role="worker") > 0
