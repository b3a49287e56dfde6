"""Busy days are counted when they are over, and again when something of them changes: sums that figures.py takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from leadhall.conversations.threads import uid_at
from leadhall.core.clock import now
from leadhall.core.db import Connection
from leadhall.core.ids import FIRST, millisecond_of
from leadhall.core.sql import statements

SQL = statements(__package__, "days.sql")
BUSY_FROM = 20
"""Conversations of a day; with fewer it costs nothing to read them."""
BACK = timedelta(days=366)
BUSINESSES_MOST, DAYS_MOST = 200, 50
"""That are looked at in one transaction, and that are counted."""
SETTLED_AFTER_S = 10.0
SOURCES_MOST, ANSWERS_MOST = 100, 256


@dataclass(frozen=True, slots=True)
class Behind:
    """A business with days that were not looked at, up to the last that is over."""

    business_id: int
    time_zone: str
    days: tuple[date, ...]
    last: date
    same_zone: bool


async def look_for_busy_days(connection: Connection) -> int:
    """Find the busy ones among days that are over, in the caller's transaction; how many businesses were looked at."""
    if not await connection.fetchval(SQL["turn"]):
        return 0
    oldest = uid_at(now() - BACK, FIRST)
    behind = [_behind(row) for row in await connection.fetch(SQL["behind"], BUSINESSES_MOST, oldest, BUSY_FROM)]
    if not behind:
        return 0
    ids, zones = [each.business_id for each in behind], [each.time_zone for each in behind]
    if not all(each.same_zone for each in behind):
        await connection.execute(SQL["forget"], ids, zones)
    days = [bounds for each in behind for bounds in _bounds(each)]
    if days:
        await connection.execute(SQL["find_busy"], *map(list, zip(*days, strict=True)), ids, BUSY_FROM, zones)
    await connection.execute(SQL["looked"], ids, [each.last for each in behind], zones)
    return len(behind)


def _behind(row: Any) -> Behind:
    """From the day after the one that was looked at last, or from the first lead of a year."""
    last = row["local_time"].date() - timedelta(days=1)
    days: list[date] = []
    if row["first_uid"] is not None:
        day = _day_of(row["first_uid"], row["time_zone"])
        if row["same_zone"]:
            day = max(day, row["counted_to"] + timedelta(days=1))
        days = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    return Behind(row["business_id"], row["time_zone"], tuple(days), last, row["same_zone"])


def _day_of(uid: str, zone: str) -> date:
    """When it was minted; a year ago for a uid that is none of ours."""
    try:
        at = datetime.fromtimestamp(millisecond_of(uid) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        at = now() - BACK
    return max(at, now() - BACK).astimezone(ZoneInfo(zone)).date()


def _bounds(behind: Behind) -> Iterator[tuple[int, str, str, date]]:
    zone = ZoneInfo(behind.time_zone)
    for day in behind.days:
        starts = [datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1))]
        yield behind.business_id, uid_at(starts[0], FIRST), uid_at(starts[1], FIRST), day


async def count_days(connection: Connection, *, settled_after_s: float = SETTLED_AFTER_S) -> int:
    """Count some of the days that are due, within the caller's transaction; how many."""
    rows = await connection.fetch(SQL["due"], DAYS_MOST, settled_after_s)
    if rows:
        columns = [list(each) for each in zip(*rows, strict=True)]
        await connection.execute(SQL["count"], *columns, SOURCES_MOST, ANSWERS_MOST)
    return len(rows)
