"""A lead was answered by other means: by phone, or by mail that did not come through us."""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "answered.sql")


async def mark_answered(connection: Connection, business_id: int, conversation_uid: str) -> None:
    """Stop the clock of the first answer and take it off the unread. A second time changes nothing."""
    await connection.execute(SQL["answered"], business_id, conversation_uid)
