"""Webhooks in upstream's shapes (api.md 3.10), and endpoints in ours."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.clock import iso_milliseconds
from leadhall.webhooks.endpoints import Endpoint


class SubscribeBody(msgspec.Struct, kw_only=True):
    event: Annotated[
        str, Meta(description="entity/event_type; a bare entity means all of its events.", examples=["client/created"])
    ]
    target_url: Annotated[str, Meta(description="https, unless the operator allows the host.")]
    business_id: str | None = None


class UnsubscribeBody(msgspec.Struct, kw_only=True):
    target_url: str
    event: Annotated[str | None, Meta(description="Left out: all events of this URL.")] = None
    business_id: str | None = None


class SubscribedData(msgspec.Struct):
    subscription_id: str


class SubscribeReply(msgspec.Struct):
    status: Literal["OK"]
    data: SubscribedData


class UnsubscribedData(msgspec.Struct):
    unsubscribed: bool


class UnsubscribeReply(msgspec.Struct):
    status: Literal["OK"]
    data: UnsubscribedData


class SubscriptionsQuery(msgspec.Struct, kw_only=True):
    entity: str | None = msgspec.field(name="filter[entity]", default=None)
    event_type: str | None = msgspec.field(name="filter[event_type]", default=None)
    business_id: str | None = None


class SubscriptionItem(msgspec.Struct):
    id: int
    uid: int
    entity: str
    event_type: str
    url: str


class SubscriptionsData(msgspec.Struct):
    subscriptions: list[SubscriptionItem]


class SubscriptionsResponse(msgspec.Struct):
    success: Literal["ok"]
    data: SubscriptionsData


class SubscriptionsReply(msgspec.Struct):
    """The list twice, as newer and as older callers look for it."""

    response: SubscriptionsResponse
    status: Literal["OK"]
    subscriptions: list[SubscriptionItem]


class WebhookBody(msgspec.Struct, kw_only=True):
    target_url: Annotated[str, Meta(description="https, unless the operator allows the host.")]
    events: Annotated[list[str], Meta(description="As in `GET /ext/v1/webhooks/events`.")]
    business_id: str | None = None


class WebhookItem(msgspec.Struct, kw_only=True):
    """An endpoint and how it is doing."""

    id: int
    url: str
    events: list[str]
    state: Annotated[
        Literal["on", "failing", "off"], Meta(description="off: it answered 410, or failed for five days.")
    ]
    failing_since: str | None
    failures: Annotated[int, Meta(description="Since its last success.")]
    last_failed_at: str | None
    last_answer: Annotated[
        str | None, Meta(description="The last failure's words: status, and up to 1 KiB of the body.")
    ]
    off_at: str | None
    off_because: Literal["gone", "failing"] | None
    created_at: str


class WebhooksData(msgspec.Struct):
    webhooks: list[WebhookItem]


class WebhooksReply(msgspec.Struct):
    status: Literal["OK"]
    data: WebhooksData


class WebhookData(msgspec.Struct):
    webhook: WebhookItem


class WebhookReply(msgspec.Struct):
    status: Literal["OK"]
    data: WebhookData


class NewWebhookData(msgspec.Struct):
    webhook: WebhookItem
    secret: Annotated[str, Meta(description="Shown this once: verify signatures with it (docs/howto/webhooks.md).")]


class NewWebhookReply(msgspec.Struct):
    status: Literal["OK"]
    data: NewWebhookData


class SecretBody(msgspec.Struct, kw_only=True):
    grace_s: Annotated[
        Annotated[int, Meta(ge=0, le=2592000)] | None,
        Meta(description="How long the old secret signs too. Left out: a day."),
    ] = None
    business_id: str | None = None


class SecretData(msgspec.Struct):
    secret: str


class SecretReply(msgspec.Struct):
    status: Literal["OK"]
    data: SecretData


class TestBody(msgspec.Struct, kw_only=True):
    event: Annotated[str | None, Meta(description="Left out: the first that it subscribed to.")] = None
    business_id: str | None = None


class TestData(msgspec.Struct):
    webhook_id: Annotated[str, Meta(description="The delivery's webhook-id header.")]


class TestReply(msgspec.Struct):
    status: Literal["OK"]
    data: TestData


class RedeliverBody(msgspec.Struct, kw_only=True):
    hours: Annotated[Annotated[int, Meta(ge=1, le=2160)] | None, Meta(description="How far back. Left out: 120.")] = (
        None
    )
    business_id: str | None = None


class RedeliverData(msgspec.Struct):
    deliveries: int


class RedeliverReply(msgspec.Struct):
    status: Literal["OK"]
    data: RedeliverData


class GoneReply(msgspec.Struct):
    status: Literal["OK"]
    data: dict[str, Any]


class EventItem(msgspec.Struct, kw_only=True):
    event: str
    happens: str
    sample: Annotated[dict[str, Any], Meta(description="A whole body, as it is sent.")]


class EventsData(msgspec.Struct):
    events: list[EventItem]


class EventsReply(msgspec.Struct):
    status: Literal["OK"]
    data: EventsData


def shown(endpoint: Endpoint) -> WebhookItem:
    return WebhookItem(
        id=endpoint.id,
        url=endpoint.url,
        events=endpoint.events,
        state=endpoint.state,
        failing_since=_time(endpoint.failing_since),
        failures=endpoint.failures,
        last_failed_at=_time(endpoint.last_failed_at),
        last_answer=endpoint.last_answer,
        off_at=_time(endpoint.off_at),
        off_because=endpoint.off_because,
        created_at=iso_milliseconds(endpoint.created_at),
    )


def _time(at: Any) -> str | None:
    return iso_milliseconds(at) if at else None
