"""Webhooks as upstream's callers know them: subscribe, unsubscribe, list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

from leadhall.core.db import Connection, scoped
from leadhall.core.errors import Fault
from leadhall.core.guard import URL_MOST_CHARS, BadUrl, Guard
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.events.catalogue import EVENTS, NAMES, EventName
from leadhall.events.spelling import ENTITY_ALIASES, TYPE_ALIASES, UnknownEvent, read_events
from leadhall.web.api.given import Given
from leadhall.web.api.reads import ERRORS as ERRORS_OF_READS
from leadhall.web.api.reads import business_if_meant
from leadhall.web.api.refusals import Worded
from leadhall.web.api.webhooks.webhook_types import (
    SubscribeBody,
    SubscribeReply,
    SubscriptionsQuery,
    SubscriptionsReply,
    UnsubscribeBody,
    UnsubscribeReply,
)
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, scope_of, writing
from leadhall.web.call import Answer, Call
from leadhall.webhooks.endpoints import (
    Owner,
    SubscribedAlready,
    list_subscriptions,
    owner_of,
    subscribe,
    unsubscribe,
)

WHO = Policy.tokens("staff", "app", "directory", scopes=("webhooks",))


@asynccontextmanager
async def owning(call: Call) -> AsyncIterator[tuple[Owner, Connection]]:
    """Whose endpoints a call reads, and a connection that sees nothing else."""
    business = await business_if_meant(call)
    owner = owner_of(call.known, business)
    async with scoped(call.services.app_pool, scope_of(call.known, business)) as connection:
        yield owner, connection


def bad_event() -> Worded:
    """Upstream's 400, with the events that exist in `errors`."""
    words = "Invalid event format"
    names = Fault("invalid", f"The events are {', '.join(EVENTS)}", "event")
    return Worded(400, words, code="invalid", field="event").of((Fault("invalid", words, "event"), names))


def read_event(text: str) -> list[EventName]:
    try:
        return read_events(text)
    except UnknownEvent:
        raise bad_event() from None


def read_url(given: Given, guard: Guard) -> str:
    """`target_url`, when it could be called; else a fault of the body is noted."""
    url = given.text("target_url", needed=True, most_chars=URL_MOST_CHARS) or ""
    try:
        return url and str(guard.check_url(url) and url)
    except BadUrl as fault:
        given.wrong("invalid", "target_url", str(fault))
        return ""


async def subscribe_url(work: Work) -> Answer:
    """Tell an event to a URL. The same once more is upstream's 422."""
    services = work.call.services
    event = work.given.text("event", needed=True)
    url = read_url(work.given, Guard(services.settings.webhook_allow))
    events = read_event(event) if event else []
    work.given.settle()
    owner = owner_of(work.caller, work.business)
    try:
        id_, _ = await subscribe(work.connection, services.key, owner, events, url, by=work.caller.principal)
    except SubscribedAlready as fault:
        raise Worded(422, fault.first.message, code="already_exists", field="event") from None
    return Answer({"status": "OK", "data": {"subscription_id": str(id_)}}, status=201)


async def unsubscribe_url(work: Work) -> Answer:
    """A URL hears no more of an event, or of any. What it never heard of is no fault."""
    url = work.given.text("target_url", needed=True, most_chars=URL_MOST_CHARS)
    event = work.given.text("event")
    work.given.settle()
    names = None if event is None else _names(event)
    await unsubscribe(work.connection, owner_of(work.caller, work.business), names, url or "")
    return Answer({"status": "OK", "data": {"unsubscribed": True}})


def _names(event: str) -> list[str]:
    try:
        return [each.name for each in read_events(event)]
    except UnknownEvent:
        return []


async def list_webhooks(call: Call) -> Answer:
    """Every subscription of the caller's."""
    query: SubscriptionsQuery = call.query
    entities = {each.entity_name for each in NAMES.values()}
    entity = query.entity if query.entity in entities else ENTITY_ALIASES.get(query.entity or "", query.entity)
    said = query.event_type
    event_types = None if said is None else [said, TYPE_ALIASES.get(said, said)]
    async with owning(call) as (owner, connection):
        found = await list_subscriptions(connection, owner, entity=entity, event_types=event_types)
    listed = [asdict(each) | {"uid": each.id} for each in found]
    body = {"response": {"success": "ok", "data": {"subscriptions": listed}}, "status": "OK", "subscriptions": listed}
    return Answer(body)


_LISTED = {"id": 32, "uid": 32, "entity": "client", "event_type": "created", "url": "https://example.com/hook"}

OPERATIONS = (
    Operation(
        name="subscribe_webhook",
        title="Subscribe to an event",
        summary="Tell an event to a URL from now on. A staff token subscribes its business, a directory token the one "
        "it acts for or, naming none, all of its directory; an app token likewise. Signing secrets are made and "
        "rotated under /ext/v1/webhooks.",
        method="POST",
        path="/platform/v1/webhook/subscribe",
        door="api",
        policy=WHO,
        handler=writing(subscribe_url, of="either"),
        request=SubscribeBody,
        replies=(
            Reply(201, SubscribeReply, {"status": "OK", "data": {"subscription_id": "32"}}, "The URL will hear of it."),
        ),
        errors=(
            *ERRORS_OF_POSTS,
            ErrorCase(400, "invalid", "There is no such event; `errors` lists those there are."),
            ErrorCase(422, "already_exists", "This URL hears of this event already."),
        ),
        examples=(
            Example("A new client", {"event": "client/created", "target_url": "https://example.com/hook"}),
            Example("Every lead", {"event": "lead/created", "target_url": "https://example.com/hook"}),
        ),
        family="p1",
        tag="Webhooks",
    ),
    Operation(
        name="unsubscribe_webhook",
        title="Unsubscribe from an event",
        summary="A URL hears no more of an event, or of any. What it never heard of is no fault, so that a deployment "
        "may unsubscribe and subscribe anew; its signing secret survives that.",
        method="POST",
        path="/platform/v1/webhook/unsubscribe",
        door="api",
        policy=WHO,
        handler=writing(unsubscribe_url, of="either"),
        request=UnsubscribeBody,
        replies=(Reply(200, UnsubscribeReply, {"status": "OK", "data": {"unsubscribed": True}}, "It hears no more."),),
        errors=ERRORS_OF_POSTS,
        examples=(
            Example("One event", {"event": "client/created", "target_url": "https://example.com/hook"}),
            Example("All events", {"target_url": "https://example.com/hook"}),
        ),
        family="p1",
        tag="Webhooks",
    ),
    Operation(
        name="list_webhooks",
        title="List subscriptions",
        summary="The events that the caller's URLs hear of.",
        method="GET",
        path="/platform/v1/webhooks",
        door="api",
        policy=WHO,
        handler=list_webhooks,
        query=SubscriptionsQuery,
        replies=(
            Reply(
                200,
                SubscriptionsReply,
                {
                    "response": {"success": "ok", "data": {"subscriptions": [_LISTED]}},
                    "status": "OK",
                    "subscriptions": [_LISTED],
                },
                "All subscriptions.",
            ),
        ),
        errors=ERRORS_OF_READS,
        examples=(Example("Of clients", query={"filter[entity]": "client"}),),
        family="p1",
        tag="Webhooks",
    ),
)
