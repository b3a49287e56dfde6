"""Two clients who may be one person: noted by intake when keys clash, here when numbers are equal; merged by people."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from leadhall.clients.phone import Phone
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements
from leadhall.tenancy.settings_store import get_setting, set_setting

SQL = statements(__package__, "pairs.sql")
PAIRS_MOST = 200
LISTED_FROM = 500
"""So many of the open ones are looked at: of some their two became one, or one is gone."""
LOOKED_AT_MOST = 1_000
OTHERS_MOST = 5
WITHIN_S = 20.0
LOOK_WITHIN_S = 1.0  # takes 5 ms; a planner who last saw a table of a few rows reads a whole business for each
SEEN, LONG_AGO = "paired_by_number_until", "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectedPair:
    """`because`: email or unique_id (a lead brought keys of both), or phone (both have the number)."""

    a_uid: str
    b_uid: str
    a_name: str
    b_name: str
    because: str
    times: int
    first_lead: str | None
    last_lead: str | None
    first_at: datetime
    last_at: datetime


async def list_pairs(
    connection: Connection, business_id: int, *, client_uid: str | None = None, most: int = PAIRS_MOST
) -> list[SuspectedPair]:
    """Open pairs, the newest first; of one client those it is in. A client that was merged stands as who it is now."""
    rows = await connection.fetch(SQL["list"], business_id, client_uid, min(most, PAIRS_MOST), LISTED_FROM)
    return [SuspectedPair(**row) for row in rows]


async def dismiss_pair(connection: Connection, business_id: int, one: str, other: str, *, actor: str) -> None:
    """They are two people. NotFound when they are no open pair."""
    if not await connection.fetchval(SQL["dismiss"], business_id, one, other, actor):
        raise NotFound("There is no such pair, or it is settled")


class PairsByNumber:
    """A chore: clients of a business who have the same valid number are noted as a pair. Once, whoever does it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def pair_by_number(self) -> None:
        """Look at who changed since the last round; so many at a time, for as long as a chore may take."""
        until = time.monotonic() + WITHIN_S
        while await self._round() >= LOOKED_AT_MOST and time.monotonic() < until:
            pass

    async def _round(self) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(SQL["turn"]):
                return 0
            at, uid = await get_setting(connection, SEEN, (LONG_AGO, ""))
            since = datetime.fromisoformat(at)
            rows = await connection.fetch(SQL["changed"], since, uid, LOOKED_AT_MOST, timeout=WITHIN_S)
            if rows:
                await self._pair(connection, rows)
                await set_setting(connection, SEEN, (rows[-1]["updated_at"].isoformat(), rows[-1]["uid"]))
            return len(rows)

    async def _pair(self, connection: Connection, rows: list[asyncpg.Record]) -> None:
        numbers = [[row[name] for row in rows] for name in ("business_id", "uid", "phone_e164")]
        found = await connection.fetch(SQL["same_number"], *numbers, OTHERS_MOST, timeout=LOOK_WITHIN_S)
        pairs = [row for row in found if Phone("", row["phone_e164"]).valid]
        columns = [[row[name] for row in pairs] for name in ("business_id", "a_uid", "b_uid")]
        await connection.execute(SQL["pair"], *columns)
