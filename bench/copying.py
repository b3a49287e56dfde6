"""COPY of the very rows that Leadhall has just written: the least that PostgreSQL can do for them.

The rows are read from Leadhall's database in COPY's binary form, cut into portions of 64 leads
(a row of each table a lead), and written to a fresh database, a transaction a portion. Reading
and cutting are not measured, and of the writing only PostgreSQL's processor time.
"""

from __future__ import annotations

import asyncio
import io
import struct
import time

import asyncpg

from bench.database import Postgres
from bench.figures import Window
from leadhall.core.ids import LOW_BITS, spell

LEADS_A_TRANSACTION = 64
HEAD = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
END = struct.pack("!h", -1)

# The tables to which intake writes a row a lead, and the uid by which the rows of a time are found.
TABLES = {
    "repeat": "conversation_uid",
    "client_key": "client_uid",
    "client": "uid",
    "conversation": "uid",
    "message": "uid",
    "lead": "conversation_uid",
    "outbox": "uid",
    "request_log": "uid",
}


def uid_of_now() -> str:
    """No uid minted from now on is smaller."""
    return spell((time.time_ns() // 1_000_000) << LOW_BITS)


def copy(postgres: Postgres, source: str, target: str, *, since: str, most_leads: int) -> Window:
    """Copy the leads made in `source` since that uid into `target`. PostgreSQL's CPU and WAL for them."""
    portions = asyncio.run(_read(postgres, source, since, most_leads))
    postgres.drain()
    cpu, wal, began = postgres.cpu_s(), postgres.wal_bytes(), time.perf_counter()
    asyncio.run(_write(postgres, target, portions))
    took = time.perf_counter() - began
    leads = sum(count for count, _ in portions)
    return Window(
        leads=leads, seconds=took, postgres_cpu_s=postgres.cpu_s() - cpu, wal_bytes=postgres.wal_bytes() - wal
    )


Portion = tuple[int, dict[str, bytes]]


async def _read(postgres: Postgres, database: str, since: str, most_leads: int) -> list[Portion]:
    connection = await _connect(postgres, database)
    try:
        tables = {name: await _rows(connection, name, uid, since, most_leads) for name, uid in TABLES.items()}
    finally:
        await connection.close()
    leads = len(tables["lead"])
    return [
        (
            min(LEADS_A_TRANSACTION, leads - start),
            {name: HEAD + b"".join(rows[start : start + LEADS_A_TRANSACTION]) + END for name, rows in tables.items()},
        )
        for start in range(0, leads, LEADS_A_TRANSACTION)
    ]


async def _rows(connection: asyncpg.Connection, table: str, uid: str, since: str, most: int) -> list[bytes]:
    """Rows of a table in COPY's binary form, in the order of their uids."""
    output = io.BytesIO()
    query = f"select * from {table} where {uid} > $1 order by {uid} limit $2"
    await connection.copy_from_query(query, since, most, output=output, format="binary")
    return cut_rows(output.getvalue())


def cut_rows(stream: bytes) -> list[bytes]:
    """The rows of a binary COPY stream, each as it stands in it."""
    rows = []
    place = len(HEAD)
    while (fields := struct.unpack_from("!h", stream, place)[0]) >= 0:
        start, place = place, place + 2
        for _ in range(fields):
            (length,) = struct.unpack_from("!i", stream, place)
            place += 4 + max(length, 0)
        rows.append(stream[start:place])
    return rows


async def _write(postgres: Postgres, database: str, portions: list[Portion]) -> None:
    connection = await _connect(postgres, database)
    try:
        for _, tables in portions:
            async with connection.transaction():
                for name, rows in tables.items():
                    await connection.copy_to_table(name, source=io.BytesIO(rows), format="binary")
    finally:
        await connection.close()


async def _connect(postgres: Postgres, database: str) -> asyncpg.Connection:
    arguments = postgres.admin(database).asyncpg_kwargs()
    connection: asyncpg.Connection = await asyncpg.connect(**arguments, server_settings={"search_path": "leadhall"})
    return connection
