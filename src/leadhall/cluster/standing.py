"""How a login may act on Leadhall's tables, and what is in them. For backup, restore and upgrade."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from leadhall.core.sql import statements

SQL = statements("leadhall.cluster", "backup.sql")
OWNER = "leadhall_owner"


@dataclass(frozen=True)
class Standing:
    """`role`: the role to take, or None to act as the login itself. `owners`: whether owners can be restored."""

    role: str | None
    owners: bool


async def standing(connection: asyncpg.Connection) -> Standing:
    """A superuser acts as itself, a member of the owner as the owner, any other login as its own owner."""
    row = await connection.fetchrow(SQL["standing"])
    if row["super"]:
        return Standing(None, owners=True)
    return Standing(OWNER, owners=True) if row["owner"] else Standing(None, owners=False)


@asynccontextmanager
async def whole_view(uri: str) -> AsyncIterator[tuple[asyncpg.Connection, Standing]]:
    """A connection that sees every row or fails, and how it stands."""
    connection = await asyncpg.connect(uri)
    try:
        stands = await standing(connection)
        if stands.role is not None:
            await connection.fetchval(SQL["take_role"], stands.role)
        await connection.fetchval(SQL["see_every_row"])
        yield connection, stands
    finally:
        await connection.close()


async def row_counts(connection: asyncpg.Connection, schema: str | None) -> dict[str, int]:
    """Rows by table; by `schema.table` over all schemas when `schema` is None."""
    counts = {}
    for row in await connection.fetch(SQL["counting"], schema):
        name = row["table"] if schema else f"{row['schema']}.{row['table']}"
        counts[name] = await connection.fetchval(row["statement"])
    return counts
