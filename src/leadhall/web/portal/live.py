"""Requests as they come: a stream that says that something changed, and the rows to look again."""

from __future__ import annotations

from leadhall.core.errors import NotFound
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.web.call import Answer, Call
from leadhall.web.live import Place, mark_of_log
from leadhall.web.portal.frame import portal_page
from leadhall.web.portal.reach import business_of, choose
from leadhall.web.portal.requests import UNRESOLVED, OneQuery, RequestsQuery, history_of, log_of, named
from leadhall.web.portal.session import reader_of

NOBODY = 204
"""A browser that is told this opens the stream no more."""


async def stream(call: Call) -> Answer:
    """Tells the browser when requests came to a business."""
    reader = await reader_of(call)
    if reader is None:
        return Answer(content=b"", status=NOBODY)
    business = await business_of(call.services, reader, call.query.business)
    if business is None:
        raise NotFound("There is no such business within your reach")
    place = Place(business.id, log=True)
    async with log_of(call, business.id) as connection:
        mark = await mark_of_log(connection, business.id)
    told = call.services.live.open(place, user=reader.principal, mark=mark)
    return Answer(stream=told, content_type=b"text/event-stream; charset=utf-8")


async def show_rows(call: Call) -> Answer:
    """The newest requests that the filters let through: a table, and nothing around it."""
    reader, query = await reader_of(call), call.query
    unresolved, business = query.business == UNRESOLVED, None
    if reader is not None and not unresolved:
        _, business = await choose(call.services, reader, query.business, query.find)
    history = await history_of(call, reader, business) if reader else None
    return portal_page(
        call, "request_table.html", title="", reader=reader, rows=history.rows if history else [],
        named=named(business),
    )  # fmt: skip


_MISSING = ErrorCase(404, "not_found", "There is no such business within the reader's reach.")

OPERATIONS = (
    Operation(
        name="docs_live", title="Requests live", summary="Server-sent events: `changed`, for who has logged in.",
        method="GET", path="/docs/live", door="portal", policy=ANYBODY, handler=stream, query=OneQuery,
        replies=(
            Reply(200, None, None, "`changed` whenever requests came.", media_type="text/event-stream"),
            Reply(204, None, None, "Not logged in.", media_type="text/event-stream"),
        ),
        errors=(_MISSING, ErrorCase(503, "busy", "Too many windows are open.")),
        secret=True, prefixed=False, tag="Portal",
    ),
    Operation(
        name="docs_rows", title="Rows of requests", summary="What the full history begins with now.", method="GET",
        path="/docs/rows", door="portal", policy=ANYBODY, handler=show_rows, query=RequestsQuery,
        replies=(Reply(200, None, None, "A table.", media_type="text/html"),),
        errors=(
            ErrorCase(400, "unreadable", "The query cannot be read."),
            ErrorCase(422, "invalid", "A filter cannot be read."),
        ),
        secret=True, prefixed=False, tag="Portal",
    ),
)  # fmt: skip
