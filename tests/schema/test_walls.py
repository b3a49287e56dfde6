"""Row-level security alone: whatever a handler forgets, a scope shows its own rows and no others."""

from pathlib import Path

import asyncpg
import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.ids import mint

ONE_OF_EACH = (Path(__file__).parent / "one_of_each.sql").read_text()
SHARED = {"instance_setting", "migration", "sender_pause"}
"""Tables that belong to the installation and hold nothing of any business."""
BY_FUNCTIONS_ALONE = {"session", "oauth_code", "second_factor", "recovery_code"}
"""Read by functions of their owner, and by no role at work."""
OF_THE_WORKER = {"counted_to"}
"""Read and written by the worker, which works across businesses, and by no page."""
WHOSE = {
    "directory": "select id from directory",
    "business": "select id from business",
    "app_user": "select id from app_user",
    "directory_admin": "select directory_id from directory_admin",
    "app": "select directory_id from app",
    "token": "select coalesce(business_id, -directory_id) from token",
}
"""What tells a row's holder where that is not its business_id; a directory's own token is minus the directory's."""


@pytest.fixture
async def full(owner, world):
    """The world, with a row in every table for each of its businesses and in the outsider's."""
    for business in world.businesses:
        statements = ONE_OF_EACH.replace("BUSINESS", str(business.id)).replace("DIRECTORY", str(business.directory_id))
        await owner.execute(statements)
    await owner.execute(
        "insert into app (uid, directory_id, name, client_id, client_secret_hash) values ($1, $2, 'Z', $1, 'x')",
        mint(),
        world.outsider.directory.id,
    )
    await owner.execute(
        "insert into app_installation select $1, id from app where directory_id = $2",
        world.outsider.business.id,
        world.outsider.directory.id,
    )
    await owner.execute(
        """insert into form_key (hash, uid, business_id, key)
           select uid::bytea, uid, id, uid from business where id <> $1""",
        world.first.id,
    )
    await owner.execute("insert into app_installation select $1, $2", world.second.id, world.app.id)
    return world


async def the_tables(connection):
    rows = await connection.fetch(
        """select c.relname from pg_class c
            where c.relnamespace = 'leadhall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"""
    )
    return {row["relname"] for row in rows} - SHARED - BY_FUNCTIONS_ALONE - OF_THE_WORKER


async def holders(connection, table):
    """The holders of all rows that this session sees in a table."""
    return {row[0] for row in await connection.fetch(WHOSE.get(table, f"select business_id from {table}"))}


async def everything_seen(connection, tables):
    return {table: await holders(connection, table) for table in tables}


async def test_every_table_has_a_row_of_every_business(owner, full):
    """The control of what follows: without rows to hide, hiding them proves nothing."""
    for table, seen in (await everything_seen(owner, await the_tables(owner))).items():
        assert len(seen) >= 2, table
        if table not in WHOSE:
            assert {business.id for business in full.businesses} <= seen, table


async def test_a_scope_of_one_business_sees_that_businesss_rows_and_no_others(owner, full, app_pool):
    async with scoped(app_pool, Scope.of([full.second.id])) as connection:
        seen = await everything_seen(connection, await the_tables(owner))

    users = set(await owner.fetchval("select array_agg(user_id) from staff where business_id = $1", full.second.id))
    special = {
        "directory": {full.directory.id},
        "app": {full.directory.id},
        "app_user": users,
        "directory_admin": set(),
    }
    assert seen == {table: special.get(table, {full.second.id}) for table in seen}


async def test_a_directorys_scope_sees_its_businesses_rows_and_no_others(owner, full, app_pool):
    async with scoped(app_pool, Scope(directory_id=full.directory.id)) as connection:
        seen = await everything_seen(connection, await the_tables(owner))

    mine = {full.first.id, full.second.id}
    users = set(await owner.fetchval("select array_agg(user_id) from staff where business_id = any ($1)", list(mine)))
    special = {
        "directory": {full.directory.id},
        "directory_admin": {full.directory.id},
        "app": {full.directory.id},
        "app_user": users,
        "token": {*mine, -full.directory.id},
    }
    assert seen == {table: special.get(table, mine) for table in seen}


async def test_without_a_scope_nothing_is_seen(owner, full, app_pool):
    async with app_pool.acquire() as connection:
        seen = await everything_seen(connection, await the_tables(owner))

    assert not any(seen.values())


async def test_a_scope_that_ended_leaves_nothing_behind(full, app_pool):
    async with app_pool.acquire() as held:
        pool = OneConnection(held)
        async with scoped(pool, Scope.of([full.first.id])) as connection:
            assert await holders(connection, "client") == {full.first.id}

        assert await holders(held, "client") == set()


class OneConnection:
    """A pool that always gives the same connection."""

    def __init__(self, connection):
        self._connection = connection

    def acquire(self, timeout):  # noqa: ARG002 - as the real one is asked
        return self

    async def __aenter__(self):
        return self._connection

    async def __aexit__(self, *_):
        return None


