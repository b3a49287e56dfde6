"""Messages that people write: out to the client, in from the client. Each is a row, an event, and a step of the clock.

What staff writes leaves through the outbox: `dispatch` makes a delivery of each channel, to the address
that the lead itself gave, never the card's. A client's message reopens what was put away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from leadhall.conversations.acts import Act, record_act, serving
from leadhall.conversations.by import NOBODY, By
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.core.text import clean, cut
from leadhall.events.outbox import append_event

SQL = statements(__package__, "messages.sql")
Channel = Literal["email", "sms"]
CHANNELS: tuple[Channel, ...] = ("email", "sms")
TEXT_MOST_BYTES = 16 * 1024
TITLE_MOST_CHARS = 255
MERGES_MOST = 3
"""How often a client may be merged away under a message before we give up."""

NOTICES_WHERE_STAFF_BEGAN = ("email",)
OUT = ["message/business_sent_message", "conversation_item/created"]
IN = ["message/client_sent_message", "conversation_item/created"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it was written down. `revision` counts the client's messages, without gaps."""

    uid: str
    conversation_uid: str
    client_uid: str
    revision: int
    created_at: datetime


def read_text(text: str | None, *, field: str = "text") -> str:
    """A message's text, cleaned. Invalid when there is none, or more than 16 KiB."""
    read = str(clean(text or "")[0])
    if not read:
        raise Invalid.of([Fault.missing(field)])
    if len(read.encode()) > TEXT_MOST_BYTES:
        raise Invalid(faults=(Fault("too_long", f"{field} must be at most {TEXT_MOST_BYTES // 1024} KiB", field),))
    return read


def read_channels(channels: Sequence[str], *, field: str = "channels") -> list[str]:
    """Each channel once. Invalid for one that there is not."""
    if unknown := [each for each in channels if each not in CHANNELS]:
        raise Invalid(f"{field} must be email or sms, not {unknown[0][:40]}", field=field)
    return [each for each in CHANNELS if each in channels]


