"""Rows of the operation table as the console writes them: a page that is shown, an act that a form does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import NotFound, Unauthorized
from leadhall.core.operation import SIGNED_IN, ErrorCase, Example, Operation, Policy, Reply
from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import refused
from leadhall.web.form import Forged, Form, read_form
from leadhall.web.signed_in import SignedIn

HTML = "text/html"
TAG = "Console"
_NOT_SIGNED_IN = ErrorCase(401, "unauthorized", "Nobody is signed in, or their role has not this right.")
_NOT_FOUND = ErrorCase(404, "not_found", "The business has no such thing.")
_FORGED = ErrorCase(400, "unreadable", "The form cannot be read, or did not come from a page of this session.")
_UNREADABLE = ErrorCase(400, "unreadable", "The query cannot be read.")
_INVALID = ErrorCase(422, "invalid", "A field cannot be used; the page names every fault.")
_BUSY = (
    ErrorCase(503, "busy", "Too many requests are being answered."),
    ErrorCase(503, "unavailable", "The database is away."),
)


@dataclass(frozen=True)
class Work:
    """An act of somebody who signed in: their form, and a connection within the business they work for."""

    call: Call
    form: Form
    person: SignedIn
    here: Membership
    connection: Connection

    @property
    def business_id(self) -> int:
        return self.here.business_id


def working_for(call: Call, right: str = "read") -> Membership:
    """Where who asks works. NotFound for who serves no business, Unauthorized for a role that has not the right."""
    here = call.person.membership
    if here is None:
        raise NotFound("You serve no business (any more): ask who manages it for an invitation")
    if not call.person.may(right):
        raise Unauthorized("Your role in this business does not allow it: ask its owner")
    return here


async def read_own_form(call: Call) -> Form:
    """A form of this session, made while it worked for the same business. Forged for any other."""
    form = await read_form(call)
    if not call.person.is_csrf(form.text("csrf")):
        raise Forged("This page is from before you signed in or changed the business: load it again")
    return form


def acting(act: Callable[[Work], Awaitable[Answer]], right: str) -> Callable[[Call], Awaitable[Answer]]:
    """A handler that does one thing, in one transaction."""

    async def handler(call: Call) -> Answer:
        form = await read_own_form(call)
        here = working_for(call, right)
        async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
            return await act(Work(call, form, call.person, here, connection))

    return handler


def shown(
    name: str,
    title: str,
    path: str,
    handler: Callable[[Call], Awaitable[Answer]],
    *,
    summary: str,
    policy: Policy = SIGNED_IN,
    query: Any = None,
    examples: tuple[Example, ...] = (),
    errors: tuple[ErrorCase, ...] = (),
) -> Operation:
    """A page."""
    return Operation(
        name=f"console_{name}", title=title, summary=summary, method="GET", path=path, door="console", policy=policy,
        handler=handler, query=query, replies=(Reply(200, None, None, "The page.", media_type=HTML),),
        errors=(_UNREADABLE, _NOT_SIGNED_IN, _NOT_FOUND, _INVALID, *_BUSY, *errors), examples=examples, secret=True,
        prefixed=False, tag=TAG, refused=refused,
    )  # fmt: skip


def done(
    name: str,
    title: str,
    path: str,
    act: Callable[[Work], Awaitable[Answer]],
    *,
    right: str = "answer",
    summary: str,
    fields: dict[str, Any] | None = None,
    errors: tuple[ErrorCase, ...] = (),
) -> Operation:
    """An act by a form. `fields`: what the form of the example holds."""
    return posted(name, title, path, acting(act, right), summary=summary, fields=fields, errors=errors)


def posted(
    name: str,
    title: str,
    path: str,
    handler: Callable[[Call], Awaitable[Answer]],
    *,
    summary: str,
    policy: Policy = SIGNED_IN,
    fields: dict[str, Any] | None = None,
    errors: tuple[ErrorCase, ...] = (),
) -> Operation:
    """A form that no business need be worked for, or that is filled in before anybody came in."""
    return Operation(
        name=f"console_{name}", title=title, summary=summary, method="POST", path=path, door="console", policy=policy,
        handler=handler, replies=(Reply(303, None, None, "Done; the page that shows it.", media_type=HTML),),
        errors=(_FORGED, _NOT_SIGNED_IN, _NOT_FOUND, _INVALID, *_BUSY, *errors),
        examples=(Example("As the page sends it", fields or {}),), secret=True, prefixed=False, tag=TAG,
        refused=refused,
    )  # fmt: skip
