"""What the whole installation knows of itself and keeps in its database, beside the settings of the environment."""

from __future__ import annotations

from typing import Any

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "settings_store.sql")


async def get_setting(connection: Connection, name: str, default: Any = None) -> Any:
    """The value as it was set (any JSON value), else the default."""
    row = await connection.fetchrow(SQL["get"], name)
    return default if row is None else row["value"]


async def set_setting(connection: Connection, name: str, value: Any) -> None:
    """Keep a JSON value under a name; None forgets it."""
    if value is None:
        await connection.execute(SQL["forget"], name)
    else:
        await connection.execute(SQL["set"], name, value)


async def public_url(connection: Connection) -> str | None:
    """The address that people and forms use, set by `init`; LEADHALL_PUBLIC_URL goes before it."""
    url: str | None = await get_setting(connection, "public_url")
    return url


async def set_public_url(connection: Connection, url: str) -> None:
    await set_setting(connection, "public_url", url.rstrip("/"))


async def sending_off(connection: Connection) -> bool:
    """True after a restore until an operator confirms: old outbox rows must not be sent again."""
    return bool(await get_setting(connection, "sending_off", default=False))


async def set_sending_off(connection: Connection, *, off: bool) -> None:
    """Off: sending will begin anew, and then what is a day old is nobody's news."""
    await set_setting(connection, "sending_off", off)
    if off:
        await set_setting(connection, "first_dispatch_at", None)


async def remember_first_dispatch(connection: Connection) -> bool:
    """Keep when sending first began; True when that is now. Not while it is off."""
    return bool(await connection.fetchval(SQL["first_dispatch"]))
