"""The book of clients: who is in it, found by what callers know of them. Every read is of one business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from leadhall.clients.keys import email_key, split_email
from leadhall.clients.phone import read_phone
from leadhall.core.clock import ALWAYS, EVER
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.ids import LAST
from leadhall.core.sql import statements

SQL = statements(__package__, "book.sql")
SearchBy = Literal["email", "uid", "phone"]
CHANGED_MOST = 2_000
"""So many who changed in a time are sorted here; of more, a page is found by walking down the book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client and its card, as stored."""

    uid: str
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    phone_e164: str | None
    address: str | None
    fields: dict[str, str]
    status: str
    tags: list[str]
    source: str | None
    source_url: str | None
    channel: str | None
    campaign: str | None
    assigned_staff_uid: str | None
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def name(self) -> str:
        return " ".join(filter(None, [self.first_name, self.last_name]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which clients are wanted: a page by its number, or what follows a uid (which costs the same at any depth)."""

    per_page: int = 25
    number: int = 1
    below: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    with_phone: bool | None = None


async def list_clients(connection: Connection, business_id: int, page: Page) -> list[Client]:
    """A page of the book, newest first."""
    start = (page.number - 1) * page.per_page
    # a bound also where nobody names one: only a plain comparison leads along an index through row security
    wanted = (page.since, page.until, page.with_phone, page.below or LAST)
    if page.since is not None or page.until is not None:
        changed = (page.since or EVER, page.until or ALWAYS, *wanted[2:])
        rows = await connection.fetch(SQL["changed"], business_id, *changed, CHANGED_MOST + 1)
        if len(rows) <= CHANGED_MOST:
            uids = sorted((row["uid"] for row in rows), reverse=True)
            return await clients_called(connection, business_id, uids[start : start + page.per_page])
    rows = await connection.fetch(SQL["page"], business_id, *wanted, start, page.per_page)
    return [Client(**row) for row in rows]


async def get_client(connection: Connection, business_id: int, uid: str) -> Client:
    """One client. NotFound for one that is not in this business's book."""
    found = await _some(connection, business_id, [uid])
    if not found:
        raise NotFound("There is no such client")
    return found[0]


async def search_clients(
    connection: Connection, business_id: int, term: str, by: SearchBy | None, *, country: str
) -> list[Client]:
    """Clients of whom this is the email, uid or phone; without `by`, whichever of them fits. Newest first."""
    finders = {"email": _by_email, "uid": _by_uid, "phone": _by_phone}
    uids: set[str] = set()
    for kind in [by] if by else list(finders):
        uids.update(await finders[kind](connection, business_id, term, country))
    return await _some(connection, business_id, sorted(uids)) if uids else []


async def _by_email(connection: Connection, business_id: int, term: str, _: str) -> list[str]:
    if split_email(term) is None:
        return []
    return await _uids(connection, "uids_by_key", business_id, "email", email_key(term))


async def _by_uid(_: Connection, __: int, term: str, ___: str) -> list[str]:
    return [term]


async def _by_phone(connection: Connection, business_id: int, term: str, country: str) -> list[str]:
    phone = read_phone(term, country)
    if phone.e164:
        return await _uids(connection, "uids_by_number", business_id, phone.e164)
    return await _uids(connection, "uids_by_raw_phone", business_id, term)


async def _uids(connection: Connection, statement: str, *values: Any) -> list[str]:
    return [row[0] for row in await connection.fetch(SQL[statement], *values)]


async def clients_called(connection: Connection, business_id: int, uids: Sequence[str]) -> list[Client]:
    """Those of these who are in the book, newest first."""
    return await _some(connection, business_id, uids) if uids else []


async def _some(connection: Connection, business_id: int, uids: Sequence[str]) -> list[Client]:
    return [Client(**row) for row in await connection.fetch(SQL["some"], business_id, uids)]


async def keys_of(connection: Connection, business_id: int, uid: str) -> list[tuple[str, str]]:
    """The (kind, key) pairs that find a client, email first; none for one that is found by nothing."""
    return [(row["kind"], row["key"]) for row in await connection.fetch(SQL["keys_of"], business_id, uid)]
