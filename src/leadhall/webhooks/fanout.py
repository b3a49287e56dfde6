"""Which webhooks come of an event: a delivery for each endpoint that asked for it, all with the one rendered body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.catalogue import EVENTS
from leadhall.events.delivery import NewDelivery
from leadhall.events.outbox import OutboxEvent, append_event
from leadhall.webhooks.deliver import TEST
from leadhall.webhooks.telling import Rows, Telling, read_for, sample_body, tell

SQL = statements(__package__, "fanout.sql")

Where = tuple[int, str]
"""An endpoint's id and URL."""
Listener = tuple[int, str, str | None]
"""The same, with the uid of the app whose own farewell is all that it still hears."""


class Audience:
    """Who wants to hear of a batch of events: asked once, whatever its size. Each body is rendered once."""

    def __init__(self, connection: Connection, wanted: dict[tuple[int, str], list[Listener]]) -> None:
        self._connection = connection
        self._wanted = wanted
        self._rows = Rows(connection)

    @classmethod
    async def of(cls, connection: Connection, events: Sequence[OutboxEvent]) -> Audience:
        """Those who listen to these events."""
        wanted: defaultdict[tuple[int, str], list[Listener]] = defaultdict(list)
        names = sorted({name for event in events for name in _names(event)})
        if names:
            businesses = sorted({event.business_id for event in events})
            for row in await connection.fetch(SQL["subscribers"], businesses, names):
                wanted[row["business_id"], row["event"]].append((row["id"], row["url"], row["put_out"]))
        return cls(connection, dict(wanted))

    def calls(self, event: OutboxEvent) -> int:
        """How many calls come of an event; of one that tells of several tags some more."""
        if event.kind == TEST:
            return 1
        return sum(len(self._who(event, name)) for name in _names(event))

    def _who(self, event: OutboxEvent, name: str) -> list[Where]:
        listeners = self._wanted.get((event.business_id, name), ())
        return [
            (id_, url)
            for id_, url, put_out in listeners
            if put_out in (None, event.facts.get("data", {}).get("app_id"))
        ]

    async def deliveries(self, events: Sequence[OutboxEvent]) -> list[NewDelivery]:
        """The deliveries of these events."""
        await read_for(self._rows, [event for event in events if event.kind != TEST])
        return [each for event in events for each in await self._of(event)]

    async def _of(self, event: OutboxEvent) -> list[NewDelivery]:
        if event.kind == TEST:
            return await _of_test(self._connection, event)
        telling = Telling(self._rows, event)
        return [
            _delivery(event, name, where, payload, n)
            for name in _names(event)
            if (who := self._who(event, name))
            for n, payload in enumerate([_payload(event, name, body) for body in await tell(telling, name)])
            for where in who
        ]


def _names(event: OutboxEvent) -> list[str]:
    return [name for name in dict.fromkeys(event.facts.get("events", ())) if name in EVENTS]


def _payload(event: OutboxEvent, name: str, body: bytes) -> dict[str, Any]:
    return {"event": name, "body": body.decode(), "is_test": bool(event.facts.get("is_test"))}


def _delivery(event: OutboxEvent, name: str, where: Where, payload: dict[str, Any], n: int = 0) -> NewDelivery:
    """`n` tells several bodies of one event and name apart: tags. All endpoints share one payload."""
    endpoint_id, url = where
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
    payload = _payload(event, name, sample_body(name))
    return [_delivery(event, name, (row["id"], row["url"]), payload)]
