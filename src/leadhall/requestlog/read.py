"""Reading the request log of one business: what came, what it was answered, and why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.core.clock import ALWAYS, EVER
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.ids import LAST
from leadhall.core.sql import statements

SQL = statements(__package__, "read.sql")
ROWS_MOST = 200
SEARCHED_MOST = 5_000
READ_MOST = 2_500


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request. `body` only when it was asked for alone; times in microseconds."""

    uid: str
    at: datetime
    token_uid: str | None
    operation: str
    status: int
    verdict: str
    lead_uid: str | None
    client_request_id: str | None
    user_agent: str | None
    ip: str | None
    duration_us: int | None
    content_type: str | None
    body_bytes: int | None
    truncated: bool
    facts: dict[str, Any]
    body: bytes | None = None
    headers: str | None = None
    answer: bytes | None = None
    answer_type: str | None = None
    answer_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests; None is any. `below` goes on after the last uid of a page.

    They are looked for among the newest `searched_most`. `text` must stand in the body, byte for byte.
    """

    operation: str | None = None
    status: int | None = None
    verdict: str | None = None
    token_uid: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    below: str | None = None
    text: str | None = None

    @property
    def bounds(self) -> tuple[datetime, datetime, str]:
        """From when, until when, and below which uid: each has one, also where nobody named it."""
        return self.since or EVER, self.until or ALWAYS, self.below or LAST

    @property
    def searched_most(self) -> int:
        """Rows that are looked at; fewer where bodies are read."""
        return READ_MOST if self.text else SEARCHED_MOST


@asynccontextmanager
async def planned_once(connection: Connection) -> AsyncIterator[None]:
    """Within, in a transaction, statements are planned once a session, not for each page anew (read.sql says why)."""
    await connection.execute(SQL["plan_once"])
    yield
    await connection.execute(SQL["plan_as_usual"])


async def list_requests(
    connection: Connection, business_id: int, wanted: Wanted | None = None, *, most: int = 50
) -> list[LoggedRequest]:
    """Requests of one business, newest first, at most 200. The same cost at any depth, and however few match."""
    asked = wanted or Wanted()
    async with planned_once(connection):
        rows = await connection.fetch(
            SQL["page"], business_id, asked.operation, asked.status, asked.verdict, asked.token_uid, *asked.bounds,
            min(most, ROWS_MOST), asked.searched_most, asked.text.encode() if asked.text else None,
        )  # fmt: skip
    return [LoggedRequest(**row) for row in rows]


async def looked_through(connection: Connection, business_id: int, wanted: Wanted) -> str | None:
    """Below which uid to look further for these requests; None when the log was looked through to its end."""
    async with planned_once(connection):
        last: str | None = await connection.fetchval(
            SQL["looked_through"], business_id, *wanted.bounds, wanted.searched_most
        )
    return last


async def get_request(connection: Connection, business_id: int, uid: str) -> LoggedRequest:
    """One request with its exact body. NotFound when this business has none of that uid, or no longer."""
    async with planned_once(connection):
        row = await connection.fetchrow(SQL["one"], business_id, uid)
    if row is None:
        raise NotFound("There is no such request, or it is no longer kept")
    return LoggedRequest(**row)
