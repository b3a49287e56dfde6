"""Search within one business: clients and conversations, by words, by how words begin, and but for a letter.

Whoever is known by the very email, uid or number comes first, from the keys themselves: they are found
the moment they are written. The rest follows the index, a second or two behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from leadhall.clients.book import Client, clients_called, search_clients
from leadhall.clients.phone import read_phone
from leadhall.conversations.threads import Thread, threads_called
from leadhall.core.db import Connection
from leadhall.core.ids import FIRST, now_ms
from leadhall.core.sql import SqlFile, statements
from leadhall.search.cells import looks
from leadhall.search.words import Asked, Kind, Query, asked_for, within

FUNCTIONS = [SqlFile.of(__package__, "find.sql")]
SQL = statements(__package__, "find_calls.sql")
NEWEST_LOOKED_AT = 1_000
LOOKS_FOR_SEVERAL = 1
"""Before the index is asked for all: to bring several words together is what costs, and fewer rows have them all."""
NEAR = "~"
"""Before the uid after which a page goes on among what matches but for a letter."""
CLIENTS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Uids:
    """A page of uids. `after` goes on where it ended; None: there is no more."""

    uids: list[str]
    after: str | None


@dataclass(frozen=True, slots=True)
class FoundClients:
    clients: list[Client]
    after: str | None


@dataclass(frozen=True, slots=True)
class FoundThreads:
    threads: list[Thread]
    after: str | None


async def find_clients(
    connection: Connection, business_id: int, term: str, *, country: str, after: str | None = None, most: int = 25
) -> FoundClients:
    """A page: those of whom the term is the very email, uid or number, then newest first, then near misses."""
    known = await search_clients(connection, business_id, term, None, country=country)
    page = await _Index(connection, business_id, "c").page(term, country, after, most)
    first = known[:most] if after is None else []
    uids = [uid for uid in page.uids if uid not in {client.uid for client in known}]
    others = {client.uid: client for client in await clients_called(connection, business_id, uids)}
    return FoundClients([*first, *(others[uid] for uid in uids if uid in others)], page.after)


async def find_threads(
    connection: Connection, business_id: int, term: str, *, country: str, after: str | None = None, most: int = 25
) -> FoundThreads:
    """A page of conversations that hold the words: newest first, then near misses of their titles."""
    page = await _Index(connection, business_id, "v").page(term, country, after, most)
    rows = await connection.fetch(SQL["living_conversations"], business_id, page.uids) if page.uids else []
    living = {row["uid"] for row in rows}
    threads = await threads_called(connection, business_id, [uid for uid in page.uids if uid in living])
    return FoundThreads(threads, page.after)


async def find_in_inbox(
    connection: Connection, business_id: int, term: str, *, country: str, most: int = 50
) -> list[Thread]:
    """Conversations as one looks for them in an inbox: by what is written, and by whose they are; newest first."""
    written = await find_threads(connection, business_id, term, country=country, most=most)
    found = await find_clients(connection, business_id, term, country=country, most=CLIENTS_LOOKED_AT)
    clients = [client.uid for client in found.clients]
    rows = await connection.fetch(SQL["conversations_of_clients"], business_id, clients, most) if clients else []
    uids = {thread.uid for thread in written.threads} | {row["uid"] for row in rows}
    return await threads_called(connection, business_id, sorted(uids, reverse=True)[:most])


@dataclass(frozen=True, slots=True)
class _Index:
    """The index of one business and kind."""

    connection: Connection
    business_id: int
    kind: Kind

    async def page(self, term: str, country: str, after: str | None, most: int) -> Uids:
        """What matches as written, and when that is all, what matches but for a letter."""
        asked = asked_for(self.business_id, self.kind, term, e164=read_phone(term, country).e164)
        return await self._page(asked, after, most) if asked else Uids([], None)

    async def _page(self, asked: Asked, after: str | None, most: int) -> Uids:
        among_near = after is not None and after.startswith(NEAR)
        uids = [] if among_near else await self._find(asked.direct, after, most)
        if len(uids) == most or asked.near is None:
            return Uids(uids, uids[-1] if len(uids) == most else None)
        below = (after or "").removeprefix(NEAR) if among_near else None
        near = await self._find(asked.near, below or None, most - len(uids))
        more = bool(near) and len(uids) + len(near) == most
        return Uids([*uids, *near], f"{NEAR}{near[-1]}" if more else None)

    async def _find(self, query: Query, below: str | None, most: int) -> list[str]:
        """Newest first, below a uid: among the newest, then by the index in what is new, then by the index in all."""
        place = (self.business_id, self.kind)
        asked = (*place, query.wanted, below, most, NEWEST_LOOKED_AT)
        [(newest, reached, again)] = await self.connection.fetch(SQL["newest"], *asked)
        if reached is None:
            return newest or []
        also = query.wanted if query.looked_up != query.wanted else None
        further = looks(below=below, reached=reached, again=again, now_ms=now_ms())
        for look in islice(further, LOOKS_FOR_SEVERAL if query.words > 1 else None):
            looked_up = within(*place, query.looked_up, look.cells)
            uids = await self._indexed(*place, looked_up, also, look.since, below, most)
            if len(uids) == most:
                return uids
        return await self._indexed(*place, query.looked_up, also, FIRST, below, most)

    async def _indexed(self, *asked: Any) -> list[str]:
        return [row["uid"] for row in await self.connection.fetch(SQL["indexed"], *asked)]
