"""Endpoints of webhooks, ours: how they are doing, their secrets, a test, and the events with their samples."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from leadhall.core.clock import now
from leadhall.core.errors import NotFound
from leadhall.core.guard import Guard
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.dispatch.log import redeliver
from leadhall.events.catalogue import CATALOGUE, EventName, first_sent
from leadhall.events.spelling import UnknownEvent, read_sent
from leadhall.web.api.given import Given
from leadhall.web.api.reads import ERRORS as ERRORS_OF_READS
from leadhall.web.api.webhooks.webhook_types import (
    EventsReply,
    GoneReply,
    NewWebhookReply,
    RedeliverBody,
    RedeliverReply,
    SecretBody,
    SecretReply,
    TestBody,
    TestReply,
    WebhookBody,
    WebhookReply,
    WebhooksReply,
    shown,
)
from leadhall.web.api.webhooks.webhooks import WHO, bad_event, owning, read_event, read_url
from leadhall.web.api.writes import ERRORS, ERRORS_OF_POSTS, ERRORS_OF_SECRETS, Work, read_any, writing
from leadhall.web.call import Answer, Call
from leadhall.webhooks.endpoints import (
    GRACE,
    create_endpoint,
    get_endpoint,
    list_endpoints,
    owner_of,
    remove_endpoint,
    rotate,
    switch_on,
)
from leadhall.webhooks.fanout import ask_for_test

GRACE_MOST_S = 2_592_000
REDELIVER_H, REDELIVER_MOST_H = 120, 2160


async def list_endpoints_of_caller(call: Call) -> Answer:
    async with owning(call) as (owner, connection):
        found = await list_endpoints(connection, owner)
    return _ok({"webhooks": [shown(each) for each in found]})


def _ok(data: dict[str, Any], status: int = 200) -> Answer:
    return Answer({"status": "OK", "data": data}, status=status)


async def create_endpoint_of_caller(work: Work) -> Answer:
    """An endpoint for exactly these events, with a secret; one that is there gets a new secret."""
    services = work.call.services
    url = read_url(work.given, Guard(services.settings.webhook_allow))
    events = _events(work.given)
    work.given.settle()
    owner = owner_of(work.caller, work.business)
    made, secret = await create_endpoint(work.connection, services.key, owner, events, url, by=work.caller.principal)
    return _ok({"webhook": shown(made), "secret": secret}, 201)


def _events(given: Given) -> list[EventName]:
    texts = given.texts("events", needed=True) or []
    return list({event.name: event for text in texts for event in read_event(text)}.values())


async def get_endpoint_of_caller(call: Call) -> Answer:
    async with owning(call) as (owner, connection):
        found = await get_endpoint(connection, owner, _id(call))
    return _ok({"webhook": shown(found)})


def _id(call: Call) -> int:
    text = call.path["id"]
    if not (text.isascii() and text.isdigit()) or len(text) > 18:  # noqa: PLR2004 - what a bigint always holds
        raise NotFound("There is no such webhook")
    return int(text)


async def delete_endpoint_of_caller(work: Work) -> Answer:
    await remove_endpoint(work.connection, owner_of(work.caller, work.business), _id(work.call))
    return _ok({})


async def create_secret(work: Work) -> Answer:
    """A new secret; the old one signs beside it for a while."""
    grace_s = work.given.number("grace_s", least=0, most=GRACE_MOST_S)
    work.given.settle()
    grace = GRACE if grace_s is None else timedelta(seconds=grace_s)
    owner = owner_of(work.caller, work.business)
    secret = await rotate(work.connection, work.call.services.key, owner, _id(work.call), grace=grace)
    return _ok({"secret": secret}, 201)


async def create_test(work: Work) -> Answer:
    """Send an event's sample the way every event goes."""
    asked = work.given.text("event")
    work.given.settle()
    endpoint = await get_endpoint(work.connection, owner_of(work.caller, work.business), _id(work.call))
    name = _sent(asked) if asked else first_sent(endpoint.events)
    business_id = work.business.id if work.business else 0
    return _ok({"webhook_id": await ask_for_test(work.connection, business_id, endpoint.id, name)}, 201)


