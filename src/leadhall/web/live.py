"""What changes in a business, told to the browsers that look: one task a process asks, however many look.

It asks when the outbox says that something happened, and every other second for what the outbox does not say; and
only about businesses that somebody looks at. What it compares is small: counts, the newest lead, one conversation.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

import asyncpg
import structlog

from leadhall.conversations.threads import unread_counts
from leadhall.core.db import Connection, Database, Scope, scoped
from leadhall.core.errors import Busy
from leadhall.core.sql import statements
from leadhall.core.waking import woken
from leadhall.inbound.held import count_held
from leadhall.requestlog.acts import count_waiting

log = structlog.get_logger(__name__)

SQL = statements(__package__, "live.sql")
WOKEN_BY = "leadhall_outbox"
ASK_EVERY_S = 2.0
SETTLE_S = 0.25
LIVES_S = 600.0
BEAT_S = 20.0
LISTEN_AGAIN_S = 5.0
LISTEN_ON_S = 60.0  # pages come and go
STREAMS_MOST = 500
STREAMS_MOST_OF_A_USER = 12


@dataclass(frozen=True, slots=True)
class Place:
    """What a browser looks at: a business's lists, one of its conversations, or its request log."""

    business_id: int
    conversation_uid: str | None = None
    log: bool = False


@dataclass(eq=False)
class _Ear:
    """One browser. `mark` is how things stood when it was last told."""

    place: Place
    user: str
    mark: str
    heard: asyncio.Event = field(default_factory=asyncio.Event)


async def counts_of(connection: Connection, business_id: int, staff_uid: str | None = None) -> dict[str, int]:
    """What menus count: those of conversations.threads.unread_counts, and `waiting`: requests and held answers."""
    counts = await unread_counts(connection, business_id, staff_uid)
    waiting = await count_held(connection, business_id) + await count_waiting(connection, business_id)
    return counts | {"waiting": waiting}


async def mark_of(connection: Connection, place: Place, counts: Mapping[str, int]) -> str:
    """How things stand: another text as soon as a page would show something else. Whose `mine` are is no matter."""
    row = await connection.fetchrow(SQL["stands"], place.business_id, place.conversation_uid)
    return _mark((sorted({**counts, "mine": 0}.items()), tuple(row) if row else ()))


async def mark_of_log(connection: Connection, business_id: int) -> str:
    """Another text as soon as a request came."""
    newest = await connection.fetch(SQL["newest_requests"], business_id)
    return _mark([row["uid"] for row in newest])


def _mark(told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


async def _mark_now(connection: Connection, place: Place) -> str:
    if place.log:
        return await mark_of_log(connection, place.business_id)
    return await mark_of(connection, place, await counts_of(connection, place.business_id))


class Live:
    """Streams of events for browsers. Lives as long as the server."""

    def __init__(self, database: Database, pool: asyncpg.Pool) -> None:
        self._database = database
        self._pool = pool
        self._ears: set[_Ear] = set()
        self._wake = asyncio.Event()
        self._looked_at = asyncio.Event()
        self._is_over = False

    @property
    def streams(self) -> int:
        return len(self._ears)

    def open(self, place: Place, *, user: str, mark: str) -> AsyncGenerator[bytes, None]:
        """A stream of `changed` events. Busy when too many look, or one person in too many windows."""
        if len(self._ears) >= STREAMS_MOST or sum(ear.user == user for ear in self._ears) >= STREAMS_MOST_OF_A_USER:
            raise Busy(BEAT_S, "Too many windows are open")
        return self._stream(_Ear(place, user, mark))

    async def _stream(self, ear: _Ear) -> AsyncGenerator[bytes, None]:
        """Ends after ten minutes: who still looks comes again, and is asked again who they are."""
        until = time.monotonic() + LIVES_S
        self._ears.add(ear)
        self._wake.set()
        self._looked_at.set()
        try:
            yield b"retry: 2000\n\n"
            while not self._is_over and time.monotonic() < until:
                await woken(ear.heard, within_s=BEAT_S)
                if not ear.heard.is_set():
                    yield b": still here\n\n"
                    continue
                ear.heard.clear()
                if not self._is_over:
                    yield b"event: changed\ndata: " + ear.mark.encode() + b"\n\n"
        finally:
            self._ears.discard(ear)

    async def run(self) -> None:
        """Look for changes until cancelled, then end every stream."""
        listening = asyncio.create_task(self._listen())
        try:
            while True:
                await woken(self._wake, within_s=ASK_EVERY_S if self._ears else None)
                self._wake.clear()
                await self._look()
                await asyncio.sleep(SETTLE_S)  # what comes in a flood is told four times a second
        finally:
            self._is_over = True
            for ear in self._ears:
                ear.heard.set()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _look(self) -> None:
        for place in {ear.place for ear in self._ears}:
            try:
                async with scoped(self._pool, Scope.of([place.business_id])) as connection:
                    mark = await _mark_now(connection, place)
            except Exception as fault:  # noqa: BLE001 - the database is away; the next look tells
                log.debug("not looked", fault=type(fault).__name__)
                return
            for ear in [each for each in self._ears if each.place == place and each.mark != mark]:
                ear.mark = mark
                ear.heard.set()

    async def _listen(self) -> None:
        """Hear what the outbox says, while anybody looks. Without it, looking every other second does."""
        while True:
            await self._looked_at.wait()
            with contextlib.suppress(Exception):
                await self._hear()
            await asyncio.sleep(LISTEN_AGAIN_S)

    async def _hear(self) -> None:
        """Until nobody has looked for a minute: each batch of leads wakes a session and this process."""
        gone = asyncio.Event()
        connection = await self._database.connect("worker")
        try:
            connection.add_termination_listener(lambda *_: gone.set())
            await connection.add_listener(WOKEN_BY, lambda *_: self._told())
            while self._looked_at.is_set() and not gone.is_set():
                self._looked_at.clear()
                await woken(gone, within_s=LISTEN_ON_S)
                if self._ears:
                    self._looked_at.set()
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    def _told(self) -> None:
        if self._ears:
            self._wake.set()
