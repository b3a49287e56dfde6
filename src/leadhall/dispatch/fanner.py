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
from leadhall.dispatch.fanout import Fanout, Made
from leadhall.events.outbox import OutboxEvent
from leadhall.events.queue import Key, put_off, take_events, take_these
from leadhall.search.index import mark_events

log = structlog.get_logger(__name__)

BATCH_MOST = 256
CALLS_USUAL = 8.0
"""Calls that come of one event, before we know."""
GATHER_S = 0.02
"""In a flood rounds begin this far apart, so that each takes many rows; a lone row waits for nothing."""
AGAIN_AFTER_S = 1.0


class Fanner:
    """Takes events, makes deliveries of them and marks for search what they tell of.

    `made` is called when there are new deliveries, `marked` when there is something to index; `room` says for how many
    more calls the sender has room now.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        fanout: Fanout,
        made: Callable[[Made], None],
        marked: Callable[[], None] = lambda: None,
        room: Callable[[], int] = lambda: BATCH_MOST,
    ) -> None:
        self._pool = pool
        self._fanout = fanout
        self._made = made
        self._marked = marked
        self._room = room
        self._wake = asyncio.Event()
        self._calls_of_event = CALLS_USUAL
        self._has_postponed = True  # as far as we know
        self.taken = 0
        self.dead = 0

    def wake(self) -> None:
        """Something was appended."""
        self._wake.set()

    def has_room(self) -> None:
        """The sender has room again."""
        if self._has_postponed:
            self._wake.set()

    async def run(self, *, poll_s: float = 1.0) -> None:
        """Fan out, for as long as the worker runs: when woken, else every `poll_s`."""
        while True:
            self._wake.clear()
            began = time.monotonic()
            if await self.round() < BATCH_MOST and not (self._has_postponed and self._room()):
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
        made = Made()
        postponed = self._postponed_most()
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                events += await take_events(connection, most=BATCH_MOST, postponed=postponed)
                made = await self._one(connection, events) if events else made
        except Exception as fault:
            if not events or is_of_the_world(fault):
                raise
            await self._halve([(event.business_id, event.uid) for event in events], fault)
        else:
            self._came(made)
        self.taken += len(events)
        if postponed:
            self._has_postponed = made.postponed > 0 or sum(event.people_told for event in events) >= postponed
        else:
            self._has_postponed |= made.postponed > 0
        return len(events)

    def _postponed_most(self) -> int:
        """As many events as the sender has room for; when there is any, one at least."""
        room = self._room()
        return 0 if room <= 0 else max(1, min(BATCH_MOST, int(room / self._calls_of_event)))

    def _came(self, made: Made) -> None:
        """It is committed."""
        if made.told:
            self._calls_of_event = max(1.0, 0.5 * self._calls_of_event + 0.5 * made.calls / made.told)
        if made.planned:
            self._made(made)
        self._marked()

    async def _one(self, connection: Connection, events: Sequence[OutboxEvent]) -> Made:
        await mark_events(connection, [event for event in events if not event.people_told])
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
                    events = await take_these(connection, half)
                    made = await self._one(connection, events) if events else Made()
                self._came(made)
            except Exception as again:
                if is_of_the_world(again):
                    raise
                await self._halve(half, again)

    async def _put_off(self, key: Key, fault: Exception) -> None:
        async with self._pool.acquire() as connection:
            is_dead = await put_off(connection, key, because=f"{type(fault).__name__}: {fault}")
        self.dead += is_dead
        log.error("an outbox row cannot be fanned out", row=key[1], business=key[0], dead=is_dead, exc_info=fault)
