"""One person among what was captured and in the threads of texts: how it is erased."""

from __future__ import annotations

from collections.abc import Sequence

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "person.sql")


async def erase(
    connection: Connection,
    business_id: int,
    *,
    lead_uids: Sequence[str],
    delivery_uids: Sequence[str],
    addresses: Sequence[str],
    client_uids: Sequence[str],
) -> None:
    """What was kept instead of sent, where a number last spoke, and notices to staff that name them."""
    await connection.execute(SQL["erase_captured"], business_id, list(lead_uids), list(delivery_uids), list(addresses))
    await connection.execute(SQL["erase_threads"], business_id, list(lead_uids), list(addresses))
    await connection.execute(SQL["erase_notices"], business_id, [*addresses, *client_uids])