async def send_to_client(
    connection: Connection,
    business_id: int,
    conversation_uid: str,
    text: str,
    *,
    channels: Sequence[str] = CHANNELS,
    by: By,
    external_id: str | None = None,
    uid: str | None = None,
    is_test: bool = False,
) -> Message:
    """What somebody of the business writes to the client, by these channels (none: only written down).

    It is the answer that the clock waits for; whoever writes it claims a conversation that nobody has. `external_id`:
    the Message-ID of a mail that it came in as; `uid`: of the message, when it was minted before; `is_test`: it is
    captured, whatever is configured. NotFound when there is no such conversation, Invalid for a text that cannot be
    sent and for a `by` who does not serve the business.
    """
    written = _Written(
        uid=uid or mint(), text=read_text(text), channels=read_channels(channels), by=by, external_id=external_id
    )
    if by.staff_uid is not None:
        await serving(connection, business_id, by.staff_uid)
    async with connection.transaction():
        row = await _append(connection, SQL["answer"], business_id, conversation_uid, written)
        if row["reopened"]:
            await record_act(connection, business_id, conversation_uid, Act(name="reopen"), by)
        if row["claimed"]:
            await record_act(connection, business_id, conversation_uid, Act(name="claim", facts={"by": "answer"}), by)
        facts = {"events": OUT, "channels": written.channels, "staff_uid": by.staff_uid}
        row["is_test"] = row["is_test"] or is_test
        await _tell(connection, business_id, row, facts)
    return _message(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What a client wrote, whole, however long. `channels`: the way it came; `files`: names of what was not stored.

    `external_id`: the Message-ID of a mail, or the provider's id of a text. An answer by mail is threaded by it.
    """

    text: str
    channels: tuple[str, ...] = ()
    subject: str | None = None
    files: tuple[str, ...] = ()
    external_id: str | None = None


async def receive_from_client(
    connection: Connection,
    business_id: int,
    conversation_uid: str,
    arrived: Arrived,
    *,
    by: By = NOBODY,
    uid: str | None = None,
    is_test: bool = False,
) -> Message:
    """What the client writes in a conversation: it waits for an answer again, and comes back from archive and trash.

    Staff are told by what the lead asked for; where staff began the conversation, by mail. `uid`: of the message, when
    it was minted before. `is_test`: notices of it are captured. NotFound when there is no such conversation.
    """
    written = _Written(
        uid=uid or mint(),
        text=str(clean(arrived.text)[0]),
        channels=list(arrived.channels),
        by=by,
        subject=cut(arrived.subject, TITLE_MOST_CHARS)[0] if arrived.subject else None,
        external_id=arrived.external_id,
        files=arrived.files,
    )
    async with connection.transaction():
        row = await _append(connection, SQL["ask"], business_id, conversation_uid, written)
        if row["reopened"]:
            await record_act(connection, business_id, conversation_uid, Act(name="reopen"), by)
        row["is_test"] = row["is_test"] or is_test
        asked = NOTICES_WHERE_STAFF_BEGAN if row["lead_uid"] is None else row["asked"] or ()
        await _tell(
            connection, business_id, row, {"events": IN, "notify": [each for each in CHANNELS if each in asked]}
        )
    return _message(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    uid: str
    text: str
    channels: list[str]
    by: By
    subject: str | None = None
    external_id: str | None = None
    files: tuple[str, ...] = ()


async def begin(
    connection: Connection, business_id: int, client_uid: str, title: str | None, *, is_test: bool = False
) -> str:
    """A new conversation with a client, nothing in it yet; answers its uid.

    Whom it is with stands on it from now on, as the card says at this moment. NotFound when there is no such client.
    """
    uid = mint()
    begun = await connection.fetchval(
        SQL["begin"], business_id, uid, client_uid, cut(title, TITLE_MOST_CHARS)[0] if title else None, is_test
    )
    if begun is None:
        raise NotFound("There is no such client")
    return uid


async def newest_with(connection: Connection, business_id: int, client_uid: str) -> str | None:
    """The conversation that a message to or from this client belongs to when none is named."""
    uid: str | None = await connection.fetchval(SQL["newest_with"], business_id, client_uid)
    return uid


async def whose(connection: Connection, business_id: int, conversation_uid: str) -> str | None:
    """The client of a conversation, also of one in the trash; None when there is no such conversation."""
    uid: str | None = await connection.fetchval(SQL["whose"], business_id, conversation_uid)
    return uid


async def _append(
    connection: Connection, statement: str, business_id: int, conversation_uid: str, written: _Written
) -> dict[str, Any]:
    """Number it under the client's lock, then write it. A merge in between moves the conversation: look again."""
    for _ in range(MERGES_MOST):
        client_uid = await whose(connection, business_id, conversation_uid)
        if client_uid is None:
            break
        turn = await connection.fetchrow(SQL["take_turn"], business_id, client_uid)
        if turn is None:
            continue
        row = await connection.fetchrow(
            statement,
            business_id,
            conversation_uid,
            written.uid,
            client_uid,
            turn["message_revision"],
            written.text,
            written.channels,
            written.by.staff_uid,
            written.by.token_uid,
            written.subject,
            written.external_id,
            [{"kind": "files", "names": list(written.files)}] if written.files else None,
        )
        return dict(row) | {"client_revision": turn["client_revision"]}
    raise NotFound("There is no such conversation")


async def _tell(connection: Connection, business_id: int, row: Any, facts: dict[str, Any]) -> None:
    told = {
        "conversation_uid": row["conversation_uid"],
        "message_uid": row["uid"],
        "client_uid": row["client_uid"],
        "client_revision": row["client_revision"],
        "lead_uid": row["lead_uid"],
        **({"is_test": True} if row["is_test"] else {}),
    }
    await append_event(connection, business_id, "message", told | facts)


def _message(row: Any) -> Message:
    return Message(**{name: row[name] for name in Message.__dataclass_fields__})
