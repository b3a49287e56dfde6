"""Canned replies: what a business answers often, by title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadhall.conversations.messages import read_text
from leadhall.core.db import Connection, unless_taken
from leadhall.core.errors import AlreadyExists, Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.core.text import clean

SQL = statements(__package__, "canned.sql")
TITLE_MOST_CHARS = 100
KEPT_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    uid: str
    title: str
    text: str
    staff_uid: str | None
    updated_at: datetime


async def list_canned(connection: Connection, business_id: int) -> list[CannedReply]:
    """All of a business, by title; there are at most 200."""
    return [CannedReply(**row) for row in await connection.fetch(SQL["all"], business_id)]


async def add_canned(
    connection: Connection, business_id: int, title: str, text: str, *, staff_uid: str | None = None
) -> CannedReply:
    """A new one. AlreadyExists for a title that is taken, Invalid for what cannot be kept."""
    row = await connection.fetchrow(
        SQL["add"], business_id, mint(), _title(title), read_text(text), staff_uid, KEPT_MOST
    )
    if row is None:
        raise await _why_not(connection, business_id)
    return CannedReply(**row)


async def change_canned(connection: Connection, business_id: int, uid: str, title: str, text: str) -> CannedReply:
    """Other words. NotFound, AlreadyExists for a title that is taken, Invalid."""
    title, text = _title(title), read_text(text)
    taken = AlreadyExists("There is a canned reply of this title", field="title")
    async with unless_taken(connection, taken):
        row = await connection.fetchrow(SQL["change"], business_id, uid, title, text)
    if row is None:
        raise NotFound("There is no such canned reply")
    return CannedReply(**row)


async def remove_canned(connection: Connection, business_id: int, uid: str) -> None:
    """NotFound when there is none."""
    if await connection.fetchval(SQL["remove"], business_id, uid) is None:
        raise NotFound("There is no such canned reply")


def _title(title: str) -> str:
    read = str(clean(title)[0])
    if not read:
        raise Invalid.of([Fault.missing("title")])
    if len(read) > TITLE_MOST_CHARS:
        raise Invalid(faults=(Fault("too_long", f"title must be at most {TITLE_MOST_CHARS} characters", "title"),))
    return read


async def _why_not(connection: Connection, business_id: int) -> Invalid | AlreadyExists:
    if len(await list_canned(connection, business_id)) >= KEPT_MOST:
        return Invalid(f"A business keeps at most {KEPT_MOST} canned replies", field="title")
    return AlreadyExists("There is a canned reply of this title", field="title")
