"""One person among the deliveries: what was sent to them or told of them, and how it is erased.

That we write to an address no more (`suppression`) outlives its owner's data here: else we would write again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "person.sql")
WITHIN_S = 60.0


async def deliveries_of(
    connection: Connection,
    business_id: int,
    *,
    lead_uids: Sequence[str],
    addresses: Sequence[str],
    client_uids: Sequence[str],
) -> list[dict[str, Any]]:
    """About their leads, to their addresses, or webhooks that tell of them; the oldest first."""
    asked = (list(lead_uids), list(addresses), list(client_uids))
    rows = await connection.fetch(SQL["of"], business_id, *asked, timeout=WITHIN_S)
    return [dict(row) for row in rows]


async def erase(connection: Connection, business_id: int, uids: Sequence[str]) -> None:
    """These deliveries and their tries; one that still waits is never sent."""
    await connection.execute(SQL["erase_attempts"], business_id, list(uids))
    await connection.execute(SQL["erase"], business_id, list(uids))
