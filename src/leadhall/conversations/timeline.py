"""All that happened in a conversation, in one order: messages, notices, changes of the card, and who did what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "timeline.sql")
SHOWN_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that happened, and who did it; what `data` holds depends on its kind.

    message: direction, kind (`api`: the lead itself), text or parts, channels, subject, and `deliveries` of what was
    sent (uid, channel, recipient, state, reason, last_error); act: act and facts; notice: a delivery that no message
    is: kind, channel, recipient, state, reason, last_error; change: field, was, becomes, because, actor.
    """

    kind: Literal["message", "act", "notice", "change"]
    uid: str
    at: datetime
    staff_uid: str | None
    staff_name: str | None
    data: dict[str, Any]


async def timeline_of(
    connection: Connection,
    business_id: int,
    conversation_uid: str,
    *,
    before: tuple[datetime, str] | None = None,
    most: int = SHOWN_MOST,
) -> list[Item]:
    """The newest `most` items, oldest first; `before` is the (at, uid) of an item, for what happened earlier."""
    rows = await connection.fetch(SQL["timeline"], business_id, conversation_uid, *(before or (None, None)), most)
    return [Item(**row) for row in reversed(rows)]
