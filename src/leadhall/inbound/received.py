"""Each mail and text that came in, kept once, with what became of it. The text of one that is held stays with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements

SQL = statements(__package__, "received.sql")
NOBODYS = 0
Fate = Literal["message", "lead", "relayed", "bounce", "automatic", "held", "stop", "start", "help"]
InChannel = Literal["email", "sms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One row. `told_as` is by what the other side knows it: a provider's id, a Message-ID, or the whole of it."""

    business_id: int
    channel: InChannel
    told_as: str | bytes
    sender: str
    recipient: str
    fate: Fate
    reason: str | None = None
    subject: str | None = None
    text: str | None = None
    files: tuple[str, ...] = ()
    conversation_uid: str | None = None
    message_uid: str | None = None
    delivery_uid: str | None = None
    external_id: str | None = None
    """A mail's Message-ID, or the provider's id of a text. It stands with the message, not here."""


async def keep(connection: Connection, received: Received) -> bool:
    """Keep it. False when it was there already: then nothing more must come of it."""
    uid = await connection.fetchval(
        SQL["keep"], received.business_id, mint(), received.channel, dedupe_of(received.told_as), received.sender,
        received.recipient, received.fate, received.reason, received.subject, received.text, list(received.files),
        received.conversation_uid, received.message_uid, received.delivery_uid,
    )  # fmt: skip
    return uid is not None


async def is_known(connection: Connection, business_id: int, channel: InChannel, told_as: str | bytes) -> bool:
    """Whether it came to this business before."""
    return bool(await connection.fetchval(SQL["is_known"], business_id, channel, dedupe_of(told_as)))


async def had_lately(connection: Connection, business_id: int, sender: str, fate: Fate) -> bool:
    """Whether a text of this number had this fate within a day."""
    return bool(await connection.fetchval(SQL["had_lately"], business_id, sender, fate))


def dedupe_of(told_as: str | bytes) -> bytes:
    return hashlib.sha256(told_as.encode("utf-8", "replace") if isinstance(told_as, str) else told_as).digest()
