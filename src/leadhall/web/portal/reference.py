"""The reference: a page for every operation, its twin in Markdown, errors, guides, and the way in."""

from __future__ import annotations

from typing import Any

import msgspec

from leadhall.core.errors import NotFound, Unreadable
from leadhall.core.operation import ANYBODY, ErrorCase, Example, Operation, Reply
from leadhall.events.catalogue import CATALOGUE, UNSENT
from leadhall.web.body import read_body
from leadhall.web.call import Answer, Call
from leadhall.web.codes import CODES
from leadhall.web.portal.acting import acting_of
from leadhall.web.portal.as_markdown import llms_txt, operation_markdown
from leadhall.web.portal.coloured import Piece, pieces_of
from leadhall.web.portal.credentials import demo_credentials, own_business
from leadhall.web.portal.described import Described, by_slug, groups_of
from leadhall.web.portal.frame import portal_page, url_of
from leadhall.web.portal.guides import guide_called, guides
from leadhall.web.portal.requests import opened
from leadhall.web.portal.samples import TOKEN, Request, curl, samples_of
from leadhall.web.portal.session import own_token

MARKDOWN = b"text/markdown; charset=utf-8"
TEXT = b"text/plain; charset=utf-8"
SAMPLE_MOST_BYTES = 128 * 1024
FIRST = {"identifier_type": "email", "email": "dana@example.com", "first_name": "Dana", "request_title": "Kitchen"}
MISSING = {
    "status": "Error",
    "error": "Mandatory parameter email is missing",
    "error_code": "missing",
    "errors": [{"code": "missing", "field": "email", "message": "Mandatory parameter email is missing"}],
    "request_id": "0m5x4kq2v7c9t1ab",
}


class OpenQuery(msgspec.Struct):
    """A logged request that Try It shall begin with, and whose it is."""

    open: str | None = None
    business: str | None = None


class Wanted(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A request that a reader made up in Try It. The token stays in their browser."""

    operation: str
    url: str
    headers: dict[str, str] = {}
    body: Any = None


async def show_start(call: Call) -> Answer:
    """Where to begin."""
    first = curl(Request("POST", f"{url_of(call)}/platform/v1/leadgen", TOKEN, {}, FIRST))
    return portal_page(call, "start.html", title="Leadhall for developers", here="/docs", first=first)


async def show_operation(call: Call) -> Answer:
    token = await own_token(call)
    described = await _described(call)
    return portal_page(
        call, "operation.html", title=described.operation.title, here=f"/docs/reference/{described.slug}",
        page=described, credentials=demo_credentials(call), own_token=token or "",
        acting=await acting_of(call), samples=described.samples,
        described=described.for_try_it(await opened(call)),
    )  # fmt: skip


async def show_operation_markdown(call: Call) -> Answer:
    return Answer(content=operation_markdown(await _described(call)).encode(), content_type=MARKDOWN)


async def show_errors(call: Call) -> Answer:
    return portal_page(call, "errors.html", title="Errors", here="/docs/errors", codes=CODES, example=MISSING)


async def show_events(call: Call) -> Answer:
    return portal_page(
        call, "events.html", title="Webhook events", here="/docs/events", events=CATALOGUE, unsent=UNSENT
    )


async def show_guide(call: Call) -> Answer:
    guide = guide_called(call.path["name"])
    return portal_page(call, "guide.html", title=guide.title, here=f"/docs/guides/{guide.name}", guide=guide)


async def show_guide_markdown(call: Call) -> Answer:
    return Answer(content=guide_called(call.path["name"]).source.encode(), content_type=MARKDOWN)


async def show_llms(call: Call) -> Answer:
    told = llms_txt(groups_of(call.services.table), [(each.name, each.title) for each in guides()], url=url_of(call))
    return Answer(content=told.encode(), content_type=TEXT)


async def write_samples(call: Call) -> Answer:
    """The request of a reader in every language, cut into pieces by their colours, with TOKEN where theirs goes."""
    content = await read_body(call.scope, call.receive, SAMPLE_MOST_BYTES)
    try:
        wanted = msgspec.json.decode(content, type=Wanted)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"The body is no request to be shown: {error}") from error
    operation = by_slug(call.services.table).get(wanted.operation)
    if operation is None:
        raise NotFound("There is no such operation")
    token = None if operation.policy.anybody else "TOKEN"
    request = Request(operation.method, wanted.url, token, wanted.headers, wanted.body)
    return Answer({sample.key: pieces_of(sample.code, sample.key) for sample in samples_of(request)})


async def _described(call: Call) -> Described:
    operation = by_slug(call.services.table).get(call.path["slug"])
    if operation is None:
        raise NotFound("There is no such operation")
    return Described(operation, url_of(call), await own_business(call))


def _row(
    name: str, title: str, path: str, handler: Any, summary: str, *, media_type: str = "text/html", query: Any = None
) -> Operation:
    """A page that anybody may read."""
    missing = (ErrorCase(404, "not_found", "There is no such page."),) if "{" in path else ()
    return Operation(
        name=name, title=title, summary=summary, method="GET", path=path, door="portal", policy=ANYBODY,
        handler=handler, query=query, replies=(Reply(200, None, None, "The page.", media_type=media_type),),
        errors=missing, prefixed=False, tag="Portal",
    )  # fmt: skip


OPERATIONS = (
    _row("docs", "Docs", "/docs", show_start, "Where developers begin."),
    _row("docs_operation_markdown", "Reference as Markdown", "/docs/reference/{slug}.md", show_operation_markdown,
         "An operation's reference in Markdown.", media_type="text/markdown"),
    _row("docs_operation", "Reference", "/docs/reference/{slug}", show_operation, "An operation's reference.",
         query=OpenQuery),
    _row("docs_errors", "Errors", "/docs/errors", show_errors, "Every error code and its remedy."),
    _row("docs_events", "Events", "/docs/events", show_events, "Every webhook event with a sample."),
    _row("docs_guide_markdown", "Guide as Markdown", "/docs/guides/{name}.md", show_guide_markdown,
         "A guide in Markdown.", media_type="text/markdown"),
    _row("docs_guide", "Guide", "/docs/guides/{name}", show_guide, "A guide."),
    _row("llms", "llms.txt", "/llms.txt", show_llms, "What programs should read first.",
         media_type="text/plain"),
    Operation(
        name="docs_samples", title="Samples", summary="A request in every language.", method="POST",
        path="/docs/samples", door="portal", policy=ANYBODY, handler=write_samples, request=Wanted,
        replies=(Reply(200, dict[str, list[Piece]], {"curl": [["", "curl "], ["s", "'http://…'"]]}, "By language."),),
        errors=(
            ErrorCase(400, "unreadable", "The body is not such a request."),
            ErrorCase(404, "not_found", "There is no such operation."),
            ErrorCase(413, "too_large", "The body is over 128 KiB."),
        ),
        examples=(Example("Ready", {"operation": "ready", "url": "http://127.0.0.1:8000/readyz"}),),
        prefixed=False, tag="Portal",
    ),
)  # fmt: skip
