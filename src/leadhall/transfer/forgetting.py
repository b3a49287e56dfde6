"""Imports that ended long ago are put away: what became of each row, the cells of those that failed, then the job."""

from __future__ import annotations

import asyncpg

from leadhall.core.sql import statements

SQL = statements(__package__, "forgetting.sql")
WITHIN_S = 30.0


class OldImports:
    """A chore of the housekeeper's, `keep_days` after a job last moved."""

    def __init__(self, pool: asyncpg.Pool, *, keep_days: int) -> None:
        self._pool = pool
        self._keep_days = keep_days

    async def forget(self) -> None:
        """One bite, unless another process is at it."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(SQL["turn"]):
                await connection.execute(SQL["forget"], self._keep_days, timeout=WITHIN_S)
