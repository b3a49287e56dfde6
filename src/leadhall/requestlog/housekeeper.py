"""Once a minute: partitions made and dropped, expired keys and folds removed. One process does it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import structlog

from leadhall.core.sql import statements

log = structlog.get_logger(__name__)

SQL = statements(__package__, "housekeeping.sql")
EVERY_S = 60.0
WITHIN_S = 30.0
Chore = Callable[[], Awaitable[None]]


class Housekeeper:
    """Keeps what must not grow. `chores` are done by every process, each time."""

    def __init__(self, pool: asyncpg.Pool, *, keep_days: int, chores: Sequence[Chore] = ()) -> None:
        self._pool = pool
        self._keep_days = keep_days
        self._chores = chores

    async def run(self) -> None:
        """Keep house, for as long as the server runs. What fails is logged and tried again a minute later."""
        while True:
            for chore in (self.tidy, *self._chores):
                try:
                    await chore()
                except Exception as error:
                    log.warning("housekeeping failed", chore=getattr(chore, "__name__", "chore"), exc_info=error)
            await asyncio.sleep(EVERY_S)

    async def tidy(self) -> None:
        """One round of the database's housekeeping, unless another process is at it."""
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(SQL["turn"]):
                return
            await connection.execute(SQL["partitions"], self._keep_days, timeout=WITHIN_S)
            await connection.execute(SQL["expired_keys"], timeout=WITHIN_S)
            await connection.execute(SQL["expired_repeats"], timeout=WITHIN_S)
