"""The settings of PostgreSQL without which an acknowledged lead could be lost (reliability.md P1)."""

from __future__ import annotations

from leadhall.core.db import Connection

NEEDED = ("fsync", "full_page_writes", "synchronous_commit")


async def durability_faults(connection: Connection) -> list[str]:
    """Which of them are off for this session; empty when a commit means that it is on disk."""
    values = await connection.fetch("select name, current_setting(name) as value from unnest($1::text[]) name", NEEDED)
    return [name for name, value in values if value == "off"]
