"""What an installation stores about itself: `public_url`, `sending_off`."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from leadhall.core.sql import statements

SQL = statements(__package__, "instance.sql")
PUBLIC_URL = "public_url"
SENDING_OFF = "sending_off"  # a row means off; its value says since when and why


async def store_setting(connection: asyncpg.Connection, name: str, value: Any) -> None:
    await connection.execute(SQL["store"], name, msgspec.json.encode(value).decode())


async def read_setting(connection: asyncpg.Connection, name: str) -> Any:
    stored = await connection.fetchval(SQL["read"], name)
    return None if stored is None else msgspec.json.decode(stored)


async def forget_setting(connection: asyncpg.Connection, name: str) -> bool:
    """True when it was there."""
    return await connection.fetchval(SQL["forget"], name) is not None
