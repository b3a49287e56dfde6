"""What people did about logged requests, and which still wait for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadhall.core.db import Connection
from leadhall.core.ids import LAST, mint
from leadhall.core.sql import statements
from leadhall.requestlog.read import ROWS_MOST, LoggedRequest, planned_once

SQL = statements(__package__, "acts.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`uid`: of the request that came of running it again; `request_uid`: the one that it is about."""

    uid: str
    request_uid: str
    act: Literal["again", "dismissed"]
    at: datetime
    principal: str
    lead_uid: str | None


async def note_again(
    connection: Connection, business_id: int, uid: str, *, of: str, principal: str, lead_uid: str | None
) -> None:
    """Request `of` was run again as request `uid`; harmless to note twice."""
    await connection.execute(SQL["note"], business_id, uid, of, "again", principal, lead_uid)


async def dismiss(connection: Connection, business_id: int, request_uid: str, *, principal: str) -> None:
    """Set a waiting request aside: it made no lead, and need not."""
    await connection.execute(SQL["note"], business_id, mint(), request_uid, "dismissed", principal, None)


async def acts_about(connection: Connection, business_id: int, request_uid: str) -> list[Act]:
    """What was done about one request, and what it came of itself; oldest first."""
    return [Act(**row) for row in await connection.fetch(SQL["about"], business_id, request_uid)]


async def waiting_requests(
    connection: Connection, business_id: int, *, below: str | None = None, most: int = 50
) -> list[LoggedRequest]:
    """Requests that need attention or are held, of which no lead came and that nobody set aside; newest first."""
    async with planned_once(connection):
        rows = await connection.fetch(SQL["waiting"], business_id, below or LAST, min(most, ROWS_MOST))
    return [LoggedRequest(**row) for row in rows]


async def count_waiting(connection: Connection, business_id: int, *, most: int = 100) -> int:
    """How many wait for somebody, counted to `most`."""
    async with planned_once(connection):
        return int(await connection.fetchval(SQL["count_waiting"], business_id, most))
