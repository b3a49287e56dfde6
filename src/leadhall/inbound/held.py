"""Answers that are held: listed for the business, and released or dismissed by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.conversations.by import By
from leadhall.conversations.messages import Arrived, receive_from_client, send_to_client
from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.ids import LAST
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.inbound.letters.quoting import own_words
from leadhall.notify.reply_to import Role, read_reply_address

SQL = statements(__package__, "held.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A mail or text that nobody could place for sure. `conversation_uid`: the one whose address it was sent to."""

    uid: str
    channel: str
    sender: str
    recipient: str
    reason: str | None
    subject: str | None
    text: str | None
    files: list[str]
    conversation_uid: str | None
    at: datetime

    def role(self, key: InstanceKey) -> Role | None:
        """As whom it was sent: to the address that the lead was given, or to that of the staff."""
        found = read_reply_address(key, self.recipient)
        return found.role if found else None


async def list_held(connection: Connection, business_id: int, *, after: str | None = None, most: int) -> list[Held]:
    """The newest first; `after` continues below a uid."""
    return [Held(**row) for row in await connection.fetch(SQL["list"], business_id, after or LAST, most)]


async def count_held(connection: Connection, business_id: int, *, most: int = 100) -> int:
    """How many wait for somebody, counted to `most`."""
    return int(await connection.fetchval(SQL["count"], business_id, most))


async def release(
    connection: Connection, key: InstanceKey, business_id: int, uid: str, by: By, *, into: str | None = None
) -> str:
    """Let it go where it was sent to; the uid of the message. `into`: the conversation, for one that names none.

    What came to the lead's address joins the conversation; what came to that of the staff goes on to the lead, in the
    name of who releases it. NotFound when it is not held (any more), Invalid when it belongs to no conversation.
    """
    held = await _held(connection, business_id, uid)
    conversation_uid = held.conversation_uid or into
    if conversation_uid is None:
        raise Invalid("It belongs to no conversation: name one, or dismiss it", field="conversation_uid")
    text = own_words(held.text or "")
    goes_on = held.role(key) == "staff"
    if not text and (goes_on or not held.files):
        raise Invalid("There is nothing in it: dismiss it", field="uid")
    if goes_on:
        message = await send_to_client(connection, business_id, conversation_uid, text, channels=["email"], by=by)
    else:
        arrived = Arrived(text=text, channels=(held.channel,), files=tuple(held.files), subject=held.subject)
        message = await receive_from_client(connection, business_id, conversation_uid, arrived, by=by)
    await _settle(connection, business_id, uid, "relayed" if goes_on else "message", message.uid)
    return message.uid


async def dismiss(connection: Connection, business_id: int, uid: str) -> None:
    """It goes nowhere, and its text is forgotten. NotFound when it is not held (any more)."""
    await _settle(connection, business_id, uid, "held", None)


async def _held(connection: Connection, business_id: int, uid: str) -> Held:
    row: Any = await connection.fetchrow(SQL["one"], business_id, uid)
    if row is None:
        raise NotFound("There is no such held answer")
    return Held(**row)


async def _settle(connection: Connection, business_id: int, uid: str, fate: str, message_uid: str | None) -> None:
    if not await connection.fetchval(SQL["settle"], business_id, uid, fate, message_uid):
        raise NotFound("There is no such held answer")
