"""How fast a business answers and how many leads come: of a span of time, tests left out.

The first answer is a person's: a message, or that it was answered by other means. Auto-replies never count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from leadhall.conversations.threads import FIRST, LAST, uid_at
from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "figures.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswer:
    """Of the leads that came: how many, how many were answered, and the seconds within which half and 90 % were."""

    leads: int
    answered: int
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfSource:
    """Leads of a day, in the business's zone, and a source; None: they named none."""

    day: date
    source: str | None
    leads: int


async def first_answer(connection: Connection, business_id: int, since: datetime, until: datetime) -> FirstAnswer:
    """Of the leads that came from `since` on and before `until`. The percentiles are of those that were answered."""
    row = await connection.fetchrow(SQL["first_answer"], business_id, uid_at(since, FIRST), uid_at(until, LAST))
    return FirstAnswer(**row)


async def leads_per_day(
    connection: Connection, business_id: int, since: datetime, until: datetime
) -> list[DayOfSource]:
    """By day and source, both ascending; days and sources without leads are left out."""
    rows = await connection.fetch(SQL["leads_per_day"], business_id, uid_at(since, FIRST), uid_at(until, LAST))
    return [DayOfSource(**row) for row in rows]
