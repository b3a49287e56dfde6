"""One person in the room of conversations: what they said and were told, and how it is erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leadhall.conversations.parts import text_of
from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "person.sql")
ERASED = ("messages", "acts", "drafts", "leads", "conversations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Where a person spoke: their conversations, the requests that brought leads, and whom those said they were."""

    conversation_uids: list[str]
    request_uids: list[str]
    contacts: list[dict[str, Any]]


async def spoken_of(connection: Connection, business_id: int, client_uids: Sequence[str]) -> Spoken:
    """All conversations of these clients, in the trash or not."""
    rows = await connection.fetch(SQL["spoken"], business_id, list(client_uids))
    return Spoken(
        conversation_uids=[row["uid"] for row in rows],
        request_uids=[row["request_uid"] for row in rows if row["request_uid"]],
        contacts=[row["contact"] for row in rows if row["contact"]],
    )


async def give_out(connection: Connection, business_id: int, conversation_uids: Sequence[str]) -> list[dict[str, Any]]:
    """Each conversation with its lead's contact and all its messages, as text."""
    rows = await connection.fetch(SQL["give_out"], business_id, list(conversation_uids))
    messages: dict[str, list[dict[str, Any]]] = {row["uid"]: [] for row in rows}
    for row in await connection.fetch(SQL["messages"], business_id, list(conversation_uids)):
        told = dict(row)
        parts = told.pop("parts")
        messages[told.pop("conversation_uid")].append(told | {"text": told["text"] or text_of(parts or ())})
    return [dict(row) | {"messages": messages[row["uid"]]} for row in rows]


async def erase(connection: Connection, business_id: int, conversation_uids: Sequence[str]) -> None:
    """Nothing of these conversations is left."""
    for what in ERASED:
        await connection.execute(SQL[f"erase_{what}"], business_id, list(conversation_uids))
