"""What needs attention: requests that were refused but can be completed, and held ones. None is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Fault, Invalid, NotFound, Refusal
from leadhall.requestlog.acts import dismiss, waiting_requests
from leadhall.requestlog.read import LoggedRequest, get_request
from leadhall.tenancy.caller import BusinessRef
from leadhall.web.again import Again
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.held_answers import waiting_answers
from leadhall.web.console.inbox import FOLDERS
from leadhall.web.console.links import inert
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import Work, done, posted, read_own_form, shown, working_for
from leadhall.web.console.saying import say_again
from leadhall.web.console.told import see
from leadhall.web.decode import decode_body

HERE = "/inbox/attention"
PER_PAGE = 25
VALUE_MOST_CHARS = 500
ASKED_FOR = ("first_name", "last_name", "email", "phone", "request_title")
"""What one may fill in; identifier_type follows from the email."""
OF_CALLERS = frozenset({"identifier_type", "business_id", "notifications"})
"""What says something to us alone."""


class AttentionQuery(msgspec.Struct):
    """Below which request the page goes on."""

    below: str | None = None
    told: str | None = None


@dataclass(frozen=True)
class Waiting:
    """A request with what can be read of it."""

    request: LoggedRequest
    content: list[tuple[str, str]]
    given: dict[str, str]

    @property
    def faults(self) -> list[dict[str, Any]]:
        return [dict(fault) for fault in self.request.facts.get("faults", ())]


async def show_attention(call: Call) -> Answer:
    here, reader = working_for(call), await reader_of(call)
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        rows = await waiting_requests(connection, here.business_id, below=call.query.below, most=PER_PAGE + 1)
        answers = await waiting_answers(connection, here.business_id, call.services.key) if not call.query.below else []
    listed = [_read(row) for row in rows[:PER_PAGE]]
    older = f"{HERE}?below={rows[PER_PAGE - 1].uid}" if len(rows) > PER_PAGE else None
    return await console_page(
        call, "attention.html", title=reader.words("Needs attention"), here="inbox", listed=listed, older=older,
        answers=answers,
        folders=FOLDERS, asked_for=ASKED_FOR, say_again=say_again, inert=inert,
    )  # fmt: skip


def _read(request: LoggedRequest) -> Waiting:
    """What came, as far as it can be read: by key, values cut."""
    try:
        content = dict(decode_body(request.content_type, request.body or b"").content)
    except Refusal:
        content = {}
    told = [(name, value) for name, value in content.items() if name not in OF_CALLERS]
    flat = [(key, text[:VALUE_MOST_CHARS]) for name, value in told for key, text in _flat(name, value)]
    given = {name: str(content[name]) for name in ASKED_FOR if isinstance(content.get(name), str)}
    return Waiting(request, flat, given)


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [(str(key), str(each)) for key, each in value.items()]
    return [(name, str(value))] if value not in (None, "") else []


async def release(call: Call) -> Answer:
    """Through intake, as it came or with what was filled in."""
    form, here = await read_own_form(call), working_for(call, "answer")
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        request = await get_request(connection, here.business_id, call.path["uid"])
    if request.verdict not in ("held", "needs_attention"):
        raise NotFound("There is no such request, or it is no longer kept")
    ran = await call.services.run_again(
        call.services,
        Again(
            request=request,
            business=BusinessRef(here.business_id, here.business_uid, here.directory_id),
            by=call.known,
            key=f"console {request.uid}",
            apply=True,
            changes=_changes(form, request),
            user_agent="leadhall console, released",
            ip=call.ip,
        ),
    )
    if ran.lead_uid is None:
        faults = [Fault(str(each["code"]), str(each["message"])) for each in ran.facts.get("faults", ())]
        raise Invalid("It cannot become a lead as it is: fill in what is missing", faults=tuple(faults))
    return see(f"/inbox/{ran.lead_uid}", "released")


def _changes(form: Any, request: LoggedRequest) -> dict[str, Any]:
    """What was filled in and is not so already; who has an email is known by it."""
    given = _read(request).given
    filled = {name: form.text(name) for name in ASKED_FOR if form.text(name) and form.text(name) != given.get(name)}
    return filled | ({"identifier_type": "email"} if "email" in filled else {})


async def _set_aside(work: Work) -> Answer:
    await get_request(work.connection, work.business_id, work.call.path["uid"])
    await dismiss(work.connection, work.business_id, work.call.path["uid"], principal=work.call.known.principal)
    return see(HERE, "set_aside")


OPERATIONS = (
    shown(
        "attention", "Needs attention", HERE, show_attention, query=AttentionQuery,
        summary="Requests that were refused or are held, with their faults.",
    ),
    posted(
        "release", "Release a request", HERE + "/{uid}", release,
        summary="Sends a refused or held request through intake again, with what was filled in.",
        fields={"first_name": "Dana"},
    ),
    done("set_aside", "Set a request aside", HERE + "/{uid}/aside", _set_aside, summary="It need not become a lead."),
)  # fmt: skip
