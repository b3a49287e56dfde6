"""Which webhooks come of an event: a delivery for each endpoint that asked for it, all with the one rendered body."""

from __future__ import annotations

from collections import defaultdict

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.catalogue import EVENTS
from leadhall.events.delivery import NewDelivery
from leadhall.events.outbox import OutboxEvent, append_event
from leadhall.webhooks.deliver import TEST
from leadhall.webhooks.telling import Telling, sample_body, tell

SQL = statements(__package__, "fanout.sql")

Where = tuple[int, str]
"""An endpoint's id and URL."""


async def deliveries_of(connection: Connection, event: OutboxEvent) -> list[NewDelivery]:
    """The webhook deliveries of one outbox row. One question when nobody asked; each body is rendered once."""
    if event.kind == TEST:
        return await _of_test(connection, event)
    names = [name for name in dict.fromkeys(event.facts.get("events", ())) if name in EVENTS]
    wanted = await _subscribers(connection, event.business_id, names) if names else {}
    telling = Telling(connection, event)
    return [
        _delivery(event, name, where, body, n)
        for name in names
        if name in wanted
        for n, body in enumerate(await tell(telling, name))
        for where in wanted[name]
    ]


async def _subscribers(connection: Connection, business_id: int, names: list[str]) -> dict[str, list[Where]]:
    found: defaultdict[str, list[Where]] = defaultdict(list)
    for row in await connection.fetch(SQL["subscribers"], business_id, names):
        found[row["event"]].append((row["id"], row["url"]))
    return found


def _delivery(event: OutboxEvent, name: str, where: Where, body: bytes, n: int = 0) -> NewDelivery:
    """`n` tells several bodies of one event and name apart: tags."""
    endpoint_id, url = where
    payload = {"event": name, "body": body.decode(), "is_test": bool(event.facts.get("is_test"))}
    return NewDelivery(
        business_id=event.business_id,
        kind=TEST if event.kind == TEST else "webhook",
        channel="webhook",
        recipient=url,
        dedupe=f"{event.uid}:{name}{f'#{n}' if n else ''}:{endpoint_id}",
        lead_uid=event.uid if event.kind == "lead" else event.facts.get("lead_uid"),
        message_uid=event.facts.get("message_uid"),
        endpoint_id=endpoint_id,
        payload=payload,
    )


async def ask_for_test(connection: Connection, business_id: int, endpoint_id: int, name: str) -> str:
    """Send an event's sample to an endpoint, the way every event goes; answers the webhook-id it will have."""
    uid = await append_event(connection, business_id, TEST, {"endpoint_id": endpoint_id, "event": name})
    return f"{uid}:{name}:{endpoint_id}"


async def _of_test(connection: Connection, event: OutboxEvent) -> list[NewDelivery]:
    row = await connection.fetchrow(SQL["endpoint"], event.facts["endpoint_id"])
    if row is None:
        return []
    name = event.facts["event"]
    body = sample_body(name)
    return [_delivery(event, name, (row["id"], row["url"]), body)]
