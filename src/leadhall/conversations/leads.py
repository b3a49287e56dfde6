"""Leads as they were filed: contact, message, and the facts of every decision. Every read is of one business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements

SQL = statements(__package__, "leads.sql")
LEADS_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One accepted submission. `facts` are told in words by intake.explain, `parts` by conversations.parts."""

    conversation_uid: str
    client_uid: str
    message_uid: str
    request_uid: str
    token_uid: str | None
    operation: str
    verdict: str
    contact: dict[str, Any]
    facts: dict[str, Any]
    at: datetime
    title: str
    source: str | None
    source_url: str | None
    is_test: bool
    parts: list[dict[str, Any]] | None


async def get_lead(connection: Connection, business_id: int, conversation_uid: str) -> Lead:
    """The lead of a conversation. NotFound when this business has none of that uid."""
    row = await connection.fetchrow(SQL["one"], business_id, conversation_uid)
    if row is None:
        raise NotFound("There is no such lead")
    return Lead(**row)


async def leads_of_client(
    connection: Connection, business_id: int, client_uid: str, *, most: int = LEADS_MOST
) -> list[Lead]:
    """A client's newest leads, at most `most`."""
    return [Lead(**row) for row in await connection.fetch(SQL["of_client"], business_id, client_uid, most)]
