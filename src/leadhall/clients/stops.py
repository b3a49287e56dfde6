"""STOP and START: what people tell us by text about texts is recorded for everybody whose number it is."""

from __future__ import annotations

import asyncpg

from leadhall.clients.consent import Purpose
from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements

SQL = statements(__package__, "stops.sql")
ALL: tuple[Purpose, ...] = ("transactional", "marketing")
ASKED_FOR: tuple[Purpose, ...] = ("transactional",)


async def record_stop(connection: Connection | asyncpg.Pool, business_id: int, number: str) -> None:
    """No more texts to this number (E.164), about anything."""
    await _record(connection, business_id, number, "stop", ALL, value=False)


async def record_start(connection: Connection | asyncpg.Pool, business_id: int, number: str) -> None:
    """Texts about their requests again. Marketing comes back only when they agree to it anew."""
    await _record(connection, business_id, number, "start", ASKED_FOR, value=True)


async def record_texted(
    connection: Connection | asyncpg.Pool, business_id: int, client_uid: str, number: str, *, lead_uid: str
) -> None:
    """Who texts us may be answered by text. As a lead's own yes: a STOP before it stays in effect."""
    await connection.execute(
        SQL["record"], business_id, number, True, "intake", lead_uid, [client_uid], [mint()], ["transactional"]
    )


async def _record(
    connection: Connection | asyncpg.Pool,
    business_id: int,
    number: str,
    act: str,
    purposes: tuple[Purpose, ...],
    *,
    value: bool,
) -> None:
    people = [row[0] for row in await connection.fetch(SQL["people_of_number"], business_id, number)]
    rows = [(uid, mint(), purpose) for uid in people for purpose in purposes]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        await connection.execute(SQL["record"], business_id, number, value, act, None, *columns)
