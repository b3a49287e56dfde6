"""Beside the sending: that it began is remembered, its lag is looked at, and what is old is put away."""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from leadhall.core.sql import statements
from leadhall.dispatch.claim import SQL as CLAIM
from leadhall.events.queue import SQL as QUEUE
from leadhall.settings import Settings
from leadhall.tenancy.settings_store import remember_first_dispatch

log = structlog.get_logger(__name__)

SQL = statements(__package__, "tending.sql")
LOOK_EVERY_S = 10.0
TIDY_EVERY_LOOKS = 30


class Tending:
    """Figures of the queues as last looked at, for the metrics: seconds of lag, dead rows, resting senders."""

    def __init__(self, pool: asyncpg.Pool, settings: Settings) -> None:
        self._pool = pool
        self._keep_days = settings.delivery_days
        self.outbox_lag_s = 0.0
        self.delivery_lag_s = 0.0
        self.dead_rows = 0
        self.resting_senders = 0

    async def run(self) -> None:
        """Look every ten seconds, tidy every five minutes, for as long as the worker runs."""
        looks = 0
        while True:
            try:
                await self.look()
                if looks % TIDY_EVERY_LOOKS == 0:
                    await self.tidy()
            except Exception as fault:  # noqa: BLE001 - looked at again in ten seconds
                log.warning("the queues cannot be looked at now", fault=type(fault).__name__)
            looks += 1
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Remember when sending first began; learn how the queues stand."""
        async with self._pool.acquire() as connection:
            if await remember_first_dispatch(connection):
                await connection.execute(SQL["too_old"])
            outbox = await connection.fetchrow(QUEUE["standing"])
            lag = await connection.fetchrow(CLAIM["lag"])
        self.outbox_lag_s, self.dead_rows = outbox["lag_s"], outbox["dead"]
        self.delivery_lag_s, self.resting_senders = lag["lag_s"], lag["resting"]

    async def tidy(self) -> None:
        """Put away what was settled long ago, a bite at a time; one worker does it."""
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(SQL["turn"]):
                return
            await connection.execute(SQL["held_too_long"])
            await connection.execute(SQL["old"], self._keep_days)
