"""When a text may reach a lead: between 8:00 and 21:00 where they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers

OPENS, CLOSES = time(8), time(21)
UNKNOWN = "Etc/Unknown"
"""What the library says of a number that tells no zone."""


def wait_s(number: str, home: str, at: datetime) -> float:
    """Seconds until a text may go to this E.164 number; 0 when it may go now.

    A number tells its zone, or several it may be in: then it must be day in all of them. Where it tells none, or
    where its zones have no hour of day in common, the business's zone (`home`, IANA) counts.
    """
    for zones in (zones_of(number), (ZoneInfo(home),)):
        opens = _next_day(zones, at) if zones else None
        if opens is not None:
            return (opens - at).total_seconds()
    raise AssertionError("one zone alone always has a day")


@lru_cache(maxsize=1024)
def zones_of(number: str) -> tuple[ZoneInfo, ...]:
    """Where a number may be; empty when nobody can tell."""
    from phonenumbers import timezone  # noqa: PLC0415 - a table of the whole world, slow to load

    names = timezone.time_zones_for_number(phonenumbers.parse(number))
    return tuple(ZoneInfo(name) for name in names if name != UNKNOWN)


def _next_day(zones: Sequence[ZoneInfo], at: datetime) -> datetime | None:
    """The next moment at which it is day in all zones, within a day from now; None when there is none."""
    mornings = sorted(_next_morning(zone, at) for zone in zones)
    return next((moment for moment in (at, *mornings) if all(_is_day(zone, moment) for zone in zones)), None)


def _is_day(zone: ZoneInfo, moment: datetime) -> bool:
    return OPENS <= moment.astimezone(zone).time() < CLOSES


def _next_morning(zone: ZoneInfo, at: datetime) -> datetime:
    here = at.astimezone(zone)
    days = 0 if here.time() < OPENS else 1
    morning = datetime.combine(here.date() + timedelta(days=days), OPENS, zone)
    return morning.astimezone(at.tzinfo)
