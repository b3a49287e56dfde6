"""A stranger posts a form: a lead, or a row that is held for its owner; to the stranger both look alike."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from leadhall.core.clock import now
from leadhall.core.errors import Busy, Invalid, NotFound, RateLimited, Refusal, StorageFull, Unavailable
from leadhall.core.operation import ANYBODY, ErrorCase, Example, Operation, Reply
from leadhall.forms.answers import BEGAN, TOOK, Circumstances, Posted, instruction, read_answers
from leadhall.forms.keys import LiveForm
from leadhall.forms.stamp import filled_for_s
from leadhall.forms.suspicion import suspicions
from leadhall.intake.draft import LeadDraft, draft_lead, needs_to_know
from leadhall.intake.identity import Identity, read_identity
from leadhall.intake.marks import Marks, marks_of
from leadhall.intake.plan import Arrival, Claim, Refused, RequestRow, Sender
from leadhall.web.answers import Header
from leadhall.web.body import INTAKE_MOST_BYTES, read_body
from leadhall.web.call import Answer, Call
from leadhall.web.decode import decode_body, fingerprint, media_type
from leadhall.web.head import address, client_request_id, header, user_agent
from leadhall.web.kept import remarkable_headers
from leadhall.web.public.form_page import form_page, no_form

OPEN: Header = (b"access-control-allow-origin", b"*")
"""Any page may read the answer: there are no credentials, and it tells nothing but that it arrived."""
CREATED, SEE_OTHER = 201, 303
CONTENT_TYPE_MOST_CHARS = 255
POSTS_OF_AN_IP, POSTS_OF_A_FORM, A_MINUTE_S = 5, 60, 60
REASONS: dict[type[Refusal], tuple[int, str]] = {
    Invalid: (422, "form.check"),
    RateLimited: (429, "form.hasty"),
    Busy: (503, "form.later"),
    Unavailable: (503, "form.later"),
    StorageFull: (503, "form.later"),
}


class FormReply(Struct):
    """It arrived."""

    status: str
    request_id: Annotated[str, Meta(description="Of its row in the request log.")]


async def post_form(call: Call) -> Answer:
    """Take the answers. A browser gets a page or is sent on to one, a script 201 and the request's id."""
    call.headers.append(OPEN)
    try:
        form = await call.services.forms.of_key(call.path["key"])
    except NotFound:
        if wants_a_page(call):
            return no_form(call)
        raise
    content: dict[str, Any] = {}
    try:
        call.services.limiter.take_of(("form", "ip", call.ip), most=POSTS_OF_AN_IP, within_s=A_MINUTE_S)
        call.services.limiter.take_of(("form", form.uid), most=POSTS_OF_A_FORM, within_s=A_MINUTE_S)
        media_type(header(call.scope, b"content-type"))
        call.body = await read_body(call.scope, call.receive, INTAKE_MOST_BYTES)
        decoded = decode_body(header(call.scope, b"content-type"), call.body)
        content = decoded.content
        posted = _posted(call, form, content, decoded.files)
        await _store(call, form, posted, fingerprint(content))
    except tuple(REASONS) as refusal:
        if not wants_a_page(call):
            raise
        status, reason = REASONS[type(refusal)]
        at_fault = [fault.field for fault in refusal.faults]
        return await form_page(call, form, status=status, given=content, faults=at_fault, trouble=reason)
    if wants_a_page(call):
        return _go_on(form, posted)
    return Answer(FormReply("OK", call.request_id), status=CREATED)


def wants_a_page(call: Call) -> bool:
    return "text/html" in (header(call.scope, b"accept") or "")


def _posted(call: Call, form: LiveForm, content: dict[str, Any], files: tuple[str, ...]) -> Posted:
    at, origin = now(), header(call.scope, b"origin")
    how = Circumstances(
        origin=origin,
        is_ours=address(origin or "").netloc == header(call.scope, b"host"),
        referer=header(call.scope, b"referer"),
        ip=call.ip,
        user_agent=user_agent(call.scope),
        at=at,
    )
    posted = read_answers(content, form, how, files)
    if stamped := instruction(content, BEGAN):
        posted.filled_for_s = filled_for_s(call.services.key, form.uid, stamped, at)
    elif (took := instruction(content, TOOK)).isdecimal():
        posted.filled_for_s = int(took[:9]) / 1000
    return posted


async def _store(call: Call, form: LiveForm, posted: Posted, content_print: bytes) -> None:
    """A lead in the next batch; or a row that holds what looks like a machine's, or what cannot be a lead yet."""
    services, submission = call.services, posted.submission
    business = await services.businesses.facts(form.business_id)
    identity = read_identity(submission, business.own_names) if submission.identifier_type else Identity()
    row = _row(call, marks_of(services.key, submission, identity, business.country))
    if reasons := suspicions(form, posted):
        await _receive(call, form, _held(form, reasons), row)
        return
    asked = needs_to_know(submission, identity)
    known = asked is not None and await services.businesses.knows(business.id, asked.kind, asked.key)
    try:
        draft = draft_lead(submission, identity, business, known=known)
    except Invalid as refusal:
        await _receive(call, form, _incomplete(form, refusal), row)
        raise
    once = f"{posted.once[:64]}.{content_print.hex()[:32]}" if posted.once else None
    await _receive(call, form, draft, row, Claim(fingerprint=content_print, idem_key=once))


