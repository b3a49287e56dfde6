"""The worker counts busy days: new ones once a minute, those that changed some seconds later. It yields to all else."""

from __future__ import annotations

import asyncio
import time

import asyncpg
import structlog

from leadhall.conversations.days import count_days, look_for_busy_days
from leadhall.core.of_the_world import is_of_the_world

log = structlog.get_logger(__name__)

POLL_S = 5.0
LOOK_EVERY_S = 60.0
REST_FACTOR = 4.0
"""While there is more to do it works a fifth of the time."""


class Counter:
    """Counts what is due. `counted` tells how many days."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._look_at = 0.0
        self.counted = 0

    async def run(self) -> None:
        """Count, for as long as the worker runs."""
        while True:
            began = time.monotonic()
            is_more = await self.round()
            await asyncio.sleep((time.monotonic() - began) * REST_FACTOR if is_more else POLL_S)

    async def round(self) -> bool:
        """Look for new days when it is time, and count some; whether there is more. What fails is tried again later."""
        try:
            looked = await self._look() if time.monotonic() >= self._look_at else 0
            async with self._pool.acquire() as connection, connection.transaction():
                done = await count_days(connection)
        except Exception as fault:
            if is_of_the_world(fault):
                log.warning("days cannot be counted now", fault=type(fault).__name__)
            else:
                log.exception("days could not be counted")
            return False
        self.counted += done
        return bool(looked or done)

    async def _look(self) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            looked = await look_for_busy_days(connection)
        if not looked:
            self._look_at = time.monotonic() + LOOK_EVERY_S
        return looked
