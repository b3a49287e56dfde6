"""Time as the wire shows it. Due and lease times come from the database clock, never from here."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

EVER, ALWAYS = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
"""Before and after every time, where nobody names a bound."""


def now() -> datetime:
    return datetime.now(UTC)


def iso_seconds(at: datetime) -> str:
    """`2026-11-22T09:30:00Z`, as upstream writes the dates of clients."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_offset(at: datetime, zone: str) -> str:
    """`2026-11-22T11:30:00.123+02:00`, as upstream writes the dates of matters; `zone` is an IANA name."""
    return at.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")


def iso_milliseconds(at: datetime) -> str:
    """`2026-11-22T09:30:00.123Z`, as upstream writes the dates of conversations."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
