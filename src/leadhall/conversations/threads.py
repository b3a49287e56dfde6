"""The conversations of a business in folders: what is looked for, and a page of it. Every read is of one business.

A page costs the same at any depth and at any size of the business: it goes on after the key of the
last row, in the order of the folder's own index. What filters ask for is looked for within the next
2,000 conversations of the folder; a page that found less than it may hold goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from leadhall.core.db import Connection
from leadhall.core.errors import Invalid
from leadhall.core.ids import FIRST, LAST, LOW_BITS, UID_LENGTH, spell
from leadhall.core.sql import statements

SQL = statements(__package__, "threads.sql")
Folder = Literal["inbox", "follow_up", "sent", "archived", "attention", "trash", "all"]
FOLDERS: tuple[str, ...] = get_args(Folder)
"""Upstream's. `attention`: with something unread."""
NEEDS_ANSWER = "needs_answer"
OWN_FOLDERS: tuple[str, ...] = (NEEDS_ANSWER, "mine", "unread", "spam", "held", *FOLDERS)
"""All that there are; ours beside upstream's. `unread` is upstream's `attention`."""

LOOKED_AT_MOST = 2_000
COUNTED_MOST = 1_000
_US_MOST_DIGITS = 17
UID_BITS = UID_LENGTH * 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation in a list. `staff_uid`: whose it is, or the client's, or the business's owner."""

    uid: str
    client_uid: str
    title: str
    business_unread: int
    client_unread: int
    last_business_action: str | None
    last_client_action: str | None
    staff_uid: str | None
    created_at: datetime
    updated_at: datetime
    assigned_staff_uid: str | None
    client_first_name: str | None
    client_last_name: str | None
    client_status: str | None
    tags: list[str]
    source: str | None
    is_test: bool
    awaits_since: datetime | None
    first_answered_at: datetime | None
    archived_at: datetime | None
    spam_at: datetime | None
    deleted_at: datetime | None
    follow_up_since: datetime | None
    follow_up_on: datetime | None
    follow_up_message: str | None
    verdict: str | None
    """Of its lead; None for one that staff began."""
    last_text: str | None
    last_parts: list[dict[str, Any]] | None
    """The newest message: what a person wrote, or what a lead brought (conversations.parts)."""
    last_direction: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which conversations: of a folder, and of these only that all of it is true of. `staff_uid`: whose are mine."""

    folder: str = "all"
    staff_uid: str | None = None
    source: str | None = None
    tag: str | None = None
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Came at `since` or later, and before `until`."""
    only_unread: bool = False

    @property
    def is_filtered(self) -> bool:
        return self.only_unread or any((self.source, self.tag, self.status))


@dataclass(frozen=True, slots=True)
class Found:
    """A page. `after` goes on where it ended; None: there is no more."""

    threads: list[Thread]
    after: str | None


async def find_threads(
    connection: Connection, business_id: int, sought: Sought, *, after: str | None = None, per_page: int = 25
) -> Found:
    """A page, newest first; what needs an answer comes by how long it waits, the longest first.

    `after` is what the last page said. Invalid when it cannot be read.
    """
    most = LOOKED_AT_MOST if sought.is_filtered else per_page
    marks = await _marks(connection, business_id, sought, after, most)
    if not marks:
        return Found([], None)
    rows = await connection.fetch(
        SQL["shown"], business_id, list(marks), sought.source, sought.tag, sought.status, sought.only_unread, per_page
    )
    threads = [Thread(**row) for row in rows]
    if len(threads) == per_page:
        return Found(threads, marks[threads[-1].uid])
    return Found(threads, next(reversed(marks.values())) if len(marks) == most else None)


async def _marks(
    connection: Connection, business_id: int, sought: Sought, after: str | None, most: int
) -> dict[str, str]:
    """The uids of a folder from here on, in its order, each with how to go on after it."""
    since, until = uid_at(sought.since, FIRST), uid_at(sought.until, LAST)
    if sought.folder == NEEDS_ANSWER:
        rows = await connection.fetch(SQL["awaiting"], business_id, *_waited(after), since, until, most)
        return {row["uid"]: f"{row['waits_us']}.{row['uid']}" for row in rows}
    below = min(after or LAST, until)
    rows = await connection.fetch(SQL["page"], business_id, sought.folder, sought.staff_uid, below, since, 0, most)
    return {row["uid"]: row["uid"] for row in rows}


def _waited(after: str | None) -> tuple[int, str]:
    """Since when (microseconds since 1970) the last one of a page waits, and its uid."""
    waits_us, _, uid = (after or "0.").partition(".")
    if not (waits_us.isascii() and waits_us.isdecimal() and len(waits_us) <= _US_MOST_DIGITS):
        raise Invalid("after cannot be read: it is what the page before said", field="after")
    return int(waits_us), uid


def uid_at(at: datetime | None, otherwise: str) -> str:
    """The lowest uid of a moment: a uid tells when it was minted."""
    if at is None:
        return otherwise
    number = max(int(at.timestamp() * 1000), 0) << LOW_BITS
    return spell(number) if number >> UID_BITS == 0 else LAST


async def list_threads(
    connection: Connection,
    business_id: int,
    *,
    client_uid: str | None = None,
    folder: str | None = None,
    below: str | None = None,
    number: int = 1,
    per_page: int = 25,
) -> list[Thread]:
    """A page by its number, newest first. An unknown folder is no filter; `below` goes on after a uid."""
    known = folder if folder in FOLDERS else "all"
    where = (known, client_uid, below or LAST)
    if client_uid is None:
        rows = await connection.fetch(SQL["page"], business_id, *where, FIRST, (number - 1) * per_page, per_page)
    else:
        rows = await connection.fetch(SQL["of_client"], business_id, *where, (number - 1) * per_page, per_page)
    return await threads_of(connection, business_id, [row["uid"] for row in rows])


async def get_thread(connection: Connection, business_id: int, uid: str) -> Thread | None:
    """One conversation, also from the trash; None when the business has none of that uid."""
    return next(iter(await threads_of(connection, business_id, [uid])), None)


async def threads_called(connection: Connection, business_id: int, uids: list[str]) -> list[Thread]:
    """Those of these that there are, newest first."""
    found = await threads_of(connection, business_id, uids)
    return sorted(found, key=lambda thread: thread.uid, reverse=True)


async def threads_of(connection: Connection, business_id: int, uids: Sequence[str]) -> list[Thread]:
    """These, in this order; those that are not there are left out."""
    if not uids:
        return []
    rows = await connection.fetch(SQL["shown"], business_id, list(uids), None, None, None, False, len(uids))
    return [Thread(**row) for row in rows]


async def unread_counts(connection: Connection, business_id: int, staff_uid: str | None = None) -> dict[str, int]:
    """How many conversations lie in the folders that people watch; each counted to 1,000."""
    row = await connection.fetchrow(SQL["counts"], business_id, staff_uid, COUNTED_MOST)
    return dict(row) if row else {}