def _sent(text: str) -> str:
    try:
        return read_sent(text).name
    except UnknownEvent:
        raise bad_event() from None


async def create_redelivery(work: Work) -> Answer:
    """Try again, now, what an endpoint missed."""
    hours = work.given.number("hours", least=1, most=REDELIVER_MOST_H)
    work.given.settle()
    owner = owner_of(work.caller, work.business)
    endpoint = await get_endpoint(work.connection, owner, _id(work.call))
    count = await redeliver(
        work.connection,
        endpoint.id,
        directory_id=owner.directory_id,
        business_id=owner.business_id,
        since=now() - timedelta(hours=hours or REDELIVER_H),
    )
    return _ok({"deliveries": count}, 201)


async def create_activation(work: Work) -> Answer:
    """Switch an endpoint on again; harmless when it is on."""
    owner = owner_of(work.caller, work.business)
    await switch_on(work.connection, owner, _id(work.call))
    return _ok({"webhook": shown(await get_endpoint(work.connection, owner, _id(work.call)))}, 201)


async def list_events(_: Call) -> Answer:
    return _ok(
        {"events": [{"event": each.name, "happens": each.happens, "sample": each.sample_payload} for each in CATALOGUE]}
    )


_MISSING = ErrorCase(404, "not_found", "The caller has no such webhook.")
_BAD_EVENT = ErrorCase(400, "invalid", "There is no such event; `errors` lists those there are.")
_SECRET = "whsec_" + "A" * 43 + "="
_EXAMPLE = {
    "id": 7,
    "url": "https://example.com/hook",
    "events": ["lead/created"],
    "state": "on",
    "failing_since": None,
    "failures": 0,
    "last_failed_at": None,
    "last_answer": None,
    "off_at": None,
    "off_because": None,
    "created_at": "2026-11-22T09:30:00.123Z",
}


def _told(**data: Any) -> dict[str, Any]:
    return {"status": "OK", "data": data}


