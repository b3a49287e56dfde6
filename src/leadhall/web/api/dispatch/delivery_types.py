"""What goes in and out of the delivery log, as the reference tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.clock import iso_milliseconds
from leadhall.dispatch.log import Logged
from leadhall.dispatch.suppression import Suppression
from leadhall.web.api.paging import Keyset

Moment = Annotated[datetime, Meta(tz=True)]
State = Literal["waiting", "sending", "accepted", "delivered", "failed", "given_up", "suppressed", "skipped"]


class DeliveriesQuery(Keyset, kw_only=True):
    """Which deliveries, newest first."""

    state: State | None = None
    channel: Annotated[str | None, Meta(description="email, sms or webhook.")] = None
    kind: Annotated[str | None, Meta(description="Such as owner_notice, auto_reply, reply, webhook, digest.")] = None
    lead: Annotated[str | None, Meta(description="Only of this lead: its conversation's uid.")] = None
    since: Annotated[Moment | None, Meta(description="Made at this time or later.")] = None
    until: Annotated[Moment | None, Meta(description="Made before this time.")] = None


class AttemptItem(msgspec.Struct, kw_only=True):
    """One try."""

    n: int
    at: str
    took_ms: int | None
    outcome: Annotated[str, Meta(description="sent, later or never.")]
    answer: Annotated[str | None, Meta(description="The other side's words, at most 1 KiB.")]


class DeliveryItem(msgspec.Struct, kw_only=True):
    """A notice, letter, text or webhook call, and what became of it."""

    uid: str
    kind: str
    channel: str
    recipient: Annotated[str, Meta(description="An address, a number or a URL; empty when there was none.")]
    state: State
    reason: Annotated[str | None, Meta(description="Why it was not sent, or waits to be released.")]
    lead_uid: str | None
    message_uid: str | None
    endpoint_id: int | None
    next_try_at: Annotated[str | None, Meta(description="Null once it is settled, and while it is held.")]
    last_error: str | None
    attempts: list[AttemptItem]
    created_at: str
    settled_at: str | None


class DeliveryData(msgspec.Struct):
    delivery: DeliveryItem


class DeliveryReply(msgspec.Struct):
    status: Literal["OK"]
    data: DeliveryData


class DeliveriesData(msgspec.Struct):
    deliveries: list[DeliveryItem]


class DeliveriesReply(msgspec.Struct):
    status: Literal["OK"]
    data: DeliveriesData


class SuppressionItem(msgspec.Struct, kw_only=True):
    """An address that a sender of the business writes to no more."""

    uid: str
    channel: Literal["email", "sms"]
    address: str
    sender: str
    reason: Annotated[str, Meta(description="refused, bounced, stopped, complained or by_hand.")]
    answer: Annotated[str | None, Meta(description="The other side's words.")]
    delivery_uid: str | None
    staff_uid: Annotated[str | None, Meta(description="The member of staff whose address it is.")]
    at: str


class SuppressionsData(msgspec.Struct):
    suppressions: list[SuppressionItem]


class SuppressionsReply(msgspec.Struct):
    status: Literal["OK"]
    data: SuppressionsData


class PreferencesBody(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What to change; what is left out stays."""

    email: Annotated[bool | None, Meta(description="Notices by mail.")] = None
    sms: Annotated[bool | None, Meta(description="Notices by text.")] = None
    leads: Annotated[Literal["mine", "all"] | None, Meta(description="Those one answers for, or all.")] = None
    quiet_from: Annotated[str | None, Meta(description="Texts wait from here, such as 22:00; blank: never.")] = None
    quiet_until: Annotated[str | None, Meta(description="Until here, such as 07:00.")] = None
    time_zone: Annotated[str | None, Meta(description="Of the quiet hours; blank: the business's.")] = None


class PreferencesItem(msgspec.Struct, kw_only=True):
    """How a member of staff hears of leads."""

    email: bool
    sms: bool
    leads: Literal["mine", "all"]
    quiet_from: str | None
    quiet_until: str | None
    time_zone: str | None


class PreferencesData(msgspec.Struct):
    preferences: PreferencesItem


class PreferencesReply(msgspec.Struct):
    status: Literal["OK"]
    data: PreferencesData


def shown(delivery: Logged) -> DeliveryItem:
    """A delivery as the API tells it."""
    attempts = [
        AttemptItem(
            n=each.n, at=iso_milliseconds(each.at), took_ms=each.took_ms, outcome=each.outcome, answer=each.answer
        )
        for each in delivery.attempts
    ]
    return DeliveryItem(
        uid=delivery.uid,
        kind=delivery.kind,
        channel=delivery.channel,
        recipient=delivery.recipient,
        state=delivery.state,  # type: ignore[arg-type]
        reason=delivery.reason,
        lead_uid=delivery.lead_uid,
        message_uid=delivery.message_uid,
        endpoint_id=delivery.endpoint_id,
        next_try_at=_time(delivery.next_try_at),
        last_error=delivery.last_error,
        attempts=attempts,
        created_at=iso_milliseconds(delivery.created_at),
        settled_at=_time(delivery.settled_at),
    )


def shown_suppression(suppression: Suppression) -> dict[str, Any]:
    names = ("uid", "channel", "address", "sender", "reason", "answer", "delivery_uid", "staff_uid")
    return {name: getattr(suppression, name) for name in names} | {"at": iso_milliseconds(suppression.at)}


def _time(at: datetime | None) -> str | None:
    return None if at is None else iso_milliseconds(at)
