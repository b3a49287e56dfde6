"""`leadhall requests tail`: requests as they come in, until Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from leadhall.cli.output import harmless
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "requests.sql")
LOOK_EVERY_S = 0.5
LATE = timedelta(seconds=10)  # rows that are written behind carry the time they came


async def tail(
    *,
    business: Annotated[str | None, Parameter(help="Only of this business (any of its names).")] = None,
    directory: DirectoryOption = None,
    operation: Annotated[str | None, Parameter(help="Only of this operation, such as create_lead.")] = None,
    refused: Annotated[bool, Parameter(help="Only what was not accepted.")] = False,
    as_json: Annotated[bool, Parameter(name="--json", help="A JSON object a line, for programs.")] = False,
) -> None:
    """Follow the log of requests live; Ctrl-C ends it."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory) if business else None
        start = await at.connection.fetchval("select clock_timestamp()")
        async for row in follow(at.connection, start, found.id if found else None, operation, refused=refused):
            print(_json(row) if as_json else _line(row), flush=True)


async def follow(
    connection: Connection, start: datetime, business_id: int | None, operation: str | None, *, refused: bool
) -> AsyncIterator[dict[str, Any]]:
    """Rows of the log from `start` on, each once, in the order they can be seen."""
    seen: dict[str, datetime] = {}
    while True:
        now = await connection.fetchval("select clock_timestamp()")
        seen = {uid: at for uid, at in seen.items() if at > now - 2 * LATE}
        since = max(start, now - LATE)
        for row in await connection.fetch(SQL["since"], since, business_id, operation, refused, list(seen)):
            seen[row["uid"]] = row["at"]
            yield dict(row)
        await asyncio.sleep(LOOK_EVERY_S)


def _line(row: dict[str, Any]) -> str:
    told = [f"{row['at']:%H:%M:%S}", str(row["status"]), f"{row['verdict']:<22}", f"{row['operation']:<24}"]
    told += [row["uid"], row["business_uid"] or "-", row["user_agent"] or "-"]
    faults = "; ".join(f"{each['code']}: {each['message']}" for each in row["facts"].get("faults", ()))
    return harmless("  ".join([*told, *([faults] if faults else [])]))


def _json(row: dict[str, Any]) -> str:
    return msgspec.json.encode(row, enc_hook=str).decode()
