"""A person lets an app into a business: OAuth's page of consent, and the code that comes of it (api.md 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Meta

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Fault, Invalid
from leadhall.core.operation import ErrorCase, Example, Operation
from leadhall.tenancy.apps import App, find_app
from leadhall.tenancy.oauth import grant_code, is_challenge, may_go_to
from leadhall.tenancy.rights import may
from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import posted, read_own_form, shown
from leadhall.web.console.words import N_

PATHS = ("/oauth/authorize", "/app/oauth/authorize")
TEXT_MOST_CHARS = 2_000
S256 = "S256"
SCOPES = {
    "leads:write": N_("send leads"),
    "clients:read": N_("read clients and their messages"),
    "clients:write": N_("change client cards"),
    "messages": N_("write messages to clients"),
    "webhooks": N_("be told of what happens"),
    "admin": N_("change the business"),
}
_Text = Annotated[str, Meta(max_length=TEXT_MOST_CHARS)] | None


class AuthorizeQuery(msgspec.Struct, kw_only=True):
    """As RFC 6749 4.1.1 and RFC 7636 4.3 name them."""

    response_type: _Text = None
    client_id: _Text = None
    redirect_uri: _Text = None
    scope: _Text = None
    state: _Text = None
    code_challenge: _Text = None
    code_challenge_method: _Text = None
    told: str | None = None


@dataclass(frozen=True)
class Request:
    """What an app asks for, and where its answer goes."""

    app: App
    redirect_uri: str
    scope: str
    state: str | None
    challenge: str | None
    fault: tuple[str, str] | None = None
    """OAuth's code and words, told to the app: the address is its own."""

    def goes_to(self, **answer: str | None) -> str:
        told = {name: value for name, value in (*answer.items(), ("state", self.state)) if value is not None}
        return self.redirect_uri + ("&" if "?" in self.redirect_uri else "?") + urlencode(told)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"


async def _asked(call: Call, asked: AuthorizeQuery) -> Request:
    """The request. Invalid, told to the person, when the app or the address is not known: nobody is sent there."""
    faults = [Fault.missing(name) for name in ("client_id", "redirect_uri") if not getattr(asked, name)]
    if faults:
        raise Invalid.of(faults)
    async with call.services.app_pool.acquire() as connection:
        app = await find_app(connection, asked.client_id or "")
    if app is None:
        raise Invalid("No app has this client_id", field="client_id")
    if not may_go_to(app, asked.redirect_uri or ""):
        raise Invalid("redirect_uri is not one that the app was registered with", field="redirect_uri")
    challenge, fault = asked.code_challenge, None
    if asked.response_type != "code":
        fault = ("unsupported_response_type", "response_type must be code")
    elif challenge is not None and (asked.code_challenge_method != S256 or not is_challenge(challenge)):
        fault = ("invalid_request", "code_challenge must be by the method S256")
    return Request(app, asked.redirect_uri or "", asked.scope or "", asked.state, challenge, fault)


def _may_grant(call: Call, app: App) -> list[Membership]:
    """The businesses of the app's directory into which this person may let apps."""
    return [
        each for each in call.person.memberships if each.directory_id == app.directory_id and may(each.role, "apps")
    ]


async def show_authorize(call: Call) -> Answer:
    request, reader = await _asked(call, call.query), await reader_of(call)
    if request.fault is not None:
        return _send(request.goes_to(error=request.fault[0], error_description=request.fault[1]))
    return await console_page(
        call, "authorize.html", title=reader.words("Let %(app)s in?", app=request.app.name), request=request,
        businesses=_may_grant(call, request.app),
        scopes=[SCOPES[each] for each in request.app.scopes if each in SCOPES],
        asked={name: value for name, value in msgspec.to_builtins(call.query).items() if value and name != "told"},
        goes_to=(request.origin,),
    )  # fmt: skip


async def authorize(call: Call) -> Answer:
    """Yes or no; the app hears of either at its own address."""
    form = await read_own_form(call)
    fields = {name: form.text(name) or None for name in AuthorizeQuery.__struct_fields__}
    request = await _asked(call, AuthorizeQuery(**fields))
    if request.fault is not None:
        return _send(request.goes_to(error=request.fault[0], error_description=request.fault[1]))
    if form.text("answer") != "yes":
        return _send(request.goes_to(error="access_denied", error_description="The person said no"))
    wanted = next((each for each in _may_grant(call, request.app) if each.business_uid == form.text("business")), None)
    if wanted is None:
        raise Invalid("You may not let this app into such a business", field="business")
    scope = Scope((wanted.business_id,), wanted.directory_id)
    async with scoped(call.services.app_pool, scope) as connection:
        code = await grant_code(
            connection, request.app, wanted, user_id=call.person.session.user_id, redirect_uri=request.redirect_uri,
            scope=request.scope, challenge=request.challenge,
        )  # fmt: skip
    return _send(request.goes_to(code=code))


def _send(place: str) -> Answer:
    return Answer(content=b"", content_type=b"text/html", status=303, headers=((b"location", place.encode()),))


_WORDS = "OAuth 2 (RFC 6749) with PKCE (RFC 7636): somebody who signed in lets an app into a business of theirs."
_FAULT = ErrorCase(422, "missing", "The app or the address is not named; nobody is sent on.")


def _rows(path: str, suffix: str) -> tuple[Operation, ...]:
    return (
        shown(
            f"authorize{suffix}_page", f"Authorize an app{suffix.replace('_', ' ')}", path, show_authorize,
            query=AuthorizeQuery, summary=_WORDS, errors=(_FAULT,),
            examples=(Example("An app asks", query={"response_type": "code", "client_id": "c1" * 32}),),
        ),
        posted(
            f"authorize{suffix}", f"Answer an app{suffix.replace('_', ' ')}", path, authorize, summary=_WORDS,
            errors=(_FAULT,),
        ),
    )  # fmt: skip


OPERATIONS = (*_rows(PATHS[0], ""), *_rows(PATHS[1], "_of_old"))
