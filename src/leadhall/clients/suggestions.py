"""What leads offered and the card did not take: listed, accepted as an edit, or dismissed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.clients.book import Client
from leadhall.clients.changes import TAGS
from leadhall.clients.desk import Desk, hold
from leadhall.clients.edit import edit_client
from leadhall.clients.tagging import tag_clients
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements

SQL = statements(__package__, "suggestions.sql")
SUGGESTIONS_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One value for one field, however often it came. `uid` names it within its client."""

    uid: str
    client_uid: str
    field: str
    label: str
    value: str
    times: int
    first_lead: str
    last_lead: str
    token_uid: str | None
    first_at: datetime
    last_at: datetime
    accepted: bool | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None


async def list_suggestions(
    connection: Connection, business_id: int, client_uid: str, *, settled_too: bool = False
) -> list[Suggestion]:
    """The open suggestions of a client, the newest first; those of clients that were merged into it are among them."""
    rows = await connection.fetch(SQL["list"], business_id, client_uid, settled_too, SUGGESTIONS_MOST)
    return [Suggestion(**row) for row in rows]


async def accept_suggestion(desk: Desk, client_uid: str, uid: str) -> Client:
    """Write the value on the card; an email or unique id becomes the client's key.

    NotFound when it is settled already; Invalid when its field is gone or holds no such value any more;
    AlreadyExists when another client has the key.
    """
    await hold(desk, client_uid)
    row = await _settle(desk, client_uid, uid, accepted=True)
    field, value = row["field"], row["value"]
    if field == TAGS:
        return (await tag_clients(desk, [client_uid], [value], because="suggestion"))[0]
    return await edit_client(desk, client_uid, {field: value}, because="suggestion")


async def dismiss_suggestion(desk: Desk, client_uid: str, uid: str) -> None:
    """It is shown no more, also when it comes again. NotFound."""
    await hold(desk, client_uid)
    await _settle(desk, client_uid, uid, accepted=False)


async def _settle(desk: Desk, client_uid: str, uid: str, *, accepted: bool) -> Any:
    row = await desk.connection.fetchrow(SQL["settle"], desk.business_id, client_uid, uid, desk.actor, accepted)
    if row is None:
        raise NotFound("There is no such suggestion, or it is settled")
    return row
