"""The outbox is emptied: woken by NOTIFY, else by polling; a batch a transaction; a bad row is found by halving."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import asyncpg
import structlog

from leadhall.core.db import Connection
from leadhall.core.of_the_world import is_of_the_world
from leadhall.core.waking import woken
from leadhall.dispatch.fanout import Fanout
from leadhall.events.outbox import OutboxEvent
from leadhall.events.queue import Key, put_off, take_events, take_these
from leadhall.search.index import mark_events

log = structlog.get_logger(__name__)

BATCH_MOST = 256
GATHER_S = 0.02
"""In a flood rounds begin this far apart, so that each takes many rows; a lone row waits for nothing."""
AGAIN_AFTER_S = 1.0


class Fanner:
    """Takes events, makes deliveries of them and marks for search what they tell of.

    `made` is called when there are new deliveries, `marked` when there is something to index.
    """

    def __init__(
        self, pool: asyncpg.Pool, fanout: Fanout, made: Callable[[], None], marked: Callable[[], None] = lambda: None
    ) -> None:
        self._pool = pool
        self._fanout = fanout
        self._made = made
        self._marked = marked
        self._wake = asyncio.Event()
        self.taken = 0
        self.dead = 0

    def wake(self) -> None:
        """Something was appended."""
        self._wake.set()

    async def run(self, *, poll_s: float = 1.0) -> None:
        """Fan out, for as long as the worker runs: when woken, else every `poll_s`."""
        while True:
            self._wake.clear()
            began = time.monotonic()
            if await self.round() < BATCH_MOST:
                await woken(self._wake, within_s=poll_s)
                await asyncio.sleep(GATHER_S - (time.monotonic() - began))

    async def round(self) -> int:
        """One batch; how many rows were taken. A database that is away is waited for."""
        try:
            return await self._batch()
        except Exception as fault:
            if not is_of_the_world(fault):
                log.exception("the outbox could not be read")
            else:
                log.warning("the outbox cannot be read now", fault=type(fault).__name__)
            await asyncio.sleep(AGAIN_AFTER_S)
            return 0

    async def _batch(self) -> int:
        events: list[OutboxEvent] = []
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                events += await take_events(connection, most=BATCH_MOST)
                made = await self._one(connection, events) if events else 0
        except Exception as fault:
            if not events or is_of_the_world(fault):
                raise
            await self._halve([(event.business_id, event.uid) for event in events], fault)
            made = 1
        self.taken += len(events)
        if made:
            self._made()
        if events:
            self._marked()
        return len(events)

    async def _one(self, connection: Connection, events: Sequence[OutboxEvent]) -> int:
        await mark_events(connection, events)
        return await self._fanout(connection, events)

    async def _halve(self, keys: Sequence[Key], fault: Exception) -> None:
        """One row of these cannot be fanned out: the others are, and that one is put off."""
        if len(keys) == 1:
            await self._put_off(keys[0], fault)
            return
        middle = len(keys) // 2
        for half in (keys[:middle], keys[middle:]):
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    if events := await take_these(connection, half):
                        await self._one(connection, events)
            except Exception as again:
                if is_of_the_world(again):
                    raise
                await self._halve(half, again)

    async def _put_off(self, key: Key, fault: Exception) -> None:
        async with self._pool.acquire() as connection:
            is_dead = await put_off(connection, key, because=f"{type(fault).__name__}: {fault}")
        self.dead += is_dead
        log.error("an outbox row cannot be fanned out", row=key[1], business=key[0], dead=is_dead, exc_info=fault)
