"""The outbox as a queue. Rows are taken within a transaction and are gone when it commits; a crash leaves them all.

A row that cannot be fanned out is put off, at most nine times, and then stands dead for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Sequence

from asyncpg import Record

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.outbox import OutboxEvent

SQL = statements(__package__, "queue.sql")

AGAIN_AFTER_S = (1, 5, 30, 120, 600, 1_800, 3_600, 3_600)
MOST_TRIES = len(AGAIN_AFTER_S) + 1
Key = tuple[int, str]


async def take_events(connection: Connection, *, most: int, postponed: int = 0) -> list[OutboxEvent]:
    """The oldest that are due, none of which another worker holds. None while sending is off.

    `postponed`: how many at most of those that only subscribers wait for.
    """
    return _events(await connection.fetch(SQL["take"], most, postponed))


async def postpone(connection: Connection, events: Sequence[OutboxEvent]) -> None:
    """Back into the outbox, in the transaction that took them: people are told, subscribers still wait."""
    if events:
        rows = [(each.business_id, each.uid, each.kind, each.facts, each.created_at) for each in events]
        await connection.execute(SQL["postpone"], *[list(column) for column in zip(*rows, strict=True)])


async def take_these(connection: Connection, keys: Sequence[Key]) -> list[OutboxEvent]:
    """Those of these rows (business, uid) that are still there and nobody holds."""
    businesses, uids = [list(column) for column in zip(*keys, strict=True)]
    return _events(await connection.fetch(SQL["take_these"], businesses, uids))


async def put_off(connection: Connection, key: Key, *, because: str) -> bool:
    """Try a row again later. True when that was its last time: it is dead."""
    dead = await connection.fetchval(SQL["put_off"], *key, because, [float(each) for each in AGAIN_AFTER_S])
    return bool(dead)


async def revive(connection: Connection) -> int:
    """Make every dead row due again, after what killed it was mended; how many."""
    return len(await connection.fetch(SQL["revive"]))


def _events(rows: Sequence[Record]) -> list[OutboxEvent]:
    return sorted((OutboxEvent(**row) for row in rows), key=lambda event: (event.created_at, event.uid))
