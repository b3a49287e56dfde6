"""What was held and nobody decided about is not kept for ever."""

from __future__ import annotations

import asyncpg

from leadhall.core.sql import statements

SQL = statements(__package__, "forgetting.sql")
WITHIN_S = 30.0


class OldHeld:
    """A chore of the housekeeper's: `keep_days` after it came in."""

    def __init__(self, pool: asyncpg.Pool, *, keep_days: int) -> None:
        self._pool = pool
        self._keep_days = keep_days

    async def forget_held(self) -> None:
        """One bite of each, unless another process is at it."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(SQL["turn"]):
                for what in ("forget", "forget_nobodys"):
                    await connection.execute(SQL[what], self._keep_days, timeout=WITHIN_S)
