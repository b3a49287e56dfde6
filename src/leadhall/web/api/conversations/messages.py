"""Messages: written by staff and by clients, and read (api.md 3.5)."""

from __future__ import annotations

import re
from html import unescape

from leadhall.clients.book import get_client
from leadhall.conversations.acts import serving
from leadhall.conversations.by import By
from leadhall.conversations.messages import (
    CHANNELS,
    TEXT_MOST_BYTES,
    TITLE_MOST_CHARS,
    Arrived,
    Message,
    begin,
    newest_with,
    read_text,
    receive_from_client,
    send_to_client,
    whose,
)
from leadhall.conversations.said import Wanted, all_messages, get_message, messages_of
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.ids import number_of
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.inbound.letters.html import text_of_html
from leadhall.web.api.conversations.message_types import (
    ActivityQuery,
    ActivityReply,
    ClientMessageBody,
    ClientSentReply,
    MessageItem,
    MessagesQuery,
    NewMessageBody,
    ReplyBody,
    SentReply,
    as_activity,
    shown,
)
from leadhall.web.api.given import Given
from leadhall.web.api.query import read_time
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.refusals import Worded
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call

DIRECTIONS = ("business_to_client", "client_to_business")
CONVERSATION = "conversation"
_A_TAG = re.compile(r"</?[a-zA-Z!]")


def no_conversation() -> Worded:
    """Missing and foreign alike, in upstream's words."""
    return Worded(404, "Couldn't find Conversation", code="not_found")


def by_caller(work: Work, staff_uid: str | None = None) -> By:
    """Who acts: whoever is named, else the holder of the token."""
    return By(staff_uid=staff_uid or work.caller.staff_uid, token_uid=work.caller.token_uid)


async def _create(work: Work) -> Answer:
    """One message, either way. Out: it leaves by deliveries. In: what a client told by other means."""
    given = work.given.part("message", needed=True)
    client_uid = given.text("client_id", needed=True)
    text = _text(given, "text")
    direction = given.word("direction", DIRECTIONS, needed=True)
    staff_uid = given.text("staff_id")
    ways = _channels(given) or list(CHANNELS)
    title, conversation_uid = given.text("conversation_title"), given.text("conversation_uid")
    work.given.settle()
    if staff_uid is not None:
        await serving(work.connection, work.business_id, staff_uid, field="message.staff_id")
    conversation_uid = await _conversation(work, client_uid or "", title, conversation_uid)
    if direction == "client_to_business":
        message = await _receive(work, conversation_uid, Arrived(text=text))
    else:
        message = await send_to_client(
            work.connection, work.business_id, conversation_uid, text,
            channels=ways, by=by_caller(work, staff_uid), is_test=work.caller.is_test,
        )  # fmt: skip
    data = {"id": number_of(message.uid), "uid": message.uid, "conversation_uid": message.conversation_uid}
    return Answer({"status": "OK", "data": data}, status=201)


def _text(given: Given, name: str) -> str:
    """A text that can be sent, within its limit in bytes; what cannot is a fault."""
    text = given.text(name, needed=True, most_chars=TEXT_MOST_BYTES)
    if text is not None and len(text.encode()) > TEXT_MOST_BYTES:
        given.wrong("too_long", name, f"must be at most {TEXT_MOST_BYTES // 1024} KiB")
    return text or ""


def _channels(given: Given) -> list[str]:
    """Those that were named; one that there is not is a fault."""
    named = given.texts("channels") or []
    if unknown := [each for each in named if each not in CHANNELS]:
        given.wrong("invalid", "channels", f"must be of {', '.join(CHANNELS)}, not {unknown[0][:40]}")
    return [each for each in CHANNELS if each in named]


async def _receive(work: Work, conversation_uid: str, arrived: Arrived) -> Message:
    by = By(token_uid=work.caller.token_uid)
    return await receive_from_client(
        work.connection, work.business_id, conversation_uid, arrived, by=by, is_test=work.caller.is_test
    )


async def _conversation(work: Work, client_uid: str, title: str | None, named: str | None) -> str:
    """The one that is named, else the client's newest, else a new one. Invalid for one that is not the client's."""
    connection, business_id = work.connection, work.business_id
    try:
        client = await get_client(connection, business_id, client_uid)
    except NotFound as missing:
        raise Invalid(faults=(Fault("not_found", missing.first.message, "message.client_id"),)) from None
    if named is not None:
        if await whose(connection, business_id, named) != client.uid:
            words = "The client has no such conversation"
            raise Invalid(faults=(Fault("not_found", words, "message.conversation_uid"),))
        return named
    found = await newest_with(connection, business_id, client.uid)
    return found or await begin(connection, business_id, client.uid, title, is_test=work.caller.is_test)


