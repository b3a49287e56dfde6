"""Conversations of a client that was put away go with it."""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "trash.sql")


async def put_in_trash(connection: Connection, business_id: int, client_uid: str) -> list[str]:
    """All conversations of a client, those that lie there already as they are; which they were."""
    return [row["uid"] for row in await connection.fetch(SQL["put"], business_id, client_uid)]


async def mark_spam(connection: Connection, business_id: int, client_uid: str, *, spam: bool) -> None:
    """All conversations of a client are spam, or none is."""
    await connection.execute(SQL["spam"], business_id, client_uid, spam)