OPERATIONS = (
    Operation(
        name="list_webhook_endpoints",
        title="List webhooks",
        summary="The caller's endpoints, what they hear of, and how they are doing.",
        method="GET",
        path="/ext/v1/webhooks",
        door="api",
        policy=WHO,
        handler=list_endpoints_of_caller,
        replies=(Reply(200, WebhooksReply, _told(webhooks=[_EXAMPLE]), "All endpoints."),),
        errors=ERRORS_OF_READS,
        examples=(Example("All"),),
        tag="Webhooks",
    ),
    Operation(
        name="create_webhook",
        title="Create a webhook",
        summary="An endpoint for exactly these events, and its signing secret, shown this once. A URL that the caller "
        "has already gets these events and a new secret.",
        method="POST",
        path="/ext/v1/webhooks",
        door="api",
        policy=WHO,
        handler=writing(create_endpoint_of_caller, of="either"),
        request=WebhookBody,
        replies=(Reply(201, NewWebhookReply, _told(webhook=_EXAMPLE, secret=_SECRET), "The endpoint and its secret."),),
        errors=(*ERRORS_OF_SECRETS, _BAD_EVENT),
        examples=(
            Example(
                "Leads and clients", {"target_url": "https://example.com/hook", "events": ["lead/created", "client"]}
            ),
        ),
        secret=True,
        tag="Webhooks",
    ),
    Operation(
        name="list_events",
        title="List events",
        summary="Every event there is: when it happens, and a sample of its body.",
        method="GET",
        path="/ext/v1/webhooks/events",
        door="api",
        policy=Policy.tokens("staff", "app", "directory"),
        handler=list_events,
        replies=(
            Reply(
                200,
                EventsReply,
                _told(
                    events=[
                        {
                            "event": CATALOGUE[0].name,
                            "happens": CATALOGUE[0].happens,
                            "sample": CATALOGUE[0].sample_payload,
                        }
                    ]
                ),
                "The catalogue.",
            ),
        ),
        errors=ERRORS_OF_READS,
        examples=(Example("All"),),
        tag="Webhooks",
    ),
    Operation(
        name="get_webhook",
        title="Get a webhook",
        summary="One endpoint and how it is doing.",
        method="GET",
        path="/ext/v1/webhooks/{id}",
        door="api",
        policy=WHO,
        handler=get_endpoint_of_caller,
        replies=(Reply(200, WebhookReply, _told(webhook=_EXAMPLE), "The endpoint."),),
        errors=(*ERRORS_OF_READS, _MISSING),
        examples=(Example("One", path={"id": "7"}),),
        tag="Webhooks",
    ),
    Operation(
        name="delete_webhook",
        title="Delete a webhook",
        summary="An endpoint with its subscriptions and secrets. What waits for it is skipped.",
        method="DELETE",
        path="/ext/v1/webhooks/{id}",
        door="api",
        policy=WHO,
        handler=writing(delete_endpoint_of_caller, of="either"),
        replies=(Reply(200, GoneReply, _told(), "It is gone."),),
        errors=(*ERRORS, _MISSING),
        examples=(Example("One", path={"id": "7"}),),
        tag="Webhooks",
    ),
    Operation(
        name="rotate_webhook_secret",
        title="Rotate a webhook secret",
        summary="A new signing secret, shown this once. For a day, or as long as told, the old one signs too.",
        method="POST",
        path="/ext/v1/webhooks/{id}/secrets",
        door="api",
        policy=WHO,
        handler=writing(create_secret, of="either", read=read_any),
        request=SecretBody,
        replies=(Reply(201, SecretReply, _told(secret=_SECRET), "The new secret."),),
        errors=(*ERRORS_OF_SECRETS, _MISSING),
        examples=(Example("An hour of both", {"grace_s": 3600}, path={"id": "7"}),),
        secret=True,
        tag="Webhooks",
    ),
    Operation(
        name="send_test_event",
        title="Send a test event",
        summary="Sends an event's sample, marked `is_test`, the way every event goes; the delivery log tells what came "
        "of it.",
        method="POST",
        path="/ext/v1/webhooks/{id}/tests",
        door="api",
        policy=WHO,
        handler=writing(create_test, of="either", read=read_any),
        request=TestBody,
        replies=(
            Reply(201, TestReply, _told(webhook_id="0m5x4kq2v7f6k3gh:lead/created:7"), "The sample is on its way."),
        ),
        errors=(*ERRORS_OF_POSTS, _MISSING, _BAD_EVENT),
        examples=(Example("A lead", {"event": "lead/created"}, path={"id": "7"}),),
        tag="Webhooks",
    ),
    Operation(
        name="activate_webhook",
        title="Activate a webhook",
        summary="Switches an endpoint on again that answered 410 or failed for five days. What happened meanwhile is "
        "not sent by itself.",
        method="POST",
        path="/ext/v1/webhooks/{id}/activations",
        door="api",
        policy=WHO,
        handler=writing(create_activation, of="either"),
        replies=(Reply(201, WebhookReply, _told(webhook=_EXAMPLE), "The endpoint, switched on."),),
        errors=(*ERRORS_OF_POSTS, _MISSING),
        examples=(Example("One", path={"id": "7"}),),
        tag="Webhooks",
    ),
    Operation(
        name="redeliver_webhook",
        title="Redeliver to a webhook",
        summary="Tries now what an endpoint missed in the last hours (120, if not told): failed, given up, skipped "
        "because it was off, or waiting for another try. At most 10,000 at once. Each keeps its webhook-id.",
        method="POST",
        path="/ext/v1/webhooks/{id}/redeliveries",
        door="api",
        policy=WHO,
        handler=writing(create_redelivery, of="either", read=read_any),
        request=RedeliverBody,
        replies=(Reply(201, RedeliverReply, _told(deliveries=12), "So many are due."),),
        errors=(*ERRORS_OF_POSTS, _MISSING),
        examples=(Example("Of the last day", {"hours": 24}, path={"id": "7"}),),
        tag="Webhooks",
    ),
)
