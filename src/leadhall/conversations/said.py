"""Messages as they are read: a page of one conversation's, or of a business's, each with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asyncpg import Record

from leadhall.conversations.parts import text_of
from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "said.sql")
COUNTED_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message. `operation`: by which a lead came; None for what a person wrote. `zone`: the business's, by name.

    `is_read`: by whom it was for. `deliveries`: {channel, recipient, state, reason} of each way that it went out.
    """

    uid: str
    conversation_uid: str
    client_uid: str
    title: str
    direction: str
    kind: str
    text: str | None
    parts: list[dict[str, Any]] | None
    subject: str | None
    channels: list[str]
    created_at: datetime
    staff_uid: str | None
    staff_name: str | None
    staff_email: str | None
    staff_full_name: str | None
    operation: str | None
    zone: str
    is_read: bool
    is_spam: bool
    deliveries: list[dict[str, Any]]

    @property
    def words(self) -> str:
        """What was written, or what a lead brought as its owner reads it."""
        return self.text if self.text is not None else text_of(self.parts or ())


async def messages_of(
    connection: Connection,
    business_id: int,
    conversation_uid: str,
    *,
    since: datetime | None = None,
    number: int = 1,
    per_page: int = 20,
) -> list[Said]:
    """A page of a conversation, newest first; `since`: only what came at that time or later."""
    rows = await connection.fetch(
        SQL["of_conversation"], business_id, conversation_uid, since, (number - 1) * per_page, per_page
    )
    return await said_of(connection, business_id, rows)


async def get_message(connection: Connection, business_id: int, conversation_uid: str, uid: str) -> Said | None:
    keys = await connection.fetch(SQL["one"], business_id, conversation_uid, uid)
    return next(iter(await said_of(connection, business_id, keys)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose messages: all of a business, or a client's, or a conversation's; a page by its number."""

    client_uid: str | None = None
    conversation_uid: str | None = None
    number: int = 1
    per_page: int = 25


async def all_messages(connection: Connection, business_id: int, wanted: Wanted) -> tuple[list[Said], int]:
    """A page, by conversation, in each by time, the newest first; and how many there are, counted to 10,000."""
    whose = (business_id, wanted.client_uid, wanted.conversation_uid)
    statement = "of_client" if wanted.client_uid else "of_business"
    offset = (wanted.number - 1) * wanted.per_page
    rows = await connection.fetch(SQL[statement], *whose, offset, wanted.per_page)
    return await said_of(connection, business_id, rows), await connection.fetchval(
        SQL["how_many"], *whose, COUNTED_MOST
    )


async def said_of(connection: Connection, business_id: int, keys: Sequence[tuple[str, str] | Record]) -> list[Said]:
    """These messages (conversation, uid), in this order."""
    if not keys:
        return []
    conversations, uids = [list(column) for column in zip(*keys, strict=True)]
    return [Said(**row) for row in await connection.fetch(SQL["said"], business_id, conversations, uids)]
