"""Messages in upstream's shapes (api.md 3.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from leadhall.conversations.messages import TEXT_MOST_BYTES
from leadhall.conversations.said import Said
from leadhall.web.api.paging import Paged

SENT_STATES = frozenset({"accepted", "delivered"})
CONTACT_FORM = "submit_contact_form"


class NewMessagePart(msgspec.Struct, kw_only=True):
    client_id: str
    text: Annotated[str, Meta(description=f"Plain text, at most {TEXT_MOST_BYTES // 1024} KiB.")]
    direction: Literal["business_to_client", "client_to_business"]
    staff_id: Annotated[
        str | None, Meta(description="Who of the staff writes; the token's holder where it is left out.")
    ] = None
    channels: Annotated[
        str | list[str] | None, Meta(description="`email,sms`: by which it goes out. Both where left out.")
    ] = None
    conversation_title: Annotated[str | None, Meta(description="Of a new conversation, if one is begun.")] = None
    conversation_uid: Annotated[
        str | None, Meta(description="Where left out: the client's newest conversation, else a new one.")
    ] = None


class NewMessageBody(msgspec.Struct, kw_only=True):
    message: NewMessagePart


class SentData(msgspec.Struct):
    id: int
    uid: str
    conversation_uid: str


class SentReply(msgspec.Struct):
    status: Literal["OK"]
    data: SentData


class ReplyBody(msgspec.Struct, kw_only=True):
    text: Annotated[str, Meta(description="HTML; its text is sent.")]
    channels: Annotated[list[Literal["email", "sms"]], Meta(description="email where left out.")] | None = None
    channel_uid: Annotated[str | None, Meta(description="Taken and not used: there is one channel of a kind.")] = None


class EntityPart(msgspec.Struct, kw_only=True):
    type: str | None = None
    uid: str | None = None


class ClientMessagePart(msgspec.Struct, kw_only=True):
    message: Annotated[str, Meta(description=f"Plain text, at most {TEXT_MOST_BYTES // 1024} KiB.")]
    subject: str | None = None
    entity: Annotated[
        EntityPart | None, Meta(description="Of type `conversation`: the one it goes to. Others say nothing here.")
    ] = None


class ClientMessageBody(msgspec.Struct, kw_only=True):
    message: ClientMessagePart
    matter_uid: Annotated[str | None, Meta(description="The client's own uid: each client has one matter.")] = None


class ClientSent(msgspec.Struct):
    business_uid: str
    message_uid: str | None


class ClientSentData(msgspec.Struct):
    message: ClientSent


class ClientSentReply(msgspec.Struct):
    success: Literal[True]
    data: ClientSentData


class MessagesQuery(Paged, kw_only=True):
    per_page: Annotated[int, Meta(ge=1, description="Items on a page, at most 100; more is taken as that.")] = 20
    last_update: Annotated[str | None, Meta(description="Only what was written at this time or later, ISO 8601.")] = (
        None
    )


class WriterItem(msgspec.Struct):
    uid: str
    full_name: str | None
    display_name: str
    email: str | None


class WayItem(msgspec.Struct):
    """What became of a message by one channel (docs/howto/deliveries.md)."""

    channel: str
    recipient: str
    state: str
    reason: str | None


class MessageItem(msgspec.Struct, kw_only=True):
    """One message. `deliveries` is ours."""

    uid: str
    text: str
    sub_type: str | None
    title: str
    subject: str | None
    direction: Literal["business_to_client", "client_to_business"]
    created_at: Annotated[str, Meta(description="In the business's zone, with its offset.")]
    created_at_h: str
    updated_at: str
    conversation_uid: str
    message_type: Annotated[str, Meta(description="api: a lead; message: what a person wrote.")]
    message_of: Literal["business", "client"]
    channels: list[str]
    channel_uid: str | None
    documents: list[dict[str, Any]]
    attachments: list[str]
    staff: WriterItem | None
    mail_sent: bool
    mail_delivered: Annotated[bool, Meta(description="True only with evidence.")]
    mail_read: Annotated[bool, Meta(description="Always false: mail is not spied on.")]
    was_read: bool
    trust: Annotated[bool, Meta(description="False in a conversation that is marked as spam.")]
    external_data: dict[str, Any]
    deliveries: list[WayItem]


class ActivityQuery(Paged, kw_only=True):
    contact_uid: Annotated[str | None, Meta(description="Only of this client.")] = msgspec.field(
        default=None, name="filter[contact_uid]"
    )
    conversation_uid: Annotated[str | None, Meta(description="Only of this conversation.")] = msgspec.field(
        default=None, name="filter[conversation_uid]"
    )


class ActivityItem(msgspec.Struct, kw_only=True):
    uid: str
    type: Annotated[str, Meta(description="api: a lead; general_question: of the contact form; message.")]
    direction: Literal["client_to_pivot", "pivot_to_client"]
    text: str
    subject: str
    conversation_uid: str
    contact_uid: str
    matter_uid: str
    business_uid: str
    staff_uid: str | None
    channels: list[str]
    created_at: str
    updated_at: str


class ActivityData(msgspec.Struct):
    activity_messages: list[ActivityItem]
    page: int
    per_page: int
    total_count: Annotated[int, Meta(description="Counted to 10,000.")]


class ActivityReply(msgspec.Struct):
    success: Literal[True]
    data: ActivityData


def shown(said: Said) -> MessageItem:
    at = said.created_at.astimezone(ZoneInfo(said.zone))
    mails = {each["state"] for each in said.deliveries if each["channel"] == "email"}
    return MessageItem(
        uid=said.uid,
        text=said.words,
        sub_type=None,
        title=said.title,
        subject=said.subject,
        direction=said.direction,  # type: ignore[arg-type]
        created_at=at.isoformat(timespec="milliseconds"),
        created_at_h=_as_people_say(at),
        updated_at=at.isoformat(timespec="milliseconds"),
        conversation_uid=said.conversation_uid,
        message_type=said.kind,
        message_of="business" if said.direction == "business_to_client" else "client",
        channels=said.channels,
        channel_uid=None,
        documents=[],
        attachments=[name for part in said.parts or () if part["kind"] == "files" for name in part["names"]],
        staff=_writer(said),
        mail_sent=bool(mails & SENT_STATES),
        mail_delivered="delivered" in mails,
        mail_read=False,
        was_read=said.is_read,
        trust=not said.is_spam,
        external_data={},
        deliveries=[WayItem(**each) for each in said.deliveries],
    )


def _writer(said: Said) -> WriterItem | None:
    if said.staff_uid is None:
        return None
    return WriterItem(said.staff_uid, said.staff_full_name, said.staff_name or "", said.staff_email)


def _as_people_say(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year} {at:%I:%M %p}"


def as_activity(said: Said, business_uid: str) -> ActivityItem:
    at = said.created_at.astimezone(ZoneInfo(said.zone)).isoformat(timespec="milliseconds")
    return ActivityItem(
        uid=said.uid,
        type="general_question" if said.operation == CONTACT_FORM else said.kind,
        direction="pivot_to_client" if said.direction == "business_to_client" else "client_to_pivot",
        text=said.words,
        subject=said.subject or said.title,
        conversation_uid=said.conversation_uid,
        contact_uid=said.client_uid,
        matter_uid=said.client_uid,
        business_uid=business_uid,
        staff_uid=said.staff_uid,
        channels=said.channels,
        created_at=at,
        updated_at=at,
    )
