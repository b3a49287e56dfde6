"""One person among what came in: read out, or erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "person.sql")


async def came_from(
    connection: Connection, business_id: int, *, conversation_uids: Sequence[str], addresses: Sequence[str]
) -> list[dict[str, Any]]:
    """Mails and texts of theirs, the oldest first."""
    rows = await connection.fetch(SQL["of"], business_id, list(conversation_uids), list(addresses))
    return [dict(row) for row in rows]


async def erase(
    connection: Connection, business_id: int, *, conversation_uids: Sequence[str], addresses: Sequence[str]
) -> None:
    """Theirs, and what came from their addresses and is nobody's, unless it could be for another who knows them."""
    await connection.execute(SQL["erase"], business_id, list(conversation_uids), list(addresses))
    await connection.execute(SQL["forget_nobodys"], business_id, list(addresses))
