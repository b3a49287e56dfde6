"""Time as the wire shows it. Due and lease times come from the database clock, never from here."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def iso_seconds(at: datetime) -> str:
    """`2026-11-22T09:30:00Z`, as upstream writes the dates of clients."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_milliseconds(at: datetime) -> str:
    """`2026-11-22T09:30:00.123Z`, as upstream writes the dates of conversations."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
