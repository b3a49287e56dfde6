"""How an endpoint is doing: off when it says that it is gone or fails for five days, and its owner hears of it."""

from __future__ import annotations

import asyncpg
import structlog

from leadhall.core.clock import iso_milliseconds
from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event

SQL = statements(__package__, "deliver.sql")
log = structlog.get_logger(__name__)


async def note_failure(pool: asyncpg.Pool, endpoint_id: int, answer: str, *, gone: bool = False) -> None:
    """One try failed. After a day its owner hears of it, after five days (or at once when `gone`) it is off."""
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(SQL["failed"], endpoint_id, answer, gone)
        if row is not None and (row["off_because"] or row["tell"]):
            await _tell_owner(connection, endpoint_id, row)


async def _tell_owner(connection: Connection, endpoint_id: int, row: asyncpg.Record) -> None:
    """One letter to the business's owner; for an endpoint of a whole directory, one to each of its administrators."""
    kind = "endpoint_off" if row["off_because"] else "endpoint_failing"
    log.warning("webhook endpoint failing", endpoint=endpoint_id, off=row["off_because"] or "no")
    facts = {
        "endpoint_id": endpoint_id,
        "url": row["url"],
        "because": row["off_because"] or "failing",
        "failing_since": iso_milliseconds(row["failing_since"]),
        "failures": row["failures"],
        "last_answer": row["last_answer"],
    }
    once = f"{kind}:{endpoint_id}:{row['failing_since'].timestamp():.0f}"
    if row["business_id"]:
        await append_event(connection, row["business_id"], kind, facts, uid=once)
        return
    for admin in await connection.fetch(SQL["admins"], row["directory_id"]):
        await append_event(connection, 0, kind, facts | {"recipient": admin["email"]}, uid=f"{once}:{admin['email']}")


async def note_recovery(pool: asyncpg.Pool, endpoint_id: int) -> None:
    """It took a delivery again."""
    await pool.execute(SQL["recovered"], endpoint_id)
