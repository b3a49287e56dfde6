"""How a directory looks to the people it serves: its settings' `branding`, with plain defaults."""

from __future__ import annotations

from typing import Any

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "directories.sql")

COLORS = {"primary": "#1f5f8b", "secondary": "#e8f0f5", "text": "#1b1b1b"}


async def branding_of(connection: Connection, directory_id: int) -> dict[str, Any]:
    """Uid, name, logo, colors, locale, host and powered_by of a directory."""
    row = await connection.fetchrow(SQL["branding"], directory_id)
    kept = _object(row["branding"])
    colors = _object(kept.get("colors"))
    return {
        "uid": row["uid"],
        "name": kept.get("name") or row["name"],
        "logo": kept.get("logo"),
        "colors": {name: colors.get(name) or default for name, default in COLORS.items()},
        "locale": kept.get("locale") or "en",
        "host": kept.get("host"),
        "powered_by": kept.get("powered_by") or {"name": row["name"], "url": None},
    }


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
