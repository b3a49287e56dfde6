"""`/ext/v1/unplaced-answers`: mail and texts that are no business's; who administers the directory places them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.clock import iso_milliseconds
from leadhall.core.db import scoped
from leadhall.core.errors import Fault, Unauthorized
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.inbound.held import Held
from leadhall.inbound.nobodys import dismiss_unplaced, give_unplaced, list_unplaced
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.caller import Caller
from leadhall.web.api.paging import Keyset, next_link
from leadhall.web.api.reads import ERRORS as ERRORS_OF_READS
from leadhall.web.api.reads import business_meant
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, scope_of, writing
from leadhall.web.call import Answer, Call

READS = Policy.tokens("directory", scopes=("admin", "clients:read"))
PLACES = Policy.tokens("directory", scopes=("admin", "messages"))


class UnplacedItem(msgspec.Struct, kw_only=True):
    """A mail or text of which nobody could tell whose it is."""

    uid: str
    channel: Literal["email", "sms"]
    sender: str
    recipient: Annotated[str, Meta(description="The address, number or Messaging Service of ours it came to.")]
    reason: Annotated[str | None, Meta(description="Why: unknown_address, shared_number, unknown_number.")]
    subject: str | None
    text: str | None
    files: Annotated[list[str], Meta(description="Names of what came with it; the files are not stored.")]
    at: str


class UnplacedData(msgspec.Struct):
    unplaced: list[UnplacedItem]


class UnplacedReply(msgspec.Struct):
    status: Literal["OK"]
    data: UnplacedData


class GiveBody(msgspec.Struct, omit_defaults=True):
    """Whose it becomes."""

    business_id: Annotated[
        str | None, Meta(description="A business of the directory, by any of its names; or X-On-Behalf-Of names it.")
    ] = None
    conversation_uid: Annotated[
        str | None, Meta(description="Which it belongs to; else the newest with whom it came from, if there is one.")
    ] = None


class GivenData(msgspec.Struct):
    uid: Annotated[str, Meta(description="By which the business releases or dismisses it: its uid stays.")]
    business_uid: str
    conversation_uid: Annotated[str | None, Meta(description="Where a release lets it in; null: nowhere yet.")]


class GivenReply(msgspec.Struct):
    status: Literal["OK"]
    data: GivenData


async def list_unplaced_answers(call: Call) -> Answer:
    query: Keyset = call.query
    directory_id = _whole_directory(call.known)
    async with scoped(call.services.app_pool, scope_of(call.known, None)) as connection:
        found = await list_unplaced(connection, directory_id, after=query.after, most=query.size)
    body = {"status": "OK", "data": {"unplaced": [_shown(each) for each in found]}}
    return Answer(body, headers=next_link(call, query, [each.uid for each in found]))


def _whole_directory(caller: Caller) -> int:
    """The caller's directory. Unauthorized for a token of listed businesses: these could be for another one."""
    if caller.only_businesses is not None:
        words = "This token is for some businesses alone, and what is no business's could be for another"
        raise Unauthorized(faults=(Fault("token_kind", words),))
    return caller.directory_id


def _shown(held: Held) -> UnplacedItem:
    return UnplacedItem(
        uid=held.uid,
        channel=held.channel,  # type: ignore[arg-type] # the table allows no other
        sender=held.sender,
        recipient=held.recipient,
        reason=held.reason,
        subject=held.subject,
        text=held.text,
        files=held.files,
        at=iso_milliseconds(held.at),
    )


async def create_gift(work: Work) -> Answer:
    """The business finds it among its held answers, and decides."""
    directory_id, uid = _whole_directory(work.caller), work.call.path["uid"]
    named, conversation = work.given.text("business_id"), work.given.text("conversation_uid")
    work.given.settle()
    business = await business_meant(work.call, named)
    into = await give_unplaced(work.connection, directory_id, uid, business.id, conversation_uid=conversation)
    await record_act(work.connection, "inbound/given", uid, actor=work.caller.principal, business_id=business.id)
    given = {"uid": uid, "business_uid": business.uid, "conversation_uid": into}
    return Answer({"status": "OK", "data": given}, status=201)


async def create_dismissal(work: Work) -> Answer:
    uid = work.call.path["uid"]
    await dismiss_unplaced(work.connection, _whole_directory(work.caller), uid)
    await record_act(work.connection, "inbound/dismissed", uid, actor=work.caller.principal, business_id=0)
    return Answer({"status": "OK"}, status=201)


_UNPLACED: dict[str, Any] = {
    "uid": "0m5x4kq2v7h8n5lm",
    "channel": "sms",
    "sender": "+14155550132",
    "recipient": "+15005550006",
    "reason": "shared_number",
    "subject": None,
    "text": "Do you come on Monday?",
    "files": [],
    "at": "2026-11-22T09:30:00.323Z",
}
_GIVEN = {
    "uid": "0m5x4kq2v7h8n5lm",
    "business_uid": "0m5x4kq2v7b3b8ab",
    "conversation_uid": "0m5x4kq2v7d3h8cd",
}
_NONE = ErrorCase(
    404, "not_found", "The directory has no such answer to place, somebody was faster, or the business has it already."
)
_UID = {"uid": "0m5x4kq2v7h8n5lm"}

OPERATIONS = (
    Operation(
        name="list_unplaced_answers",
        title="List unplaced answers",
        summary="Mail and texts that are no business's and can be for nobody but this directory, newest first: texts "
        "to a number that its businesses share, and, where the installation has one directory alone, mail to an "
        "address that was never given out.",
        method="GET",
        path="/ext/v1/unplaced-answers",
        door="api",
        policy=READS,
        handler=list_unplaced_answers,
        query=Keyset,
        replies=(
            Reply(
                200,
                UnplacedReply,
                {"status": "OK", "data": {"unplaced": [_UNPLACED]}},
                "A page. `Link` names the next.",
            ),
        ),
        errors=ERRORS_OF_READS,
        examples=(Example("The newest", query={"per_page": "10"}),),
        tag="Conversations",
    ),
    Operation(
        name="give_unplaced_answer",
        title="Give an unplaced answer",
        summary="From now on it is the business's: it stands among its held answers under the same uid, to be released "
        "into its conversation or dismissed.",
        method="POST",
        path="/ext/v1/unplaced-answers/{uid}/give",
        door="api",
        policy=PLACES,
        handler=writing(create_gift, of="caller"),
        request=GiveBody,
        replies=(Reply(201, GivenReply, {"status": "OK", "data": _GIVEN}, "The business has it."),),
        errors=(*ERRORS_OF_POSTS, _NONE),
        examples=(
            Example("To a business", {"business_id": "harbour.kitchens"}, path=_UID),
            Example(
                "For a conversation",
                {"business_id": "harbour.kitchens", "conversation_uid": "0m5x4kq2v7d3h8cd"},
                path=_UID,
            ),
        ),
        tag="Conversations",
    ),
    Operation(
        name="dismiss_unplaced_answer",
        title="Dismiss an unplaced answer",
        summary="It goes nowhere, and its text is forgotten.",
        method="POST",
        path="/ext/v1/unplaced-answers/{uid}/dismiss",
        door="api",
        policy=PLACES,
        handler=writing(create_dismissal, of="caller"),
        replies=(Reply(201, None, {"status": "OK"}, "It is gone."),),
        errors=(*ERRORS_OF_POSTS, _NONE),
        examples=(Example("One", path=_UID),),
        tag="Conversations",
    ),
)