async def _reply(work: Work) -> Answer:
    """An answer in a conversation, as its page at upstream sends it: HTML, of which the text is kept and sent."""
    uid = work.call.path["uid"]
    html = work.given.text("text", needed=True, most_chars=TEXT_MOST_BYTES * 4)
    ways = _channels(work.given) or ["email"]
    work.given.settle()
    text = read_text(_plain(html or ""))
    try:
        message = await send_to_client(
            work.connection, work.business_id, uid, text,
            channels=ways, by=by_caller(work), is_test=work.caller.is_test,
        )  # fmt: skip
    except NotFound:
        raise no_conversation() from None
    said = await get_message(work.connection, work.business_id, uid, message.uid)
    return Answer(shown(said) if said else None, status=201)


def _plain(html: str) -> str:
    """The text of HTML; what has no tag in it keeps its lines."""
    return text_of_html(html, with_quotes=True) if _A_TAG.search(html) else unescape(html)


async def list_messages(call: Call) -> Answer:
    """A conversation's messages, newest first, as a bare list."""
    query: MessagesQuery = call.query
    faults: list[Fault] = []
    since = read_time(query.last_update, "last_update", faults)
    if faults:
        raise Invalid.of(faults)
    async with reading(call) as (business, connection):
        if await whose(connection, business.id, call.path["uid"]) is None:
            raise no_conversation()
        found = await messages_of(
            connection, business.id, call.path["uid"], since=since, number=query.page, per_page=query.size
        )
    return Answer([shown(each) for each in found])


async def _client_writes(work: Work) -> Answer:
    """A client writes to the business: into the conversation it names, else its newest, else a new one."""
    given = work.given.part("message", needed=True)
    text = _text(given, "message")
    subject = given.text("subject", most_chars=TITLE_MOST_CHARS)
    entity = given.part("entity")
    kind, entity_uid = entity.text("type"), entity.text("uid")
    matter_uid = work.given.text("matter_uid")
    work.given.settle()
    client = await get_client(work.connection, work.business_id, work.caller.client_uid or "")
    if matter_uid not in (None, client.uid):
        raise Invalid("This matter doesn't exist", field="matter_uid")
    named = entity_uid if kind == CONVERSATION else None
    conversation_uid = await _conversation(work, client.uid, subject, named)
    message = await _receive(work, conversation_uid, Arrived(text=text, subject=subject))
    told = {"business_uid": work.business.uid if work.business else "", "message_uid": message.uid}
    return Answer({"success": True, "data": {"message": told}}, status=201)


async def list_activity(call: Call) -> Answer:
    """All messages of a business, by conversation, the newest first."""
    query: ActivityQuery = call.query
    wanted = Wanted(
        client_uid=query.contact_uid,
        conversation_uid=query.conversation_uid,
        number=query.page,
        per_page=query.size,
    )
    async with reading(call) as (business, connection):
        found, total = await all_messages(connection, business.id, wanted)
    data = {
        "activity_messages": [as_activity(each, business.uid) for each in found],
        "page": query.page,
        "per_page": query.size,
        "total_count": total,
    }
    return Answer({"success": True, "data": data})


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("messages",))
_THREAD = {"uid": "0m5x4kq2v7d3h8cd"}
_NO_CONVERSATION = ErrorCase(404, "not_found", "This business has no such conversation.")
_AT = "2026-11-22T09:30:00.123-08:00"
EXAMPLE = {
    "uid": "0m5x4kq2v7f6k3gh",
    "text": "When may we come by?",
    "sub_type": None,
    "title": "Kitchen renovation",
    "subject": None,
    "direction": "business_to_client",
    "created_at": _AT,
    "created_at_h": "Nov 22, 2026 09:30 AM",
    "updated_at": _AT,
    "conversation_uid": "0m5x4kq2v7d3h8cd",
    "message_type": "message",
    "message_of": "business",
    "channels": ["email"],
    "channel_uid": None,
    "documents": [],
    "attachments": [],
    "staff": {
        "uid": "0m5x4kq0000000st",
        "full_name": "Olivia Reed",
        "display_name": "Olivia Reed",
        "email": "olivia@harbour-kitchens.example",
    },
    "mail_sent": True,
    "mail_delivered": False,
    "mail_read": False,
    "was_read": False,
    "trust": True,
    "external_data": {},
    "deliveries": [{"channel": "email", "recipient": "dana.levi@example.com", "state": "accepted", "reason": None}],
}
_SENT = {
    "status": "OK",
    "data": {"id": 4837591023, "uid": "0m5x4kq2v7f6k3gh", "conversation_uid": "0m5x4kq2v7d3h8cd"},
}
_ACTIVITY = {
    "uid": "0m5x4kq2v7f6k3gh",
    "type": "message",
    "direction": "pivot_to_client",
    "text": "When may we come by?",
    "subject": "Kitchen renovation",
    "conversation_uid": "0m5x4kq2v7d3h8cd",
    "contact_uid": "0m5x4kq2v7c9t1ab",
    "matter_uid": "0m5x4kq2v7c9t1ab",
    "business_uid": "0m5x4kq0000000bz",
    "staff_uid": "0m5x4kq0000000st",
    "channels": ["email"],
    "created_at": _AT,
    "updated_at": _AT,
}

