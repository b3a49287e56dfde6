"""Arrivals become batches. There is no timer: while one batch commits, the next one gathers.

A lone lead waits for nothing; a flood shares its fsync. One writer connection a process.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from leadhall.core.db import CONNECT_WITHIN_S, STATEMENT_WITHIN_S, Connection, Database
from leadhall.core.errors import Busy, KeyInFlight, Refusal, Unstorable
from leadhall.core.ids import mint as mint_uid
from leadhall.core.of_the_world import is_of_the_world
from leadhall.core.waking import woken
from leadhall.intake.draft import LeadDraft
from leadhall.intake.faults import refusal_for
from leadhall.intake.identity import Key
from leadhall.intake.limits import (
    ANSWER_WITHIN_S,
    BATCH_MOST_LEADS,
    IN_FLIGHT_WITHIN_S,
    LEAD_WITHIN_S,
    QUEUE_MOST_LEADS,
)
from leadhall.intake.plan import Arrival
from leadhall.intake.write import TRY_AGAIN, InFlight, Outcome, write_batch

log = structlog.get_logger(__name__)
TRIES = 5
LONG_RETRY_AFTER_S = 2.0


class Watcher(Protocol):
    """Hears of every batch, for the metrics."""

    def batch_done(self, leads: int, seconds: float) -> None: ...
    def queue_length(self, leads: int) -> None: ...


@dataclass(slots=True, eq=False)
class Waiting:
    """An arrival in the queue. Times are monotonic: a clock that jumps delays nobody."""

    arrival: Arrival
    outcome: asyncio.Future[Outcome]
    same: tuple[object, ...] | None = None
    since: float = field(default_factory=time.monotonic)
    not_before: float = 0.0


class Batcher:
    """A bounded, fair queue before one writer connection."""

    def __init__(
        self, database: Database, *, watcher: Watcher | None = None, mint: Callable[[], str] = mint_uid
    ) -> None:
        self._database = database
        self._watcher = watcher
        self._mint = mint
        self._queue: deque[Waiting] = deque()
        self._queued_of: Counter[int | None] = Counter()
        self._shared: dict[tuple[object, ...], asyncio.Future[Outcome]] = {}
        self._arrived = asyncio.Event()
        self._connection: Connection | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: asyncio.Task[None] | None = None
        self._closing = False

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._runner = self._loop.create_task(self._run(), name="batcher")

    async def close(self) -> None:
        """Store what is queued, then stop."""
        self._closing = True
        self._arrived.set()
        if self._runner:
            await self._runner
        if self._connection:
            await self._connection.close(timeout=1)

    def __len__(self) -> int:
        return len(self._queue)

    async def receive(self, arrival: Arrival, *, waited_s: float = 0.0) -> Outcome:
        """Store one arrival; returns when it is on disk. `waited_s`: how long its caller has waited for us already.

        Raises Busy (queue full, or its 8 s are over), Unavailable, StorageFull, Unstorable, KeyReused, KeyInFlight.
        """
        since = time.monotonic() - waited_s
        same = _sameness(arrival)
        shared = self._shared.get(same) if same else None
        if shared is not None:
            await asyncio.wait([shared])  # then ask the database, which logs the repeat and tells the first answer
        loop = self._loop or asyncio.get_running_loop()
        outcome = await self._enqueue(Waiting(arrival, loop.create_future(), same, since))
        if isinstance(outcome, InFlight):
            raise KeyInFlight("The same request is being stored right now; ask again in a moment")
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def _enqueue(self, waiting: Waiting) -> asyncio.Future[Outcome]:
        directory = waiting.arrival.sender.directory_id
        if self._closing:
            raise Busy(LONG_RETRY_AFTER_S, "The server is stopping; please send it again")
        if len(self._queue) >= QUEUE_MOST_LEADS or self._queued_of[directory] >= QUEUE_MOST_LEADS // 2:
            raise Busy(LONG_RETRY_AFTER_S)
        self._queue.append(waiting)
        self._queued_of[directory] += 1
        if waiting.same is not None:
            self._shared.setdefault(waiting.same, waiting.outcome)
        self._arrived.set()
        return waiting.outcome

    async def _run(self) -> None:
        while not (self._closing and not self._queue):
            batch = self._next_batch()
            if not batch:
                await self._wait_for_arrivals()
                continue
            began = time.monotonic()
            await self._store(batch)
            if self._watcher:
                self._watcher.batch_done(len(batch), time.monotonic() - began)
                self._watcher.queue_length(len(self._queue))

    async def _wait_for_arrivals(self) -> None:
        self._arrived.clear()
        later = min((waiting.not_before for waiting in self._queue), default=None)
        timeout = None if later is None else max(0.0, later - time.monotonic())
        await woken(self._arrived, within_s=timeout)

    def _next_batch(self) -> list[Waiting]:
        """What is there, at most 256, in the order it came; who waited too long leaves.

        Two arrivals that share a person crosswise (one's key is the other's second key) go in
        two batches, so that the second sees what the first decided.
        """
        now = time.monotonic()
        batch: list[Waiting] = []
        later: deque[Waiting] = deque()
        crossing = Crossing()
        while self._queue and len(batch) < BATCH_MOST_LEADS:
            waiting = self._queue.popleft()
            if now - waiting.since > LEAD_WITHIN_S:
                self._settle(waiting, Busy(LONG_RETRY_AFTER_S))
            elif waiting.not_before > now or crossing.with_others(waiting.arrival):
                later.append(waiting)
            else:
                batch.append(waiting)
        self._queue.extendleft(reversed(later))
        return batch

    async def _store(self, batch: list[Waiting]) -> None:
        """Store a batch; whatever happens, everybody in it gets an answer."""
        try:
            until = min(waiting.since for waiting in batch) + ANSWER_WITHIN_S
            outcomes = await self._write([waiting.arrival for waiting in batch], until)
        except Exception as fault:  # noqa: BLE001 - the last place that can answer these people
            await self._store_refused(batch, fault)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, InFlight) and self._may_ask_again(waiting):
                continue
            self._settle(waiting, outcome)

    def _may_ask_again(self, waiting: Waiting) -> bool:
        """Queue it again for up to 2 s: the other process is about to finish the same request."""
        now = time.monotonic()
        if now - waiting.since > IN_FLIGHT_WITHIN_S:
            return False
        waiting.not_before = now + 0.02
        self._queue.append(waiting)
        return True

    async def _store_refused(self, batch: list[Waiting], fault: Exception) -> None:
        """Faults of the world are everybody's; for the rest, halve until the bad lead stands alone."""
        if is_of_the_world(fault):
            log.warning("intake.batch_failed", leads=len(batch), fault=type(fault).__name__)
            await self._drop_connection()
            for waiting in batch:
                self._settle(waiting, refusal_for(fault))
        elif len(batch) == 1:
            log.error("intake.unstorable", request_id=batch[0].arrival.request.uid, fault=type(fault).__name__)
            self._settle(batch[0], Unstorable("The database refused this lead; the operator has been told"))
        else:
            middle = len(batch) // 2
            await self._store(batch[:middle])
            await self._store(batch[middle:])

    async def _write(self, arrivals: list[Arrival], until: float) -> list[Outcome]:
        """Write, again where the world moved meanwhile; no longer than `until` (monotonic)."""
        for _ in range(TRIES - 1):
            try:
                return await self._write_once(arrivals, until)
            except TRY_AGAIN as fault:
                log.info("intake.batch_again", leads=len(arrivals), fault=type(fault).__name__)
        return await self._write_once(arrivals, until)

    async def _write_once(self, arrivals: list[Arrival], until: float) -> list[Outcome]:
        connection = await self._connected(until)
        timeout = max(0.1, min(STATEMENT_WITHIN_S, until - time.monotonic()))
        return await write_batch(connection, arrivals, mint=self._mint, timeout=timeout)

    async def _connected(self, until: float) -> Connection:
        if self._connection is None or self._connection.is_closed():
            timeout = max(0.1, min(CONNECT_WITHIN_S, until - time.monotonic()))
            self._connection = await self._database.connect(
                "intake", timeout=timeout, target_session_attrs="read-write"
            )
        return self._connection

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.terminate()

    def _settle(self, waiting: Waiting, outcome: Outcome | Refusal) -> None:
        self._queued_of[waiting.arrival.sender.directory_id] -= 1
        if self._shared.get(waiting.same) is waiting.outcome:  # type: ignore[arg-type] # None is no key in it
            del self._shared[waiting.same]  # type: ignore[arg-type]
        if waiting.outcome.done():  # its caller went away; what was stored stays stored
            return
        waiting.outcome.set_result(outcome)  # type: ignore[arg-type] # `receive` raises what is a Refusal


class Crossing:
    """Keys of the batch so far, to see whether another arrival would meet one of them crosswise."""

    def __init__(self) -> None:
        self._first: set[tuple[int, str, str]] = set()  # those that find a client; `second` come beside
        self._second: set[tuple[int, str, str]] = set()

    def with_others(self, arrival: Arrival) -> bool:
        what = arrival.what
        if not isinstance(what, LeadDraft):
            return False
        first, second = _filed(what, what.by), _filed(what, what.other)
        if first in self._second or second in self._first:
            return True
        if first is not None:
            self._first.add(first)
        if second is not None:
            self._second.add(second)
        return False


def _filed(lead: LeadDraft, key: Key | None) -> tuple[int, str, str] | None:
    """Where a key of a lead is filed."""
    return (lead.business.id, key.kind, key.key) if key else None


def _sameness(arrival: Arrival) -> tuple[object, ...] | None:
    """Equal for requests of one scope and content within this process; they are stored one after the other."""
    if arrival.claim is None or not isinstance(arrival.what, LeadDraft):
        return None
    what = arrival.claim.idem_key or arrival.claim.fingerprint
    return (arrival.business_id, arrival.sender.principal, arrival.request.operation, what)
