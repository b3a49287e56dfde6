"""A client's answer joins its conversation: the message, the unread mark, and the events, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event

SQL = statements(__package__, "received.sql")
EVENTS = ("message/client_sent_message", "conversation_item/created")
CHANNELS_OF_NOTICES = ("email", "sms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A conversation that an answer goes to. `notifications` are those that its lead asked for."""

    conversation_uid: str
    client_uid: str
    title: str
    is_test: bool
    notifications: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """What the client's row said when the message took its place: the message's revision and the client's."""

    message_revision: int
    client_revision: int


async def find_waiting(connection: Connection, business_id: int, conversation_uid: str) -> Waiting | None:
    """The conversation; None when it was deleted."""
    row = await connection.fetchrow(SQL["whose"], business_id, conversation_uid)
    return Waiting(**row) if row else None


async def add_answer(
    connection: Connection,
    business_id: int,
    waiting: Waiting,
    place: Place,
    *,
    uid: str,
    text: str,
    files: tuple[str, ...],
    channel: Literal["email", "sms"],
) -> None:
    """Add the message `uid`. Staff are told by what the lead asked for; subscribers hear of it."""
    parts = [{"kind": "files", "names": list(files)}] if files else None
    await connection.execute(
        SQL["add"], business_id, waiting.conversation_uid, uid, waiting.client_uid, place.message_revision, text,
        parts, channel,
    )  # fmt: skip
    await connection.execute(SQL["wake"], business_id, waiting.conversation_uid)
    facts = {
        "events": list(EVENTS),
        "conversation_uid": waiting.conversation_uid,
        "lead_uid": waiting.conversation_uid,
        "client_uid": waiting.client_uid,
        "client_revision": place.client_revision,
        "message_uid": uid,
        "notify": [each for each in waiting.notifications if each in CHANNELS_OF_NOTICES],
        "is_test": waiting.is_test,
    }
    await append_event(connection, business_id, "message", facts)
