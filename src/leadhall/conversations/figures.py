"""How fast a business answers and how many leads come: of a span of time, tests left out.

The first answer is a person's: a message, or that it was answered by other means. Auto-replies never count.
Busy days that are over are taken as the worker counted them (days.py), so that a year costs what its days do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from leadhall.conversations.threads import uid_at
from leadhall.core.db import Connection
from leadhall.core.ids import FIRST, LAST
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


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one business and one span of time."""

    first_answer: FirstAnswer
    leads_per_day: list[DayOfSource]
    """By day and source, both ascending; days and sources without leads are left out. Of a counted day the 100 largest
    sources stand by themselves, the others as ""."""


@dataclass(frozen=True, slots=True)
class Spans:
    """A span of time taken apart: what is read as it is, from uid to uid, and counted days by their first uids."""

    froms: list[str]
    untils: list[str]
    days: list[str]


async def read_figures(connection: Connection, business_id: int, since: datetime, until: datetime) -> Figures:
    """Of the leads that came from `since` on and before `until`. The percentiles are of those that were answered.

    Seconds are whole; on days with more than 256 answers those over a minute are within 1.6 %.
    """
    spans = await _spans(connection, business_id, since, until)
    row = await connection.fetchrow(SQL["figures"], business_id, spans.froms, spans.untils, spans.days)
    leads = row["leads_of_day"]
    days = zip(row["days"], row["sources"], leads, strict=True)
    return Figures(
        FirstAnswer(leads=sum(leads), answered=row["answered"], median_s=row["median_s"], p90_s=row["p90_s"]),
        [DayOfSource(day=day, source=source, leads=n) for day, source, n in days],
    )


async def _spans(connection: Connection, business_id: int, since: datetime, until: datetime) -> Spans:
    """What lies between the counted days is read as it is."""
    first, last = uid_at(since, FIRST), uid_at(until, LAST)
    days = await connection.fetch(SQL["counted"], business_id, first, last)
    froms, untils = [first, *(day["until_uid"] for day in days)], [*(day["first_uid"] for day in days), last]
    between = [(begin, end) for begin, end in zip(froms, untils, strict=True) if begin < end]
    return Spans([begin for begin, _ in between], [end for _, end in between], [day["first_uid"] for day in days])
