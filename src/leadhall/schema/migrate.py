"""Applies the numbered SQL files, each in a transaction of its own, under one advisory lock.

A file's SHA-256 is recorded; a file changed after it was applied is refused. Functions
that other rooms keep in their own `.sql` files (intake/write.sql) are handed in and laid
anew whenever their text has changed: version N and N+1 may serve side by side meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import asyncpg

from leadhall.core.db import Database
from leadhall.core.sql import SqlFile, statements, text_of

SQL = statements(__package__, "migrate.sql")

LOCK = 0x1EAD4A11
LOCK_TIMEOUT = "2s"
LEAST_POSTGRES = 150000
TRIES_FOR_A_LOCK = 30

ROLES = ("leadhall_owner", "leadhall_app", "leadhall_intake", "leadhall_worker")


class MigrationFault(Exception):
    """The database cannot be brought to this version; the message says what to do."""


def numbered_files() -> list[SqlFile]:
    names = sorted(entry.name for entry in resources.files(__package__).iterdir() if entry.name[:4].isdigit())
    return [SqlFile(name, text_of(__package__, name)) for name in names]


async def migrate(database: Database, functions: Sequence[SqlFile] = ()) -> list[str]:
    """Bring the database to this version; answers the names of what was applied. MigrationFault when it cannot be."""
    roles = await prepare(database)
    connection = await Database(database.arguments, roles).connect("owner", command_timeout=None)
    try:
        await connection.execute(SQL["lock"], LOCK)
        return await _apply_all(connection, functions, roles=roles)
    finally:
        await connection.close()


async def prepare(database: Database) -> bool:
    """Make the roles and the schema where the login may; True when the four roles are there to be used."""
    connection = await database.connect(None)
    try:
        _check_version(connection)
        await connection.execute(SQL["lock"], LOCK)  # `if not exists` does not stand two who make it at once
        await _make_roles(connection)
        roles = await _may_use_roles(connection)
        await connection.execute(SQL["make_schema_of_owner" if roles else "make_schema"])
        return roles
    finally:
        await connection.close()


def _check_version(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version()
    if version.major < LEAST_POSTGRES // 10000:
        raise MigrationFault(f"PostgreSQL {version.major} is too old: Leadhall needs 15 or newer")


async def _make_roles(connection: asyncpg.Connection) -> None:
    """The roles if they can be had. A login without CREATEROLE on a database without them works as itself."""
    if await connection.fetchval(SQL["may_make_roles"]):
        await connection.execute(text_of(__package__, "roles.sql"))


async def _may_use_roles(connection: asyncpg.Connection) -> bool:
    """Also false for a schema that was made without the roles: its tables belong to the login."""
    owner = await connection.fetchval(SQL["owner_of_schema"])
    return owner in (None, "leadhall_owner") and all([await _may_become(connection, role) for role in ROLES])


async def _may_become(connection: asyncpg.Connection, role: str) -> bool:
    try:
        async with connection.transaction():
            await connection.execute(SQL["become"], role)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidParameterValueError):
        return False
    return True


async def has_roles(database: Database) -> bool:
    """Whether sessions of this login may take our four roles, and the tables belong to leadhall_owner."""
    connection = await Database(database.arguments, roles=False).connect(None)
    try:
        made = await connection.fetchval(SQL["owner_of_schema"])
        return bool(made) and await _may_use_roles(connection)
    finally:
        await connection.close()


async def _apply_all(connection: asyncpg.Connection, functions: Sequence[SqlFile], *, roles: bool) -> list[str]:
    await connection.execute(SQL["make_log"])
    done: dict[str, str] = dict(await connection.fetch(SQL["log"]))
    applied = [file.name for file in numbered_files() if await _apply_numbered(connection, file, done)]
    laid_anew = [
        *functions,
        *([SqlFile("schema/access.sql", text_of(__package__, "access.sql"))] if roles else []),
    ]
    tables_changed = bool(applied)
    for file in laid_anew:
        if done.get(file.name) != file.sha256 or tables_changed:
            await _apply(connection, file)
            applied.append(file.name)
    return applied


async def _apply_numbered(connection: asyncpg.Connection, file: SqlFile, done: dict[str, str]) -> bool:
    known = done.get(file.name)
    if known not in (None, file.sha256):
        raise MigrationFault(f"{file.name} was changed after it was applied: restore it and add a new file instead")
    if known is None:
        await _apply(connection, file)
    return known is None


async def _apply(connection: asyncpg.Connection, file: SqlFile) -> None:
    """One file, one transaction; waits for busy tables in short turns so that intake never queues behind us."""
    for turn in range(TRIES_FOR_A_LOCK):
        try:
            async with connection.transaction():
                await connection.execute(SQL["wait_at_most"], LOCK_TIMEOUT)
                await connection.execute(file.text)
                await connection.execute(SQL["record"], file.name, file.sha256)
        except asyncpg.LockNotAvailableError:
            if turn == TRIES_FOR_A_LOCK - 1:
                raise MigrationFault(
                    f"{file.name}: a table stayed locked; stop long-running queries and try again"
                ) from None
        else:
            return


async def pending(connection: asyncpg.Connection) -> list[str]:
    """Names of the files this version has and the database has not. Empty when it is up to date."""
    if not await connection.fetchval(SQL["has_log"]):
        return [file.name for file in numbered_files()]
    done = {row["name"] for row in await connection.fetch(SQL["log"])}
    return [file.name for file in numbered_files() if file.name not in done]
