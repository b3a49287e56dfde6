"""What would have left: mail and texts of an installation that has nothing to send by, and those of test leads.

They are kept to be looked at for 30 days. Nothing here pretends to have been sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import asyncpg

from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements

SQL = statements(__package__, "captured.sql")
KEEP_DAYS = 30
PAGE_MOST = 200
Because = Literal["not_configured", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCaptured:
    """One mail or text that is kept instead of sent. `message`: the mail as it would have left."""

    business_id: int
    channel: Literal["email", "sms"]
    kind: str
    sender: str
    recipient: str
    text: str
    because: Because
    subject: str | None = None
    html: str | None = None
    message: bytes | None = None
    lead_uid: str | None = None
    delivery_uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured(NewCaptured):
    """As it is kept. `business`: the name of the business; None for mail of the installation itself."""

    uid: str
    at: datetime
    business: str | None


async def capture(connection: Connection | asyncpg.Pool, new: NewCaptured) -> str:
    """Keep it; answers its uid."""
    uid = mint()
    await connection.execute(
        SQL["keep"], new.business_id, uid, new.channel, new.kind, new.sender, new.recipient, new.subject, new.text,
        new.html, new.message, new.lead_uid, new.delivery_uid, new.because,
    )  # fmt: skip
    return uid


async def list_captured(
    connection: Connection | asyncpg.Pool, *, business_id: int | None = None, most: int = PAGE_MOST
) -> list[Captured]:
    """The newest first: of one business, or of all."""
    return [Captured(**row) for row in await connection.fetch(SQL["list"], business_id, min(most, PAGE_MOST))]


async def get_captured(connection: Connection | asyncpg.Pool, uid: str) -> Captured:
    """NotFound when nothing of this uid is kept (any more)."""
    row = await connection.fetchrow(SQL["one"], uid)
    if row is None:
        raise NotFound("Nothing of this uid was captured")
    return Captured(**row)


async def drop_old(connection: Connection | asyncpg.Pool) -> None:
    """Forget what was kept for long enough."""
    await connection.execute(SQL["drop_old"], KEEP_DAYS)
