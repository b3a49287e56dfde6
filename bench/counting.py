"""What the worker does beside, done at once: busy days are counted for figures."""

from __future__ import annotations

import asyncio

from bench.database import Postgres
from leadhall.conversations.days import count_days, look_for_busy_days
from leadhall.core.db import Connection, Database


def count_all(running: Postgres, database: str) -> int:
    """Count every day that is due; how many."""
    return asyncio.run(_count(Database(running.login(database).asyncpg_kwargs())))


async def _count(database: Database) -> int:
    connection = await database.connect("worker", command_timeout=None)
    try:
        await connection.execute("set enable_seqscan = off")  # as the worker's sessions have it
        while await _look(connection):
            pass
        counted = 0
        while some := await _some(connection):
            counted += some
        return counted
    finally:
        await connection.close()


async def _look(connection: Connection) -> int:
    async with connection.transaction():
        return await look_for_busy_days(connection)


async def _some(connection: Connection) -> int:
    async with connection.transaction():
        return await count_days(connection, settled_after_s=0)
