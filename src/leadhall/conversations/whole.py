"""Conversations with what surrounds each: its client, who has it, its last message, how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leadhall.conversations.said import Said, said_of
from leadhall.conversations.threads import Thread, threads_of
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements

SQL = statements(__package__, "whole.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """`client`: uid, names, email and phone of its card. `staff`: uid, display_name and email of whoever has it."""

    thread: Thread
    campaign: str | None
    source_type: str | None
    source_url: str | None
    contact: dict[str, Any]
    """Whom it is with: as the lead gave it, or as the card was when staff began it."""
    message_count: int
    last_message: Said | None
    client: dict[str, Any]
    staff: dict[str, Any] | None


async def get_whole(connection: Connection, business_id: int, uid: str) -> Whole:
    """One, also from the trash. NotFound when the business has none of that uid."""
    found = await wholes_of(connection, business_id, [uid])
    if not found:
        raise NotFound("There is no such conversation")
    return found[0]


async def wholes_of(connection: Connection, business_id: int, uids: Sequence[str]) -> list[Whole]:
    """These, in this order; those that are not there are left out."""
    threads = await threads_of(connection, business_id, uids)
    rows = {row["uid"]: row for row in await connection.fetch(SQL["around"], business_id, list(uids))}
    keys = [(row["uid"], row["last_message_uid"]) for row in rows.values() if row["last_message_uid"]]
    last = {said.conversation_uid: said for said in await said_of(connection, business_id, keys)}
    return [
        Whole(
            thread=thread,
            campaign=row["campaign"],
            source_type=row["source_type"],
            source_url=row["source_url"],
            contact=row["contact"],
            message_count=row["message_count"],
            last_message=last.get(thread.uid),
            client=row["client"],
            staff=row["staff"],
        )
        for thread in threads
        for row in [rows[thread.uid]]
    ]
