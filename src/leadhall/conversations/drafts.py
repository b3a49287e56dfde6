"""What somebody began to write in a conversation, kept for them alone until it is sent or cleared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadhall.conversations.messages import TEXT_MOST_BYTES, read_channels
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.sql import statements
from leadhall.core.text import clean

SQL = statements(__package__, "drafts.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`channels`: those that were chosen; none were yet when it is empty."""

    text: str
    channels: list[str]
    updated_at: datetime


async def keep_draft(
    connection: Connection,
    business_id: int,
    conversation_uid: str,
    staff_uid: str,
    text: str,
    *,
    channels: Sequence[str] = (),
) -> Draft | None:
    """Keep it; a blank text clears it, and answers None. NotFound for no such conversation, Invalid over 16 KiB."""
    kept = str(clean(text)[0])
    if len(kept.encode()) > TEXT_MOST_BYTES:
        raise Invalid(faults=(Fault("too_long", f"text must be at most {TEXT_MOST_BYTES // 1024} KiB", "text"),))
    if not kept:
        await clear_draft(connection, business_id, conversation_uid, staff_uid)
        return None
    row = await connection.fetchrow(
        SQL["keep"], business_id, conversation_uid, staff_uid, kept, read_channels(channels)
    )
    if row is None:
        raise NotFound("There is no such conversation")
    return Draft(**row)


async def draft_of(connection: Connection, business_id: int, conversation_uid: str, staff_uid: str) -> Draft | None:
    """Their draft, if there is one."""
    row = await connection.fetchrow(SQL["one"], business_id, conversation_uid, staff_uid)
    return Draft(**row) if row else None


async def clear_draft(connection: Connection, business_id: int, conversation_uid: str, staff_uid: str) -> None:
    """It was sent, or thrown away."""
    await connection.execute(SQL["clear"], business_id, conversation_uid, staff_uid)
