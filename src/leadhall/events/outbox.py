"""The outbox: what happened, for whoever sends. Rooms append to it in the transaction that made it true.

`dispatch/fanout.py` says which deliveries come of which kind of row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements

SQL = statements(__package__, "outbox.sql")


class OutboxEvent(Struct, frozen=True, kw_only=True):
    """One row. Of a lead (`kind` lead) the uid is that of its conversation."""

    business_id: int
    uid: str
    kind: str
    facts: dict[str, Any]
    created_at: datetime
    people_told: bool = False
    """What comes of it for people was made before: only subscribers still wait."""


async def append_event(
    connection: Connection, business_id: int, kind: str, facts: Mapping[str, Any], *, uid: str | None = None
) -> str:
    """Append a row in the caller's transaction, and wake the dispatcher when that commits; answers the row's uid.

    `uid` makes it a thing that is told once: the same uid a second time, while the first waits, changes nothing.
    """
    uid = uid or mint()
    await connection.execute(SQL["append"], business_id, uid, kind, dict(facts))
    return uid


async def append_events(
    connection: Connection, business_id: int, kind: str, facts: Sequence[Mapping[str, Any]]
) -> None:
    """Many rows of one kind at once, in the caller's transaction."""
    if facts:
        uids = [mint() for _ in facts]
        await connection.execute(SQL["append_many"], business_id, uids, kind, [dict(each) for each in facts])


async def withdraw_events(connection: Connection, business_id: int, client_uids: Sequence[str]) -> None:
    """What waits to be told of these clients is told no more."""
    await connection.execute(SQL["withdraw"], business_id, list(client_uids))
