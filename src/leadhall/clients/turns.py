"""Whose turn it is: each message of a client takes the next number under the client's row lock (reliability.md P4)."""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements

SQL = statements(__package__, "turns.sql")


async def take_turn(connection: Connection, business_id: int, client_uid: str) -> tuple[int, int]:
    """The revision of the client's next message, and the client's own after it. NotFound for a client that is gone."""
    row = await connection.fetchrow(SQL["take"], business_id, client_uid)
    if row is None:
        raise NotFound("There is no such client")
    return row["message_count"], row["revision"]
