"""Recent requests: beside each operation, and the full history with filters. Refused ones are there too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from leadhall.core.clock import now
from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import NotFound
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.requestlog.read import LoggedRequest, Wanted, get_request, list_requests, looked_through
from leadhall.tenancy.caller import Caller
from leadhall.web.call import Answer, Call
from leadhall.web.portal.acting import acting_of
from leadhall.web.portal.bodies import shown_body
from leadhall.web.portal.described import by_slug
from leadhall.web.portal.frame import portal_page
from leadhall.web.portal.reach import Seen, business_of, choose, sees_values
from leadhall.web.portal.session import reader_of

RECENT_ROWS = 6
PAGE_ROWS = 50
UNRESOLVED = "none"
VERDICTS = ("accepted", "accepted_with_warnings", "needs_attention", "held", "refused", "dry_run")
Day = date | None


class RequestsQuery(msgspec.Struct, kw_only=True):
    """Filters of the history; each may be left out. Days are UTC, the last one included.

    `find`: what the name of a business holds; the first one is shown unless one is named.
    """

    business: str | None = None
    find: str | None = None
    operation: str | None = None
    status: int | None = None
    verdict: str | None = None
    token: str | None = None
    text: str | None = None
    since: Day = None
    until: Day = None
    below: str | None = None

    @property
    def is_filtered(self) -> bool:
        asked = msgspec.structs.replace(self, business=None, find=None, below=None)
        return asked != RequestsQuery()

    def wanted(self, reader: Caller) -> Wanted:
        """As the log is asked. Of requests that reached no business a reader sees only their own token's."""
        return Wanted(
            operation=self.operation,
            status=self.status,
            verdict=self.verdict,
            token_uid=reader.token_uid if self.business == UNRESOLVED else self.token,
            since=_midnight(self.since),
            until=_midnight(self.until + timedelta(days=1)) if self.until else None,
            below=self.below,
            text=self.text,
        )


class OneQuery(msgspec.Struct):
    """Whose request it is; the reader's first business when left out."""

    business: str | None = None


@dataclass(frozen=True)
class History:
    """One page of the log and where it goes on: `further` when only so many rows were looked at."""

    rows: list[LoggedRequest]
    older: str | None
    further: str | None = None


def named(business: Seen | None) -> str:
    """A business as links of requests name it."""
    return business.uid if business else UNRESOLVED


def _midnight(day: Day) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


@asynccontextmanager
async def log_of(call: Call, business_id: int) -> AsyncIterator[Connection]:
    async with scoped(call.services.app_pool, Scope.of([business_id])) as connection:
        yield connection


async def show_recent(call: Call) -> Answer:
    """The newest requests of one operation, as a fragment that the page asks for again and again."""
    operation = by_slug(call.services.table).get(call.path["slug"])
    if operation is None:
        raise NotFound("There is no such operation")
    reader = await reader_of(call)
    business = await business_of(call.services, reader, None) if reader else None
    rows = await _recent(call, business, operation.name) if business else []
    return portal_page(
        call, "recent_rows.html", title="", reader=reader, rows=rows, operation=operation, business=business
    )


async def _recent(call: Call, business: Seen, operation: str) -> list[LoggedRequest]:
    async with log_of(call, business.id) as connection:
        return await list_requests(connection, business.id, Wanted(operation=operation), most=RECENT_ROWS)


def asked_to_log_in(call: Call) -> Answer:
    return portal_page(call, "requests.html", title="Requests", here="/docs/requests", reader=None, acting=None)


async def show_requests(call: Call) -> Answer:
    """The full history. Who is not logged in is asked to."""
    reader, query = await reader_of(call), call.query
    if reader is None:
        return asked_to_log_in(call)
    asked = None if query.business == UNRESOLVED else query.business
    menu, business = await choose(call.services, reader, asked, query.find)
    history = await history_of(call, reader, business)
    live, rows = _followed(query, business)
    return portal_page(
        call, "requests.html", title="Requests", here="/docs/requests", reader=reader,
        menu=menu, business=business, history=history,
        query=query, verdicts=VERDICTS, unresolved=query.business == UNRESOLVED,
        operations=sorted(each.name for each in call.services.table.of_door("api")),
        older=_older(query, history), live=live, rows_at=rows, seen_at=now(),
        named=named(business), acting=await acting_of(call),
    )  # fmt: skip


async def history_of(call: Call, reader: Caller, business: Seen | None) -> History:
    unresolved = call.query.business == UNRESOLVED
    if business is None and not unresolved:
        return History([], None)
    business_id = 0 if unresolved or business is None else business.id
    async with log_of(call, business_id) as connection:
        wanted = call.query.wanted(reader)
        rows = await list_requests(connection, business_id, wanted, most=PAGE_ROWS + 1)
        if len(rows) > PAGE_ROWS:
            return History(rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].uid)
        return History(rows, None, await looked_through(connection, business_id, wanted))


def _older(query: RequestsQuery, history: History) -> str | None:
    below = history.older or history.further
    return None if below is None else f"/docs/requests?{_as_query(query, below=below)}"


def _followed(query: RequestsQuery, business: Seen | None) -> tuple[str, str]:
    """Where a page hears that requests came ("": nothing tells), and where it then looks; pages further back stand."""
    if query.below is not None:
        return "", ""
    told_of = business if query.business != UNRESOLVED else None
    return f"/docs/live?business={told_of.uid}" if told_of else "", f"/docs/rows?{_as_query(query)}"


def _as_query(query: RequestsQuery, **more: str) -> str:
    kept = {name: value for name, value in msgspec.to_builtins(query).items() if value is not None}
    return urlencode(kept | more)


async def found_request(call: Call, reader: Caller, uid: str) -> tuple[Seen | None, LoggedRequest]:
    """The row and its business (None: it reached none). NotFound for what the reader may not see, as for nothing."""
    if call.query.business == UNRESOLVED:
        business = None
    else:
        business = await business_of(call.services, reader, call.query.business)
        if business is None:
            raise NotFound("There is no such request, or it is no longer kept")
    business_id = business.id if business else 0
    async with log_of(call, business_id) as connection:
        row = await get_request(connection, business_id, uid)
    if business is None and row.token_uid != reader.token_uid:
        raise NotFound("There is no such request, or it is no longer kept")
    return business, row


async def opened(call: Call) -> dict[str, Any] | None:
    """The request that Try It shall begin with, as its script takes it; None for none that the reader may read."""
    reader = await reader_of(call)
    if call.query.open is None or reader is None or not sees_values(reader):
        return None
    try:
        _, row = await found_request(call, reader, call.query.open)
    except NotFound:
        return None
    body = shown_body(row.body, values=True)
    try:
        return {"body": msgspec.json.decode(body or "null")}
    except msgspec.MsgspecError:
        return {"raw": body}


def _page(name: str, title: str, path: str, handler: Any, query: Any = None) -> Operation:
    return Operation(
        name=name, title=title, summary="For who has logged in to the portal.", method="GET", path=path, door="portal",
        policy=ANYBODY, handler=handler, query=query, replies=(Reply(200, None, None, "The page.", "text/html"),),
        errors=(
            ErrorCase(400, "unreadable", "The query cannot be read."),
            ErrorCase(404, "not_found", "There is no such request or operation within the reader's reach."),
            ErrorCase(422, "invalid", "A filter cannot be read."),
        ),
        prefixed=False, secret=True, tag="Portal",
    )  # fmt: skip


OPERATIONS = (
    _page("docs_recent", "Recent requests", "/docs/recent/{slug}", show_recent),
    _page("docs_requests", "Requests", "/docs/requests", show_requests, RequestsQuery),
)
