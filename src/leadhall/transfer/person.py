"""One person among the rows of imported files: how they are erased. How many rows a job had stays."""

from __future__ import annotations

from collections.abc import Sequence

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "person.sql")


async def erase(
    connection: Connection, business_id: int, *, client_uids: Sequence[str], addresses: Sequence[str]
) -> None:
    """Rows that made or changed these clients, and failed ones whose cells have one of the addresses."""
    await connection.execute(SQL["erase"], business_id, list(client_uids), list(addresses))
