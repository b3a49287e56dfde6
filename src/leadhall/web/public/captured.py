"""The demo's outbox: mail and texts that would have left, for whoever sits at the machine that runs the demo.

Anywhere else, and for anybody else, these pages are not there.
"""

from __future__ import annotations

from leadhall.core.errors import NotFound
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.notify.captured import get_captured, list_captured
from leadhall.web.answers import Header
from leadhall.web.call import Answer, Call
from leadhall.web.nearness import is_near
from leadhall.web.pages import HEADERS, HTML, page, templates

TEMPLATES = templates(__package__)
MARK_OF_A_DEMO = "demo.json"
SANDBOX: Header = (
    b"content-security-policy",
    b"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
)


async def list_page(call: Call) -> Answer:
    """The newest first."""
    _only_here(call)
    kept = await list_captured(call.services.worker_pool, most=100)
    return page(call, TEMPLATES, "captured.html", kept=kept, one=None)


async def show_page(call: Call) -> Answer:
    """One, as plain text."""
    _only_here(call)
    one = await get_captured(call.services.worker_pool, call.path["uid"])
    return page(call, TEMPLATES, "captured.html", kept=[], one=one)


async def html_page(call: Call) -> Answer:
    """The HTML part as a mail program shows it: in a sandbox, where nothing runs and nothing is fetched."""
    _only_here(call)
    one = await get_captured(call.services.worker_pool, call.path["uid"])
    if one.html is None:
        raise NotFound("This has no HTML part")
    return Answer(content=one.html.encode(), content_type=HTML, headers=(SANDBOX, *HEADERS))


def _only_here(call: Call) -> None:
    data = call.services.settings.data
    if not (is_near(call.scope) and data is not None and (data / MARK_OF_A_DEMO).is_file()):
        raise NotFound("There is nothing here")


def _operation(name: str, title: str, path: str, handler: object, what: str) -> Operation:
    return Operation(
        name=name,
        title=title,
        summary=f"{what} In the demo only, and only from the machine itself.",
        method="GET",
        path=path,
        door="public",
        policy=ANYBODY,
        handler=handler,  # type: ignore[arg-type]
        replies=(Reply(200, None, None, "The page.", media_type="text/html"),),
        errors=(ErrorCase(404, "not_found", "This is no demo, or somebody asks from elsewhere, or there is no such."),),
        secret=True,
        prefixed=False,
        tag="Pages",
    )


OPERATIONS = (
    _operation("list_captured", "List captured mail", "/captured", list_page, "Mail and texts that would have left."),
    _operation("show_captured", "Show captured mail", "/captured/{uid}", show_page, "One mail or text."),
    _operation("show_captured_html", "Show captured HTML", "/captured/{uid}/html", html_page, "A mail's HTML part."),
)
