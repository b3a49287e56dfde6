"""One logged request, whole: what came, what it was answered, why, what left; and running it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from leadhall.conversations.leads import get_lead
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound, Refusal
from leadhall.core.ids import mint
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.dispatch.log import Logged, deliveries_of_lead
from leadhall.intake.comparing import Line, compared, sentences
from leadhall.intake.facts import Receipt
from leadhall.requestlog.acts import Act, acts_about
from leadhall.requestlog.read import LoggedRequest
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.web.again import Again, Ran, decided_then
from leadhall.web.call import Answer, Call
from leadhall.web.form import Form
from leadhall.web.portal.acting import acting_of
from leadhall.web.portal.bodies import shape_of_text, shown_answer, shown_body, shown_headers
from leadhall.web.portal.frame import portal_page, url_of
from leadhall.web.portal.reach import Seen, sees_values
from leadhall.web.portal.requests import UNRESOLVED, OneQuery, asked_to_log_in, found_request, log_of
from leadhall.web.portal.samples import Request, samples_of
from leadhall.web.portal.session import csrf_of, read_own_form, reader_of
from leadhall.web.portal.shapes import fields_of
from leadhall.web.spelling import did_you_mean

REFUSED_FROM = 400
AGAIN = {"folded_into", "replay_of"}


@dataclass(frozen=True)
class Trial:
    """A run of the request again: what it was answered, beside what was decided then."""

    ran: Ran
    lines: list[Line]
    key: str
    notices: bool

    @property
    def works(self) -> bool:
        return self.ran.status < REFUSED_FROM


@dataclass(frozen=True)
class Told:
    """What the log and the rooms know beside the row itself."""

    answer: str | None
    trace: list[str]
    deliveries: list[Logged]
    acts: list[Act]


async def show_request(call: Call) -> Answer:
    reader = await reader_of(call)
    if reader is None:
        return asked_to_log_in(call)
    return await _page(call, reader, *await found_request(call, reader, call.path["uid"]))


async def _page(
    call: Call,
    reader: Caller,
    business: Seen | None,
    row: LoggedRequest,
    *,
    trial: Trial | None = None,
    fault: str | None = None,
    status: int = 200,
) -> Answer:
    values, business_id = sees_values(reader), business.id if business else 0
    labels = (await call.services.businesses.facts(business_id)).card.labels if business else {}
    async with log_of(call, business_id) as connection:
        told = await _told(call, connection, business_id, row, labels)
    operation = _operation(call, row)
    body = shown_body(row.body, values=values)
    if told.answer is not None and not values:
        told = replace(told, answer=shape_of_text(told.answer))
    return portal_page(
        call, "request.html", title=f"Request {row.uid}", here="/docs/requests", status=status, reader=reader, row=row,
        body=body, values=values, told=told, trial=trial, fault=fault, operation=operation, csrf=csrf_of(call),
        headers=shown_headers(row, values=values), slips=_slips(operation, row), business=business,
        samples=_samples(call, operation, row, values=values), named=business.uid if business else UNRESOLVED,
        acting=await acting_of(call),
        may_run=business is not None and reader.may("leads:write") and operation is not None and operation.dry_run
        and row.body is not None and not row.truncated,
    )  # fmt: skip


async def _told(
    call: Call, connection: Connection, business_id: int, row: LoggedRequest, labels: dict[str, str]
) -> Told:
    """The answer as it was given, the trace in plain words, and what left."""
    acts = await acts_about(connection, business_id, row.uid)
    if row.lead_uid is None:
        trace = sentences(row.facts, labels) if "created" in row.facts else []
        return Told(_answer(call, row, None), trace, [], acts)
    try:
        lead = await get_lead(connection, business_id, row.lead_uid)
    except NotFound:  # its conversation was deleted since
        return Told(None, [], [], acts)
    again, folded = row.facts.keys() & AGAIN != set(), "folded_into" in row.facts
    uids = lead.client_uid, lead.conversation_uid, lead.message_uid, lead.request_uid
    deliveries = await deliveries_of_lead(connection, business_id, row.lead_uid)
    told = _answer(call, row, Receipt(*uids, lead.facts, again, folded))
    return Told(told, sentences(lead.facts, labels), deliveries, acts)


def _answer(call: Call, row: LoggedRequest, receipt: Receipt | None) -> str | None:
    """As it was kept; of a request for a lead none was, and it is told again from the facts."""
    if row.answer is not None:
        return shown_answer(row.answer)
    told = call.services.retell(row, receipt)
    return shown_answer(told[0]) if told else None


def _operation(call: Call, row: LoggedRequest) -> Operation | None:
    known = {each.name: each for each in call.services.table.of_door("api")}
    return known.get(row.operation)


def _slips(operation: Operation | None, row: LoggedRequest) -> list[tuple[str, str]]:
    """Keys of the body that the operation does not know, with those that were probably meant."""
    content = _content(row)
    known = {field.name for field in fields_of(operation.request)} if operation and operation.request else set()
    if not isinstance(content, dict) or not known:
        return []
    unknown = [key for key in content if key not in known]
    meant = [(key, did_you_mean(key, known - content.keys())) for key in unknown]
    return [(key, word) for key, word in meant if word]


def _content(row: LoggedRequest) -> Any:
    try:
        return msgspec.json.decode(row.body or b"null")
    except msgspec.MsgspecError:
        return None


def _samples(call: Call, operation: Operation | None, row: LoggedRequest, *, values: bool) -> Any:
    """The request again in every language; only for JSON that the reader may read."""
    content = _content(row)
    if operation is None or not values or row.truncated or (row.body and content is None) or "{" in operation.path:
        return ()
    return samples_of(Request(operation.method, url_of(call) + operation.path, "TOKEN", {}, content))


async def run_request(call: Call) -> Answer:
    """A dry run, shown beside what was decided then; for real when that was agreed to."""
    reader = await reader_of(call)
    if reader is None:
        return asked_to_log_in(call)
    form = await read_own_form(call)
    business, row = await found_request(call, reader, call.path["uid"])
    if business is None:
        raise NotFound("There is no such request, or it is no longer kept")
    again = _again(call, reader, business, row, form)
    try:
        ran = await call.services.run_again(call.services, again)
    except Refusal as refusal:
        return await _page(call, reader, business, row, fault=refusal.first.message, status=422)
    if ran.lead_uid is not None:
        place = f"/docs/requests/{ran.request_uid}?business={business.uid}"
        return Answer(content=b"", status=303, headers=((b"location", place.encode()),))
    async with log_of(call, business.id) as connection:
        then = await decided_then(connection, business.id, row)
    labels = (await call.services.businesses.facts(business.id)).card.labels
    trial = Trial(ran, compared(then, ran.facts, labels), again.key, again.notices)
    return await _page(call, reader, business, row, trial=trial)


def _again(call: Call, reader: Caller, business: Seen, row: LoggedRequest, form: Form) -> Again:
    """What the form asks for; its key makes one lead however often the button is pressed."""
    return Again(
        request=row,
        business=BusinessRef(business.id, business.uid, reader.directory_id),
        by=reader,
        key=form.text("key") or f"again {mint()}",
        apply=form.text("act") == "apply",
        notices=form.text("notices") == "yes",
        user_agent="leadhall portal, run again",
        ip=call.ip,
    )


_MISSING = ErrorCase(404, "not_found", "There is no such request within the reader's reach.")

OPERATIONS = (
    Operation(
        name="docs_request", title="Request", summary="For who has logged in to the portal.", method="GET",
        path="/docs/requests/{uid}", door="portal", policy=ANYBODY, handler=show_request, query=OneQuery,
        replies=(Reply(200, None, None, "The page.", "text/html"),), errors=(_MISSING,), prefixed=False, secret=True,
        tag="Portal",
    ),
    Operation(
        name="docs_request_again", title="Run a request again", summary="A dry run, or the run for real.",
        method="POST", path="/docs/requests/{uid}/again", door="portal", policy=ANYBODY, handler=run_request,
        query=OneQuery,
        replies=(
            Reply(200, None, None, "The page, with what would happen.", "text/html"),
            Reply(303, None, None, "It was stored: on to the new request.", "text/html"),
        ),
        errors=(
            ErrorCase(400, "unreadable", "The form did not come from our own page."),
            _MISSING,
            ErrorCase(422, "invalid", "It cannot be run again."),
        ),
        prefixed=False, secret=True, tag="Portal",
    ),
)  # fmt: skip
