"""Notes about a client: what people of the business write down for each other. The client never reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadhall.clients.book import get_client
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.core.text import clean

SQL = statements(__package__, "notes.sql")
TITLE_MOST_CHARS = 255
CONTENT_MOST_CHARS = 16_384
EntityType = Literal["document", "payment", "meeting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`staff_uid` wrote it; None when a program did."""

    uid: str
    client_uid: str
    staff_uid: str | None
    title: str | None
    content: str | None
    entity_uid: str | None
    entity_type: EntityType | None
    created_at: datetime
    updated_at: datetime


async def list_notes(
    connection: Connection, business_id: int, client_uid: str, *, number: int = 1, per_page: int = 25
) -> tuple[list[Note], int]:
    """A page of a client's notes, the newest first, and how many there are. NotFound for no such client."""
    await get_client(connection, business_id, client_uid)
    rows = await connection.fetch(SQL["page"], business_id, client_uid, (number - 1) * per_page, per_page)
    total: int = await connection.fetchval(SQL["count"], business_id, client_uid)
    return [Note(**row) for row in rows], total


async def get_note(connection: Connection, business_id: int, uid: str, *, client_uid: str | None = None) -> Note:
    """One note, of this client when one is named. NotFound."""
    row = await connection.fetchrow(SQL["one"], business_id, uid, client_uid)
    if row is None:
        raise _missing()
    return Note(**row)


def _missing() -> NotFound:
    return NotFound("There is no such note")


async def add_note(
    connection: Connection,
    business_id: int,
    client_uid: str,
    *,
    staff_uid: str | None,
    title: str | None = None,
    content: str | None = None,
    entity_uid: str | None = None,
    entity_type: EntityType | None = None,
) -> Note:
    """NotFound for no such client; Invalid for a note of nothing, or of too much."""
    title, content = _read(title, content)
    await get_client(connection, business_id, client_uid)
    values = (mint(), client_uid, staff_uid, title, content, entity_uid, entity_type)
    return Note(**await connection.fetchrow(SQL["add"], business_id, *values))


async def edit_note(
    connection: Connection,
    business_id: int,
    uid: str,
    *,
    client_uid: str | None = None,
    title: str | None = None,
    content: str | None = None,
) -> Note:
    """Change what is given (None leaves it, a blank text clears it). NotFound; Invalid as for a new one."""
    old = await get_note(connection, business_id, uid, client_uid=client_uid)
    title, content = _read(old.title if title is None else title, old.content if content is None else content)
    row = await connection.fetchrow(SQL["edit"], business_id, uid, title, content)
    if row is None:
        raise _missing()  # somebody deleted it meanwhile
    return Note(**row)


async def delete_note(connection: Connection, business_id: int, uid: str, *, client_uid: str | None = None) -> None:
    """NotFound when there is none."""
    await get_note(connection, business_id, uid, client_uid=client_uid)
    await connection.execute(SQL["delete"], business_id, uid)


def _read(title: str | None, content: str | None) -> tuple[str | None, str | None]:
    title, content = (clean(text or "")[0] or None for text in (title, content))
    faults = [
        Fault("too_long", f"{name} must be at most {most} characters", name)
        for name, text, most in (("title", title, TITLE_MOST_CHARS), ("content", content, CONTENT_MOST_CHARS))
        if text and len(text) > most
    ]
    if title is None and content is None:
        faults.append(Fault("invalid", "At least one of title or content must be provided"))
    if faults:
        raise Invalid.of(faults)
    return title, content
