"""The index follows what happens: woken when something was marked, else by looking once a second.

Indexing yields to everything else: in a flood it works a third of the time, and catches up afterwards.
"""

from __future__ import annotations

import asyncio
import time

import asyncpg
import structlog

from leadhall.core.of_the_world import is_of_the_world
from leadhall.core.waking import woken
from leadhall.search.index import index_some

log = structlog.get_logger(__name__)

BATCH_MOST = 200
REST_FACTOR = 2.0
POLL_S = 1.0


class Indexer:
    """Indexes what is due. `indexed` counts it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._wake = asyncio.Event()
        self.indexed = 0

    def wake(self) -> None:
        """Something was marked."""
        self._wake.set()

    async def run(self, *, poll_s: float = POLL_S) -> None:
        """Index, for as long as the worker runs."""
        while True:
            self._wake.clear()
            began = time.monotonic()
            if await self.round() < BATCH_MOST:
                await woken(self._wake, within_s=poll_s)
            else:
                await asyncio.sleep((time.monotonic() - began) * REST_FACTOR)

    async def round(self) -> int:
        """One batch, in a transaction; how many. A database that is away is waited for; nothing is lost by a fault."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                done = await index_some(connection, most=BATCH_MOST)
        except Exception as fault:
            if is_of_the_world(fault):
                log.warning("search cannot be indexed now", fault=type(fault).__name__)
            else:
                log.exception("search could not be indexed")
            return 0
        self.indexed += done
        return done
