"""The reader's tokens: made with less reach than their own, rotated with a grace, revoked. A secret is shown once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from leadhall.core.clock import now
from leadhall.core.errors import Fault, Invalid, Refusal
from leadhall.core.operation import ANYBODY, SCOPES, ErrorCase, Operation, Reply
from leadhall.tenancy.caller import Caller
from leadhall.tenancy.issuing import Whose, Wish, is_whole, issue_own, list_own, revoke_own, rotate_own
from leadhall.tenancy.tokens import IssuedToken
from leadhall.web.call import Answer, Call
from leadhall.web.form import Form
from leadhall.web.portal.acting import acting_of
from leadhall.web.portal.frame import portal_page
from leadhall.web.portal.reach import owning
from leadhall.web.portal.session import csrf_of, read_own_form, reader_of

HERE = "/docs/tokens"
BUSINESSES_NAMED_MOST = 100
LIVES_DAYS = {"": None, "30": 30, "90": 90, "365": 365}
GRACES_H = {"0": "at once", "1": "an hour", "24": "a day", "168": "a week"}
ABOUT_SCOPES = {
    "leads:write": "post leads",
    "clients:read": "read clients, conversations and the request log",
    "clients:write": "edit clients",
    "messages": "read and write messages",
    "webhooks": "look after webhooks",
    "admin": "businesses, staff, apps, settings",
}
_WORD = re.compile(r"[^\s,;]+")


@dataclass(frozen=True)
class Shown:
    """What just happened: a new secret (shown this once), or a fault."""

    made: IssuedToken | None = None
    faults: tuple[Fault, ...] = ()
    done: str = ""


async def show_tokens(call: Call) -> Answer:
    reader = await reader_of(call)
    return await _page(call, reader, Shown())


async def _page(call: Call, reader: Caller | None, shown: Shown, *, status: int = 200) -> Answer:
    told: dict[str, Any] = {
        "title": "Tokens",
        "here": HERE,
        "reader": reader,
        "shown": shown,
        "acting": await acting_of(call),
    }
    if reader is None:
        return portal_page(call, "tokens.html", **told)
    async with owning(call, reader) as connection:
        tokens = await list_own(connection, reader, Whose())
    return portal_page(
        call, "tokens.html", **told, status=status, tokens=tokens, whole=is_whole(reader), csrf=csrf_of(call),
        scopes=[(scope, ABOUT_SCOPES[scope]) for scope in SCOPES if scope in reader.scopes], graces=GRACES_H, at=now(),
    )  # fmt: skip


async def create_token(call: Call) -> Answer:
    """A token of the reader's kind, with what was ticked."""
    reader = await reader_of(call)
    if reader is None:
        return await _page(call, None, Shown())
    form = await read_own_form(call)
    try:
        wish = await _wish(call, reader, form)
        async with owning(call, reader) as connection:
            made = await issue_own(connection, reader, wish)
    except Refusal as refusal:
        return await _page(call, reader, Shown(faults=refusal.faults), status=422)
    return await _page(call, reader, Shown(made=made, done="made"))


async def _wish(call: Call, reader: Caller, form: Form) -> Wish:
    days = LIVES_DAYS.get(form.text("lives"))
    cidrs = _WORD.findall(form.text("cidrs"))
    return Wish(
        label=form.text("label"),
        scopes=[scope for scope in SCOPES if form.text(f"scope {scope}")],
        businesses=await _businesses(call, reader, _WORD.findall(form.text("businesses"))),
        cidrs=cidrs or None,
        mode="test" if form.text("mode") == "test" else "live",
        expires_at=now() + timedelta(days=days) if days else None,
    )


async def _businesses(call: Call, reader: Caller, names: list[str]) -> list[int] | None:
    """The businesses named; Invalid for one out of reach, missing or foreign alike."""
    if not names:
        return None
    if len(names) > BUSINESSES_NAMED_MOST:
        raise Invalid(f"At most {BUSINESSES_NAMED_MOST} businesses", field="only_businesses")
    found = []
    for name in names:
        try:
            reached = await call.services.doorkeeper.reach(reader, [("only_businesses", name)])
        except Refusal:
            raise Invalid(f"There is no business {name} that you reach", field="only_businesses") from None
        found += [reached.id] if reached else []
    return found


async def rotate(call: Call) -> Answer:
    """A new secret; the old one works on for as long as was chosen."""
    reader = await reader_of(call)
    if reader is None:
        return await _page(call, None, Shown())
    form = await read_own_form(call)
    grace = form.text("grace") or "24"
    hours = int(grace) if grace in GRACES_H else 24
    try:
        async with owning(call, reader) as connection:
            made = await rotate_own(connection, reader, call.path["uid"], grace=timedelta(hours=hours))
    except Invalid as refusal:
        return await _page(call, reader, Shown(faults=refusal.faults), status=422)
    return await _page(call, reader, Shown(made=made, done="rotated"))


async def revoke(call: Call) -> Answer:
    """Within a second it opens no door; the reader's own ends this session, too."""
    reader = await reader_of(call)
    if reader is not None:
        await read_own_form(call)
        async with owning(call, reader) as connection:
            await revoke_own(connection, reader, call.path["uid"])
    return Answer(content=b"", status=303, headers=((b"location", HERE.encode()),))


_PAGE = Reply(200, None, None, "The page.", "text/html")
_FORGED = ErrorCase(400, "unreadable", "The form did not come from our own page.")
_MISSING = ErrorCase(404, "not_found", "The reader looks after no such token.")
_WHOLE = ErrorCase(401, "unauthorized", "The reader's token lacks scopes of its kind.")
_INVALID = ErrorCase(422, "invalid", "It would reach further than the reader's token.")


def _post(name: str, title: str, path: str, handler: Any, reply: Reply, *errors: ErrorCase) -> Operation:
    return Operation(
        name=name, title=title, summary="For who has logged in to the portal.", method="POST", path=path, door="portal",
        policy=ANYBODY, handler=handler, replies=(reply,), errors=(_FORGED, *errors), prefixed=False, secret=True,
        tag="Portal",
    )  # fmt: skip


OPERATIONS = (
    Operation(
        name="docs_tokens", title="Tokens page", summary="The reader's tokens.", method="GET", path=HERE, door="portal",
        policy=ANYBODY, handler=show_tokens, replies=(_PAGE,), prefixed=False, secret=True, tag="Portal",
    ),
    _post("docs_token_create", "Make a token", HERE, create_token, _PAGE, _INVALID),
    _post("docs_token_rotate", "Rotate a token", f"{HERE}/{{uid}}/rotate", rotate, _PAGE, _WHOLE, _MISSING, _INVALID),
    _post("docs_token_revoke", "Revoke a token", f"{HERE}/{{uid}}/revoke", revoke,
          Reply(303, None, None, "Back to the page.", "text/html"), _WHOLE, _MISSING),
)  # fmt: skip
