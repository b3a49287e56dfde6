"""The dispatcher as a whole: beside the server in its process, or alone as `leadhall worker`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import asyncpg
import structlog

from leadhall.conversations.counter import Counter
from leadhall.core.db import Database
from leadhall.core.ending import at_work
from leadhall.core.secrets import InstanceKey
from leadhall.dispatch.channels import channels_of
from leadhall.dispatch.fanner import Fanner
from leadhall.dispatch.fanout import Fanout
from leadhall.dispatch.sender import Sender
from leadhall.dispatch.tending import Tending
from leadhall.events.delivery import Channel
from leadhall.search.indexer import Indexer
from leadhall.settings import Settings
from leadhall.transfer.importer import Importer

log = structlog.get_logger(__name__)

WOKEN_BY = "leadhall_outbox"
CONNECTIONS = 4
STALLED_WITHIN_MS = "5000"
CLOSE_WITHIN_S = 3.0
LISTEN_AGAIN_S = 1.0
SESSION = {
    # a worker that stopped in the middle of a transaction must not keep its rows from the others
    "idle_in_transaction_session_timeout": STALLED_WITHIN_MS,
    # plans are made once a session, maybe over empty tables: rows are always asked for by key
    "enable_seqscan": "off",
}


@dataclass(frozen=True)
class Dispatching:
    """The parts of a running dispatcher, for whoever watches it."""

    fanner: Fanner
    sender: Sender
    tending: Tending
    indexer: Indexer
    importer: Importer


@asynccontextmanager
async def dispatching(
    database: Database, key: InstanceKey, settings: Settings, *, channels: Mapping[str, Channel] | None = None
) -> AsyncIterator[Dispatching]:
    """Dispatch while within; `channels` are those of `channels_of` unless given. A database away is waited for."""
    async with AsyncExitStack() as stack:
        pool = await _pool(stack, database)
        ways = channels_of(pool, key, settings) if channels is None else channels
        for way in ways.values():
            stack.push_async_callback(way.close)
        indexer = Indexer(pool)
        sender = Sender(pool, ways)
        fanout = Fanout(ways, digest_after=settings.digest_after, taker=sender)
        fanner = Fanner(pool, fanout, made=sender.made, marked=indexer.wake, room=sender.room)
        sender.when_room(fanner.has_room)
        parts = Dispatching(fanner, sender, Tending(pool, settings), indexer, Importer(pool))

        def wake() -> None:
            fanner.wake()
            sender.wake()
            parts.importer.wake()

        beside = (parts.tending.run(), indexer.run(), parts.importer.run(), Counter(pool).run())
        for work in (_listen(database, wake), *beside, fanner.run(), sender.run()):
            await stack.enter_async_context(at_work(work))
        yield parts


async def _pool(stack: AsyncExitStack, database: Database) -> asyncpg.Pool:
    pool = database.pool("worker", most=CONNECTIONS, session=SESSION, as_it_is=True)
    await pool
    stack.push_async_callback(_close, pool)
    return pool


async def _close(pool: asyncpg.Pool) -> None:
    try:
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def _listen(database: Database, wake: Callable[[], None]) -> None:
    """Hear NOTIFY on a connection of its own. While it is away, polling does the work."""
    while True:
        gone = asyncio.Event()
        try:
            connection = await database.connect("worker")
            try:
                connection.add_termination_listener(lambda *_, gone=gone: gone.set())
                await connection.add_listener(WOKEN_BY, lambda *_: wake())
                wake()  # what was told before we listened
                await gone.wait()
            finally:
                with contextlib.suppress(Exception):
                    await connection.close(timeout=1)
        except Exception as fault:  # noqa: BLE001 - a hint is missed, nothing else
            log.debug("not listening", fault=type(fault).__name__)
        await asyncio.sleep(LISTEN_AGAIN_S)


class Watch(Protocol):
    """How a figure gets among the metrics."""

    def __call__(self, name: str, meaning: str, read: Callable[[], float], *, counter: bool = False) -> None: ...


def show(parts: Dispatching, watch: Watch) -> None:
    """The figures of a dispatcher, for /metrics."""
    sender, fanner, tending = parts.sender, parts.fanner, parts.tending

    def in_state(*states: str) -> Callable[[], float]:
        return lambda: sum(count for (_, state), count in sender.counts.items() if state in states)

    watch("deliveries_sent", "Deliveries that the other side took.", in_state("accepted", "delivered"), counter=True)
    watch("deliveries_put_off", "Tries after which another follows.", in_state("waiting"), counter=True)
    watch("deliveries_failed", "Deliveries refused or given up.", in_state("failed", "given_up"), counter=True)
    watch("deliveries_not_sent", "Deliveries skipped or suppressed.", in_state("skipped", "suppressed"), counter=True)
    watch("outbox_rows_taken", "Outbox rows fanned out.", lambda: fanner.taken, counter=True)
    watch("outbox_lag_seconds", "Age of the oldest outbox row that is due.", lambda: tending.outbox_lag_s)
    watch("outbox_dead_rows", "Outbox rows that cannot be fanned out.", lambda: tending.dead_rows)
    watch("delivery_lag_seconds", "How long the oldest due delivery waits.", lambda: tending.delivery_lag_s)
    watch("search_indexed", "Clients and conversations read for search.", lambda: parts.indexer.indexed, counter=True)
    watch("import_rows", "Rows of imports that were settled.", lambda: parts.importer.taken, counter=True)
    watch("senders_resting", "Senders that were refused and rest.", lambda: tending.resting_senders)
