"""`/ext/v1/auto-reply`: a business's own wording of the thanks that a lead gets at once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.notify.letters.auto_reply import said_to
from leadhall.notify.letters.wording import SETTING, Wording, WordingFault, check_wording, read_wording
from leadhall.notify.reading import business_facts
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.businesses import tell_more
from leadhall.web.api.reads import ERRORS as ERRORS_OF_READS
from leadhall.web.api.reads import reading
from leadhall.web.api.writes import ERRORS, Work, writing
from leadhall.web.call import Answer, Call

READS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
ADMINISTERS = Policy.tokens("staff", "app", "directory", scopes=("admin",))
PREVIEW_NAME = "Dana"
MOST_CHARS = 10_000  # the wording itself has shorter limits, and says so

_Subject = Annotated[str, Meta(description="At most 200 characters of Liquid.")]
_Text = Annotated[str, Meta(description="At most 4,000 characters of Liquid; a blank line begins a paragraph.")]


class WordingItem(msgspec.Struct, kw_only=True):
    """Subject and text. May say `first_name` and `business.name`, `.phone`, `.email`, `.website_url`."""

    subject: _Subject
    text: _Text


class AutoReplyData(msgspec.Struct, kw_only=True):
    wording: Annotated[WordingItem | None, Meta(description="The business's own; null: the built-in one.")]
    preview: Annotated[WordingItem, Meta(description="What a lead called Dana is written.")]


class AutoReplyReply(msgspec.Struct):
    status: Literal["OK"]
    data: AutoReplyData


async def get_auto_reply(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        return await _told(connection, business.id)


async def put_auto_reply(work: Work) -> Answer:
    """Tried before it is kept, with and without a name."""
    subject = work.given.text("subject", needed=True, most_chars=MOST_CHARS) or ""
    text = work.given.text("text", needed=True, most_chars=MOST_CHARS) or ""
    work.given.settle()
    try:
        check_wording(Wording(subject, text))
    except WordingFault as fault:
        field, _, words = str(fault).partition(": ")
        raise Invalid(faults=(Fault("invalid", words, field),)) from fault
    return await _keep(work, {"subject": subject, "text": text})


async def delete_auto_reply(work: Work) -> Answer:
    """The built-in one again."""
    return await _keep(work, None)


async def _keep(work: Work, wording: dict[str, str] | None) -> Answer:
    await tell_more(work.connection, work.business_id, {SETTING: wording})
    await record_act(
        work.connection, "auto_reply/worded", str(work.business_id), actor=work.caller.principal,
        business_id=work.business_id,
    )  # fmt: skip
    return await _told(work.connection, work.business_id)


async def _told(connection: Connection, business_id: int) -> Answer:
    business = await business_facts(connection, business_id)
    if business is None:
        raise NotFound("Business not found")
    own = read_wording(business.settings)
    subject, paragraphs = said_to(business, PREVIEW_NAME)
    return Answer(
        {
            "status": "OK",
            "data": {
                "wording": {"subject": own.subject, "text": own.text} if own else None,
                "preview": {"subject": subject, "text": "\n\n".join(paragraphs)},
            },
        }
    )


_OWN = {
    "subject": "Thank you from {{ business.name }}",
    "text": "Hello{% if first_name %} {{ first_name }}{% endif %}!\n\nWe call you within the hour.",
}
_EXAMPLE: dict[str, Any] = {
    "status": "OK",
    "data": {
        "wording": _OWN,
        "preview": {"subject": "Thank you from Acme Plumbing", "text": "Hello Dana!\n\nWe call you within the hour."},
    },
}
_BUILT_IN: dict[str, Any] = {"status": "OK", "data": _EXAMPLE["data"] | {"wording": None}}
_REPLIES = (Reply(200, AutoReplyReply, _EXAMPLE, "The wording, and what a lead would read."),)

OPERATIONS = (
    Operation(
        name="get_auto_reply",
        title="Get the auto-reply",
        summary="The wording of the thanks that a lead gets at once, and a preview of it.",
        method="GET",
        path="/ext/v1/auto-reply",
        door="api",
        policy=READS,
        handler=get_auto_reply,
        replies=_REPLIES,
        errors=ERRORS_OF_READS,
        examples=(Example("As it is"),),
        tag="Deliveries",
    ),
    Operation(
        name="set_auto_reply",
        title="Word the auto-reply",
        summary="The business's own wording in Liquid: placeholders, `if` and a few filters; no loops. It is tried "
        "before it is kept.",
        method="PUT",
        path="/ext/v1/auto-reply",
        door="api",
        policy=ADMINISTERS,
        handler=writing(put_auto_reply),
        request=WordingItem,
        replies=_REPLIES,
        errors=(*ERRORS, ErrorCase(422, "invalid", "The wording cannot be rendered: `errors` says where and why.")),
        examples=(Example("With the first name", _OWN),),
        tag="Deliveries",
    ),
    Operation(
        name="reset_auto_reply",
        title="Reset the auto-reply",
        summary="The built-in wording in the business's language again.",
        method="DELETE",
        path="/ext/v1/auto-reply",
        door="api",
        policy=ADMINISTERS,
        handler=writing(delete_auto_reply),
        replies=(Reply(200, AutoReplyReply, _BUILT_IN, "As it is now."),),
        errors=ERRORS,
        examples=(Example("As it is"),),
        tag="Deliveries",
    ),
)
