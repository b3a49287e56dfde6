"""Two at work on one row: a second connection waits for what the first has not committed."""

from __future__ import annotations

import asyncio


async def until_one_waits(owner):
    """Till somebody waits for a lock."""
    async with asyncio.timeout(20):
        while not await owner.fetchval("select exists (select from pg_locks where not granted)"):
            pass  # each look asks PostgreSQL, which is all the waiting there is