OPERATIONS = (
    Operation(
        name="create_message",
        title="Send a message",
        summary="A message to a client, by mail and text as the lead introduced itself, or one that a client told by "
        "other means. It joins the conversation that is named, else the client's newest, else a new one.",
        method="POST",
        path="/platform/v1/messages",
        absent=("GET", "HEAD"),
        door="api",
        policy=_WRITERS,
        handler=writing(_create),
        request=NewMessageBody,
        replies=(Reply(201, SentReply, _SENT, "It is on disk; what becomes of it by each channel is a delivery."),),
        errors=(
            *ERRORS_OF_POSTS,
            ErrorCase(422, "not_found", "The client or the conversation is not there, or is not this client's."),
        ),
        examples=(
            Example(
                "To a client",
                {
                    "message": {
                        "client_id": "0m5x4kq2v7c9t1ab",
                        "text": "When may we come by?",
                        "direction": "business_to_client",
                        "channels": "email,sms",
                        "conversation_uid": "0m5x4kq2v7d3h8cd",
                    }
                },
            ),
            Example(
                "From a client, who called",
                {
                    "message": {
                        "client_id": "0m5x4kq2v7c9t1ab",
                        "text": "She called: Tuesday is fine",
                        "direction": "client_to_business",
                    }
                },
            ),
        ),
        tag="Messages",
    ),
    Operation(
        name="list_messages",
        title="List a conversation's messages",
        summary="The messages of a conversation as a bare list, newest first, each with what became of it.",
        method="GET",
        path="/v2/conversations/{uid}/messages",
        door="api",
        policy=_READERS,
        handler=list_messages,
        query=MessagesQuery,
        replies=(Reply(200, list[MessageItem], [EXAMPLE], "A page of messages."),),
        errors=(*ERRORS, _NO_CONVERSATION),
        examples=(Example("The newest twenty", path=_THREAD),),
        tag="Messages",
    ),
    Operation(
        name="reply_in_conversation",
        title="Answer in a conversation",
        summary="A message to the client of a conversation. The text is HTML, of which the text is sent.",
        method="POST",
        path="/v2/conversations/{uid}/messages",
        door="api",
        policy=_WRITERS,
        handler=writing(_reply),
        request=ReplyBody,
        replies=(Reply(201, MessageItem, EXAMPLE, "The message."),),
        errors=(*ERRORS_OF_POSTS, _NO_CONVERSATION),
        examples=(Example("By mail", {"text": "<p>When may we come by?</p>", "channels": ["email"]}, path=_THREAD),),
        tag="Messages",
    ),
    Operation(
        name="write_as_client",
        title="Write to the business",
        summary="A client's own message to the business, with the client's token.",
        method="POST",
        path="/client/messaging/v1/messages",
        door="api",
        policy=Policy.tokens("client", scopes=("messages",)),
        handler=writing(_client_writes),
        request=ClientMessageBody,
        replies=(
            Reply(
                201,
                ClientSentReply,
                {
                    "success": True,
                    "data": {"message": {"business_uid": "0m5x4kq0000000bz", "message_uid": "0m5x4kq2v7f6k3gh"}},
                },
                "It is in the inbox.",
            ),
        ),
        errors=(
            *ERRORS_OF_POSTS,
            ErrorCase(404, "not_found", "The token's client is not a client of this business."),
            ErrorCase(422, "not_found", "The conversation is not this client's."),
        ),
        examples=(Example("An answer", {"message": {"message": "Tuesday is fine", "subject": "The visit"}}),),
        family="b",
        tag="Messages",
    ),
    Operation(
        name="list_activity_messages",
        title="List all messages",
        summary="The messages of a business, by conversation, the newest first. Directions are client_to_pivot and "
        "pivot_to_client.",
        method="GET",
        path="/v3/communication/activity_messages",
        door="api",
        policy=_READERS,
        handler=list_activity,
        query=ActivityQuery,
        replies=(
            Reply(
                200,
                ActivityReply,
                {
                    "success": True,
                    "data": {"activity_messages": [_ACTIVITY], "page": 1, "per_page": 25, "total_count": 1},
                },
                "A page of messages.",
            ),
        ),
        errors=ERRORS,
        examples=(Example("Of one client", query={"filter[contact_uid]": "0m5x4kq2v7c9t1ab"}),),
        family="b",
        tag="Messages",
    ),
)
