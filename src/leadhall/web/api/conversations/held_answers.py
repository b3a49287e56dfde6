"""`/ext/v1/held-answers`: mails that came back and found no place for sure; a person releases or dismisses them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.conversations.by import By
from leadhall.core.clock import iso_milliseconds
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.inbound.held import Held, dismiss, list_held, release
from leadhall.tenancy.audit import record_act
from leadhall.web.api.paging import Keyset, next_link
from leadhall.web.api.reads import ERRORS as ERRORS_OF_READS
from leadhall.web.api.reads import reading
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, read_any, writing
from leadhall.web.call import Answer, Call

READS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
SENDS = Policy.tokens("staff", "app", "directory", scopes=("messages",))


class HeldItem(msgspec.Struct, kw_only=True):
    """An answer that is held."""

    uid: str
    channel: Literal["email", "sms"]
    sender: str
    reason: Annotated[str | None, Meta(description="Why: other_sender, not_proven_staff, empty, too_long …")]
    subject: str | None
    text: str | None
    files: Annotated[list[str], Meta(description="Names of what came with it; the files are not stored.")]
    conversation_uid: str | None
    goes_to: Annotated[
        Literal["business", "lead"] | None, Meta(description="Where a release lets it go; null: nowhere, dismiss it.")
    ]
    at: str


class HeldData(msgspec.Struct):
    held: list[HeldItem]


class HeldReply(msgspec.Struct):
    status: Literal["OK"]
    data: HeldData


class ReleaseBody(msgspec.Struct, omit_defaults=True):
    """Nothing needs to be said for one that was sent to a conversation's address."""

    conversation_uid: Annotated[
        str | None, Meta(description="For one that belongs to no conversation: which it joins, as the client's.")
    ] = None


class ReleasedData(msgspec.Struct):
    message_uid: str


class ReleasedReply(msgspec.Struct):
    status: Literal["OK"]
    data: ReleasedData


async def list_held_answers(call: Call) -> Answer:
    query: Keyset = call.query
    async with reading(call) as (business, connection):
        found = await list_held(connection, business.id, after=query.after, most=query.size)
    body = {"status": "OK", "data": {"held": [_shown(call, each) for each in found]}}
    return Answer(body, headers=next_link(call, query, [each.uid for each in found]))


def _shown(call: Call, held: Held) -> HeldItem:
    goes_to: Literal["business", "lead"] = "lead" if held.role(call.services.key) == "staff" else "business"
    return HeldItem(
        uid=held.uid,
        channel=held.channel,  # type: ignore[arg-type] # the table allows no other
        sender=held.sender,
        reason=held.reason,
        subject=held.subject,
        text=held.text,
        files=held.files,
        conversation_uid=held.conversation_uid,
        goes_to=goes_to if held.conversation_uid else None,
        at=iso_milliseconds(held.at),
    )


async def create_release(work: Work) -> Answer:
    """In the name of who releases it."""
    uid, into = work.call.path["uid"], work.given.text("conversation_uid")
    work.given.settle()
    by = By(staff_uid=work.caller.staff_uid, token_uid=work.caller.token_uid)
    message_uid = await release(work.connection, work.call.services.key, work.business_id, uid, by, into=into)
    await _record(work, "inbound/released")
    return Answer({"status": "OK", "data": {"message_uid": message_uid}}, status=201)


async def create_dismissal(work: Work) -> Answer:
    await dismiss(work.connection, work.business_id, work.call.path["uid"])
    await _record(work, "inbound/dismissed")
    return Answer({"status": "OK"}, status=201)


async def _record(work: Work, act: str) -> None:
    uid = work.call.path["uid"]
    await record_act(work.connection, act, uid, actor=work.caller.principal, business_id=work.business_id)


_HELD: dict[str, Any] = {
    "uid": "0m5x4kq2v7h8n5lm",
    "channel": "email",
    "sender": "dana@work.example",
    "reason": "other_sender",
    "subject": "Re: Kitchen",
    "text": "Monday is fine.",
    "files": [],
    "conversation_uid": "0m5x4kq2v7d3h8cd",
    "goes_to": "business",
    "at": "2026-11-22T09:30:00.323Z",
}
_NONE = ErrorCase(404, "not_found", "This business has no such held answer, or somebody settled it.")
_UID = {"uid": "0m5x4kq2v7h8n5lm"}

OPERATIONS = (
    Operation(
        name="list_held_answers",
        title="List held answers",
        summary="Mails that came back and could not be placed for sure, newest first: from another sender, or in the "
        "name of staff without proof.",
        method="GET",
        path="/ext/v1/held-answers",
        door="api",
        policy=READS,
        handler=list_held_answers,
        query=Keyset,
        replies=(Reply(200, HeldReply, {"status": "OK", "data": {"held": [_HELD]}}, "A page. `Link` names the next."),),
        errors=ERRORS_OF_READS,
        examples=(Example("The newest", query={"per_page": "10"}),),
        tag="Conversations",
    ),
    Operation(
        name="release_held_answer",
        title="Release a held answer",
        summary="It joins the conversation as the lead's, or goes on to the lead in the name of who releases it.",
        method="POST",
        path="/ext/v1/held-answers/{uid}/release",
        door="api",
        policy=SENDS,
        handler=writing(create_release, read=read_any),
        request=ReleaseBody,
        replies=(
            Reply(
                201, ReleasedReply, {"status": "OK", "data": {"message_uid": "0m5x4kq2v7e5j2ef"}}, "It is a message."
            ),
        ),
        errors=(*ERRORS_OF_POSTS, _NONE, ErrorCase(422, "invalid", "It belongs to no conversation, or is empty.")),
        examples=(
            Example("Into a conversation", {"conversation_uid": "0m5x4kq2v7d3h8cd"}, path=_UID),
            Example("Where it was sent to", path=_UID),
        ),
        tag="Conversations",
    ),
    Operation(
        name="dismiss_held_answer",
        title="Dismiss a held answer",
        summary="It goes nowhere, and its text is forgotten.",
        method="POST",
        path="/ext/v1/held-answers/{uid}/dismiss",
        door="api",
        policy=SENDS,
        handler=writing(create_dismissal),
        replies=(Reply(201, None, {"status": "OK"}, "It is gone."),),
        errors=(*ERRORS_OF_POSTS, _NONE),
        examples=(Example("One", path=_UID),),
        tag="Conversations",
    ),
)
