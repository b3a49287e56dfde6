"""Rows of ordinary operations, written behind within a second: batched, and lost rather than in anybody's way.

Intake writes its rows itself, in the commit of its batch; nothing of a lead goes through here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque

import asyncpg
import msgspec
import structlog

from leadhall.core.sql import statements
from leadhall.requestlog.rows import RequestRow

log = structlog.get_logger(__name__)

SQL = statements(__package__, "behind.sql")
WAITING_MOST = 2_000
BATCH_MOST = 200
WRITE_EVERY_S = 0.5
LAST_WORDS_WITHIN_S = 2.0

_IN_TABLE_ORDER = (
    "business_id", "uid", "at", "token_uid", "operation", "status", "verdict", "client_request_id", "user_agent", "ip",
    "duration_us", "content_type", "body", "truncated", "facts", "email_mark", "phone_mark", "unique_id_mark",
    "headers", "answer", "answer_type", "answer_cut",
)  # fmt: skip


class Behind:
    """A bounded queue of rows and the one writer that empties it. `dropped` counts what was lost under pressure."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: deque[RequestRow] = deque()
        self._arrived = asyncio.Event()
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, row: RequestRow) -> None:
        """Take a row; it is written within a second, or counted as dropped when too many wait."""
        if len(self._waiting) >= WAITING_MOST:
            self.dropped += 1
            return
        self._waiting.append(row)
        self._arrived.set()

    async def run(self) -> None:
        """Write, for as long as the server runs; when stopped, write what is left, for two seconds at most."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                await asyncio.sleep(WRITE_EVERY_S)  # lets a batch gather
                await self.flush()
        finally:
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(LAST_WORDS_WITHIN_S):
                    await self.flush()

    async def flush(self) -> None:
        """Write all that waits. Rows the database does not take are dropped and counted."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH_MOST, len(self._waiting)))]
            try:
                await self._pool.execute(SQL["write"], *_columns(batch))
            except Exception as error:
                self.dropped += len(batch)
                log.warning("request log rows dropped", rows=len(batch), exc_info=error)


def _columns(batch: list[RequestRow]) -> list[list[object]]:
    """The rows turned on their side: one array a column, as `unnest` takes them."""
    return [[_stored(getattr(row, name)) for row in batch] for name in _IN_TABLE_ORDER]


def _stored(value: object) -> object:
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else value
