"""Conversations that change hands when two clients are made one or parted.

A lead stays filed as it came, for what it was answered never changes. Messages are numbered within their client, so
those that come go on where its own ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "moving.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterLead:
    """A lead that came after a merge: by which kind of key, with what contact, in which request."""

    conversation_uid: str
    request_uid: str
    by: str | None
    contact: dict[str, Any]
    at: datetime


async def count_conversations(connection: Connection, business_id: int, client_uid: str) -> int:
    count: int = await connection.fetchval(SQL["count"], business_id, client_uid)
    return count


async def move_all(connection: Connection, business_id: int, client_uid: str, to: str, *, after: int) -> list[str]:
    """All conversations of a client become another's; messages are numbered from `after` on, in their order."""
    await connection.execute(SQL["number_all_on"], business_id, client_uid, to, after)
    return [row["uid"] for row in await connection.fetch(SQL["move_all"], business_id, client_uid, to)]


async def move_back(
    connection: Connection, business_id: int, uids: Sequence[str], client_uid: str, *, after: int, many: int
) -> int:
    """These conversations become a client's again, messages numbered as they were; the newest number.

    What came since in them gets the numbers that follow. `after` and `many` are those of the move.
    """
    await connection.execute(SQL["move"], business_id, list(uids), client_uid)
    newest: int = await connection.fetchval(SQL["number_back"], business_id, list(uids), client_uid, after, many)
    return newest


async def leads_since(connection: Connection, business_id: int, client_uid: str, at: datetime) -> list[LaterLead]:
    """Leads of a client that came after a time, the oldest first."""
    return [LaterLead(**row) for row in await connection.fetch(SQL["leads_since"], business_id, client_uid, at)]
