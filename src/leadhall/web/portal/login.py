"""In and out of the portal, with a token."""

from __future__ import annotations

import msgspec

from leadhall.core.errors import Refusal
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.web.call import Answer, Call
from leadhall.web.form import local_path
from leadhall.web.portal.credentials import demo_credentials
from leadhall.web.portal.frame import portal_page
from leadhall.web.portal.session import ended_cookie, read_own_form, reader_of, session_cookie

START = "/docs/requests"


class LoginQuery(msgspec.Struct):
    """Where to go afterwards."""

    next: str | None = None


async def show_login(call: Call) -> Answer:
    return _login_page(call, local_path(call.query.next, START, under="/docs"))


def _login_page(call: Call, onward: str, *, fault: str | None = None, status: int = 200) -> Answer:
    return portal_page(
        call, "login.html", title="Log in", here="/docs/login", status=status, onward=onward, fault=fault,
        credentials=demo_credentials(call),
    )  # fmt: skip


async def log_in(call: Call) -> Answer:
    """Keep the token sealed in a cookie, and go on."""
    form = await read_own_form(call, csrf=False)
    onward = local_path(form.text("next"), START, under="/docs")
    token = form.text("token")
    try:
        await call.services.doorkeeper.identify(token, call.ip)
    except Refusal as refusal:
        return _login_page(call, onward, fault=refusal.first.message, status=401)
    return _see(onward, session_cookie(call, token))


async def log_out(call: Call) -> Answer:
    if await reader_of(call) is not None:
        await read_own_form(call)
    return _see("/docs", ended_cookie(call))


def _see(place: str, cookie: tuple[bytes, bytes]) -> Answer:
    return Answer(content=b"", status=303, headers=((b"location", place.encode()), cookie))


_FORGED = ErrorCase(400, "unreadable", "The form did not come from our own page.")
_SEE = Reply(303, None, None, "Go on.", media_type="text/html")

OPERATIONS = (
    Operation(
        name="docs_login_page", title="Log in page", summary="Where a token is given.", method="GET",
        path="/docs/login", door="portal", policy=ANYBODY, handler=show_login, query=LoginQuery,
        replies=(Reply(200, None, None, "The page.", media_type="text/html"),), prefixed=False, tag="Portal",
    ),
    Operation(
        name="docs_login", title="Log in", summary="Begins a session of the portal.", method="POST",
        path="/docs/login", door="portal", policy=ANYBODY, handler=log_in, replies=(_SEE,),
        errors=(_FORGED, ErrorCase(401, "token_unknown", "The token is not known or dead.")),
        secret=True, prefixed=False, tag="Portal",
    ),
    Operation(
        name="docs_logout", title="Log out", summary="Ends the session of the portal.", method="POST",
        path="/docs/logout", door="portal", policy=ANYBODY, handler=log_out, replies=(_SEE,), errors=(_FORGED,),
        secret=True, prefixed=False, tag="Portal",
    ),
)  # fmt: skip