@pytest.mark.parametrize("table", ["client", "lead", "message", "conversation", "card_field", "staff", "form_key"])
@pytest.mark.parametrize("act", ["update {0} set business_id = business_id", "delete from {0}"])
async def test_rows_of_others_cannot_be_changed(owner, full, app_pool, table, act):
    before = await owner.fetch(f"select * from {table} where business_id <> $1 order by business_id", full.first.id)

    async with scoped(app_pool, Scope.of([full.first.id])) as connection:
        await connection.execute(act.format(table))

    after = await owner.fetch(f"select * from {table} where business_id <> $1 order by business_id", full.first.id)
    assert before
    assert after == before


@pytest.mark.parametrize(
    "statement",
    [
        "insert into client (business_id, uid) values ($1, 'planted')",
        "update client set business_id = $1",
        "insert into business_name (directory_id, name, spelled, kinds, business_id) values (1, 'x', 'x', '{uid}', $1)",
        "insert into card_change (business_id, client_uid, uid, field, actor) values ($1, 'c', 'planted', 'f', 'x')",
    ],
)
async def test_rows_cannot_be_planted_in_anothers_business(full, app_pool, statement):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with scoped(app_pool, Scope.of([full.first.id])) as connection:
            await connection.execute(statement, full.outsider.business.id)


A_TOKEN = """insert into token (hash, uid, principal, kind, directory_id, business_id, scopes)
             values ('planted', 'planted', 'planted', $1, $2, $3, '{}')"""


@pytest.mark.parametrize(
    "beyond",
    [
        ("first", "directory", "mine", "first"),
        ("first", "staff", "theirs", "first"),
        ("first", "directory", "mine", None),
        ("first", "staff", "theirs", "foreign"),
        ("directory", "directory", "theirs", None),
        ("directory", "staff", "theirs", "foreign"),
        ("directory", "staff", "mine", "foreign"),
        ("directory", "staff", "theirs", "first"),
        ("none", "directory", "mine", None),
    ],
)
async def test_no_scope_makes_tokens_beyond_itself(full, app_pool, beyond):
    scope, kind, directory, business = beyond
    scopes = {
        "first": Scope.of([full.first.id]),
        "directory": Scope(directory_id=full.directory.id),
        "none": Scope(),
    }
    directories = {"mine": full.directory.id, "theirs": full.outsider.directory.id}
    businesses = {"first": full.first.id, "foreign": full.outsider.business.id, None: None}

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with scoped(app_pool, scopes[scope]) as connection:
            await connection.execute(A_TOKEN, kind, directories[directory], businesses[business])


async def test_a_scope_makes_tokens_within_itself(full, app_pool):
    async with scoped(app_pool, Scope.of([full.first.id])) as connection:
        await connection.execute(A_TOKEN, "staff", full.directory.id, full.first.id)


@pytest.mark.parametrize("role", ["app", "intake", "worker"])
async def test_a_partition_is_reached_through_its_parent_only(owner, database, full, role):
    partitions = await owner.fetch(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'request_log'::regclass"
    )
    assert len(partitions) > 10
    connection = await database.connect(role)

    for (partition,) in partitions:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"select * from {partition}")
    await connection.close()


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("app", "select client_secret_hash from app"),
        ("app", "select password_hash from app_user"),
        ("app", "update token set scopes = '{}'"),
        ("app", "update token set business_id = 1"),
        ("app", "delete from token"),
        ("app", "update consent set value = true"),
        ("app", "delete from audit"),
        ("app", "update directory set name = 'x'"),
        ("app", "insert into directory_admin values (1, 1)"),
        ("app", "select keep_request_log(1, 0)"),
        ("app", "delete from migration"),
        ("app", "create table leadhall.mine (n int)"),
        ("intake", "select hash from token"),
        ("intake", "delete from client"),
        ("intake", "update lead set facts = '{}'"),
        ("intake", "update message set text = ''"),
        ("app", "select * from session"),
        ("app", "select * from oauth_code"),
        ("intake", "select * from app_user"),
        ("intake", "select * from staff"),
        ("intake", "select keep_request_log(1, 0)"),
        ("worker", "select hash from token"),
        ("worker", "insert into token (hash) values ('x')"),
        ("worker", "update token set revoked_at = null"),
    ],
)
async def test_a_role_may_not_do_what_is_not_its_work(database, role, statement):
    connection = await database.connect(role)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("role", ["app", "intake", "worker"])
async def test_no_role_at_work_escapes_row_security(owner, role):
    row = await owner.fetchrow(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = $1", f"leadhall_{role}"
    )

    assert tuple(row) == (False, False, False)


async def test_every_table_with_rows_of_somebody_has_row_security(owner):
    open_ones = await owner.fetch(
        """select relname from pg_class
            where relnamespace = 'leadhall'::regnamespace and relkind in ('r', 'p') and not relispartition
              and not relrowsecurity"""
    )

    assert {row["relname"] for row in open_ones} == SHARED


async def test_no_wall_reads_all_businesses_to_show_a_row(owner):
    """`in (select …)` becomes a hash of all of them, made again for each statement: a directory may have thousands."""
    walls = await owner.fetch("select tablename, qual, with_check from pg_policies where schemaname = 'leadhall'")
    hashing = {wall["tablename"] for wall in walls if " IN (" in f"{wall['qual']} {wall['with_check']}"}

    assert walls
    assert hashing == set()
