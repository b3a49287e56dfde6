"""A lead was answered by other means: by phone, or by mail that did not come through us."""

from __future__ import annotations

from leadhall.conversations.acts import Act, record_act
from leadhall.conversations.by import NOBODY, By
from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "answered.sql")


async def mark_answered(connection: Connection, business_id: int, conversation_uid: str, by: By = NOBODY) -> None:
    """Stop the clock of the first answer and take it off the unread and the waiting. A second time changes nothing."""
    async with connection.transaction():
        if await connection.fetchval(SQL["answered"], business_id, conversation_uid):
            await record_act(connection, business_id, conversation_uid, Act(name="answered_elsewhere"), by)
