"""What the provider of texts calls: texts that came in, and what became of ours. Each call is signed, or nobody's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl

from leadhall.core.errors import NotFound, Unauthorized, Unreadable
from leadhall.core.operation import ANYBODY, ErrorCase, Example, Operation, Reply
from leadhall.inbound.texts.incoming import read_text
from leadhall.inbound.texts.receiving import TextsIn
from leadhall.inbound.texts.reports import take_report
from leadhall.intake.plan import RequestRow
from leadhall.notify.senders import Senders
from leadhall.notify.sms.channel import STATUS_PATH
from leadhall.notify.sms.lines import Line, Lines
from leadhall.web.body import INTAKE_MOST_BYTES, read_body
from leadhall.web.call import Answer, Call
from leadhall.web.head import header, user_agent

INBOUND_PATH = "/sms/inbound"
FIELDS_MOST = 200
_ID, _NUMBER = re.compile(r"[A-Za-z0-9]{1,64}"), re.compile(r"[0-9]{1,18}")
XML = "text/xml"
FORM = b"application/x-www-form-urlencoded"
Form = list[tuple[str, str]]


async def receive_text(call: Call) -> Answer:
    """A person texted one of our numbers. The answer may carry a text back: to STOP, START and HELP."""
    senders, form, signature = _senders(call), await _form(call), _signature(call)
    lines, told = Lines(call.services.worker_pool, senders), dict(form)
    account = told.get("AccountSid", "")
    is_one = _ID.fullmatch(account)
    places = await lines.signers(account, await _called(call, senders), form, signature) if is_one else ()
    if not places:
        raise Unauthorized("The signature is not the provider's")
    text = read_text(told)
    services = call.services
    texts = TextsIn(services.worker_pool, services.key, lines, services.batcher, services.businesses)
    return _twiml(await texts.receive(text, Line(text.ours, places), _row(call)))


async def report_text(call: Call) -> Answer:
    """What became of a text of ours."""
    senders, form, signature = _senders(call), await _form(call), _signature(call)
    business_id, delivery_uid = _named(call.path)
    lines = Lines(call.services.worker_pool, senders)
    if not await lines.signed_for(business_id, await _called(call, senders), form, signature):
        raise Unauthorized("The signature is not the provider's")
    async with call.services.worker_pool.acquire() as connection, connection.transaction():
        await take_report(connection, business_id, delivery_uid, dict(form))
    return _twiml(None)


def _senders(call: Call) -> Senders:
    return Senders(call.services.worker_pool, call.services.key, call.services.settings)


async def _form(call: Call) -> Form:
    call.body = await read_body(call.scope, call.receive, INTAKE_MOST_BYTES)
    try:
        return parse_qsl(call.body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MOST, errors="strict")
    except ValueError as fault:
        raise Unreadable("The body is no form") from fault


def _signature(call: Call) -> str:
    return header(call.scope, b"x-twilio-signature") or ""


async def _called(call: Call, senders: Senders) -> str:
    """The address as the provider was given it: the public one, whatever proxy stands between."""
    query = call.scope["query_string"].decode("latin-1")
    return f"{await senders.url()}{call.scope['path']}{f'?{query}' if query else ''}"


def _named(path: Mapping[str, str]) -> tuple[int, str]:
    if not (_NUMBER.fullmatch(path["business_id"]) and _ID.fullmatch(path["delivery_uid"])):
        raise NotFound("There is nothing here")
    return int(path["business_id"]), path["delivery_uid"]


def _row(call: Call) -> RequestRow:
    return RequestRow(
        uid=call.request_id,
        operation=call.operation.name,
        body=call.body,
        content_type=FORM.decode(),
        user_agent=user_agent(call.scope),
        ip=call.ip,
    )


def _twiml(text: str | None) -> Answer:
    message = f"<Message>{escape(text, quote=False)}</Message>" if text else ""
    content = f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'.encode()
    return Answer(content=content, content_type=f"{XML}; charset=utf-8".encode())


_EMPTY = "Taken. TwiML, with a text to send back where one is due."
_ERRORS = (
    ErrorCase(401, "unauthorized", "X-Twilio-Signature is missing, or no account of ours signed this call."),
    ErrorCase(400, "unreadable", "The body is no urlencoded form."),
    ErrorCase(413, "too_large", "The body is larger than 64 KiB."),
)
_TEXT: Mapping[str, str] = {
    "MessageSid": "SM0123456789abcdef0123456789abcdef",
    "AccountSid": "AC0123456789abcdef0123456789abcdef",
    "From": "+14155550132",
    "To": "+15005550006",
    "Body": "Could you come on Monday?",
}
OPERATIONS = (
    Operation(
        name="receive_text",
        title="Receive a text",
        summary="The provider of texts calls it when somebody texts one of your numbers: the text becomes a message of "
        "the newest conversation of that pair of numbers, else a new lead. Signed as Twilio signs.",
        method="POST",
        path=INBOUND_PATH,
        door="public",
        policy=ANYBODY,
        handler=receive_text,
        replies=(Reply(200, None, None, _EMPTY, media_type=XML),),
        errors=(
            *_ERRORS,
            ErrorCase(422, "invalid", "The form names no text, no sender or none of our numbers."),
            ErrorCase(503, "unavailable", "The database is away; the provider's fallback URL may be this one again."),
        ),
        examples=(Example("A text", dict(_TEXT)),),
        secret=True,
        prefixed=False,
        tag="Texts",
    ),
    Operation(
        name="report_text",
        title="Report what became of a text",
        summary="The provider of texts calls it with the status of a text that we sent: only then is it shown as "
        "delivered. Signed as Twilio signs.",
        method="POST",
        path=STATUS_PATH + "/{business_id}/{delivery_uid}",
        door="public",
        policy=ANYBODY,
        handler=report_text,
        replies=(Reply(200, None, None, "Taken.", media_type=XML),),
        errors=(*_ERRORS, ErrorCase(404, "not_found", "The path names nothing that we gave out.")),
        examples=(
            Example(
                "Delivered",
                {"MessageSid": _TEXT["MessageSid"], "MessageStatus": "delivered"},
                path={"business_id": "1", "delivery_uid": "0m5x4kq2v7d3h8dv"},
            ),
        ),
        secret=True,
        prefixed=False,
        tag="Texts",
    ),
)
