"""What people confirm, by a link that came to their address or by an operator who knows them."""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.emails import email_key
from leadhall.core.sql import statements

SQL = statements(__package__, "confirmed.sql")


async def confirm_email(connection: Connection, user_id: int, address: str) -> bool:
    """The address is theirs. False when it is not their address (any more)."""
    return bool(await connection.fetchval(SQL["email"], user_id, email_key(address)))


async def confirm_staff(connection: Connection, business_id: int) -> None:
    """Everybody who serves this business is known to whoever made it."""
    await connection.execute(SQL["staff"], business_id)