async def _receive(
    call: Call, form: LiveForm, what: LeadDraft | Refused, row: RequestRow, claim: Claim | None = None
) -> None:
    sender = Sender(token_uid=form.uid, principal=form.uid, directory_id=form.directory_id)
    await call.services.batcher.receive(Arrival(what=what, sender=sender, request=row, claim=claim))


def _held(form: LiveForm, reasons: list[str]) -> Refused:
    faults = [{"code": "suspicious", "field": None, "message": reason} for reason in reasons]
    return Refused(business_id=form.business_id, status=CREATED, verdict="held", facts={"faults": faults})


def _incomplete(form: LiveForm, refusal: Invalid) -> Refused:
    """Its owner can complete it by hand."""
    faults = [{"code": fault.code, "field": fault.field, "message": fault.message} for fault in refusal.faults]
    return Refused(business_id=form.business_id, status=422, verdict="needs_attention", facts={"faults": faults})


def _row(call: Call, marks: Marks) -> RequestRow:
    kind = header(call.scope, b"content-type")
    return RequestRow(
        uid=call.request_id,
        operation=call.operation.name,
        body=call.body,
        content_type=kind[:CONTENT_TYPE_MOST_CHARS] if kind else None,
        user_agent=user_agent(call.scope),
        ip=call.ip,
        client_request_id=client_request_id(call.scope),
        headers=remarkable_headers(call.scope),
        marks=marks,
    )


def _go_on(form: LiveForm, posted: Posted) -> Answer:
    """To the page that the form names, when the key lists its origin; else to the key's own, or to ours."""
    thanks = f"/f/{form.key}?sent=true"
    for wanted in (posted.next, form.settings.thanks_url):
        if wanted and _may_go_to(form, wanted):
            thanks = wanted
            break
    return Answer(content=b"", status=SEE_OTHER, headers=((b"location", thanks.encode()),))


def _may_go_to(form: LiveForm, url: str) -> bool:
    if url == form.settings.thanks_url:
        return True
    parts = address(url)
    return url.isascii() and url.isprintable() and f"{parts.scheme}://{parts.netloc}" in form.origins


OPERATIONS = (
    Operation(
        name="post_form",
        title="Post a form",
        summary="A stranger's answers become a lead of the form key's business. What looks like a machine's work is "
        "held for its owner, and answered alike. A browser that asks for HTML gets a page or is sent on to one.",
        method="POST",
        path="/f/{key}",
        door="public",
        policy=ANYBODY,
        handler=post_form,
        request=dict[str, str],
        replies=(
            Reply(CREATED, FormReply, {"status": "OK", "request_id": "0m5x4kq2v7e5h8cd"}, "It arrived."),
            Reply(SEE_OTHER, None, None, "On to the page of thanks.", media_type="text/html"),
        ),
        errors=(
            ErrorCase(400, "unreadable", "The body cannot be read."),
            ErrorCase(400, "duplicate_key", "A key stands twice."),
            ErrorCase(400, "too_deep", "Objects and lists are nested more than 8 deep."),
            ErrorCase(404, "not_found", "There is no such form, or it was revoked."),
            ErrorCase(408, "unreadable", "The body did not arrive in time."),
            ErrorCase(409, "key_in_flight", "The same form is being stored right now."),
            ErrorCase(413, "too_large", "The body is over 64 KiB."),
            ErrorCase(414, "too_large", "The address is over 8 KiB."),
            ErrorCase(415, "media_type", "The Content-Type is not urlencoded, multipart or JSON."),
            ErrorCase(422, "missing", "A first name is missing."),
            ErrorCase(422, "invalid", "The email has no @."),
            ErrorCase(422, "too_long", "The email is over its limit."),
            ErrorCase(422, "unstorable", "PostgreSQL refused exactly this lead."),
            ErrorCase(429, "rate_limited", "More than 5 a minute from one address, or 60 for one form."),
            ErrorCase(503, "busy", "The queue is full, or the lead waited too long in it."),
            ErrorCase(503, "unavailable", "The database is away."),
            ErrorCase(503, "storage_full", "The disk of the database is full."),
        ),
        examples=(
            Example(
                "A question",
                {"first_name": "Dana", "email": "dana.levi@example.com", "message": "When may you come by?"},
                path={"key": "fk_Q2hhbmdlIG1l_0a1b2c"},
            ),
        ),
        prefixed=False,
        tag="Public form",
    ),
)
