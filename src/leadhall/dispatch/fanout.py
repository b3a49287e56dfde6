"""One table: which deliveries come of which kind of outbox row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from leadhall.core.db import Connection
from leadhall.dispatch.digest import gather
from leadhall.dispatch.fans import letters, messages, missed, tell_of_leads, texts
from leadhall.dispatch.ground import SQL, Ground
from leadhall.dispatch.people import key_of
from leadhall.dispatch.planned import Planned, make
from leadhall.dispatch.to_staff import staff_notifications
from leadhall.events.delivery import Channel, NewDelivery
from leadhall.events.outbox import OutboxEvent
from leadhall.webhooks import fanout as webhooks

Fan = Callable[[Ground, Sequence[OutboxEvent]], Awaitable[list[Planned]]]
FANS: dict[str, Fan] = {
    "lead": tell_of_leads,
    "message": messages,
    "missed": missed,
    "staff_notification": staff_notifications,
    "verify": letters,
    "verify_phone": texts,
    "invitation": letters,
    "sign_in": letters,
    "dead_token": letters,
    "endpoint_off": letters,
    "endpoint_failing": letters,
}
"""A letter is one email of its kind: to `facts["recipient"]`, else to the business's owner; facts are its payload."""

OF_EVERY_EVENT: tuple[Callable[[Connection, OutboxEvent], Awaitable[Sequence[NewDelivery]]], ...] = (
    webhooks.deliveries_of,
)
"""What is asked of every event, whatever its kind: webhooks."""

TOO_OLD = timedelta(hours=24)
DIGEST_AFTER = 20


class Fanout:
    """Turns a batch of events into deliveries, within the transaction that takes them from the outbox."""

    def __init__(self, channels: Mapping[str, Channel], *, digest_after: int = DIGEST_AFTER) -> None:
        self._channels = channels
        self._digest_after = digest_after

    async def __call__(self, connection: Connection, events: Sequence[OutboxEvent]) -> int:
        """Make the deliveries of these events; how many were planned."""
        planned = await _webhooks(connection, events)
        if not planned and not any(_asks(event) for event in events):
            return 0
        ground = Ground(connection, self._channels, await connection.fetchval(SQL["now"]))
        planned += await _too_old(ground, events, await _plan(ground, events))
        planned = await gather(ground, planned, after=self._digest_after)
        await make(connection, [await ground.on_its_lane(each) for each in planned])
        return len(planned)


def _asks(event: OutboxEvent) -> bool:
    """Whether anybody could hear of it; most leads of a flood ask for nothing."""
    return event.kind in FANS and (event.kind != "lead" or bool(event.facts.get("notifications")))


async def _webhooks(connection: Connection, events: Sequence[OutboxEvent]) -> list[Planned]:
    """What subscribers are told; one question for a whole batch of businesses to which nobody listens."""
    rows = await connection.fetch(SQL["listened_to"], sorted({event.business_id for event in events}))
    businesses = {row["id"] for row in rows}
    told = [
        row
        for event in events
        if event.business_id in businesses or not event.business_id  # a test of an endpoint for all businesses
        for fan in OF_EVERY_EVENT
        for row in await fan(connection, event)
    ]
    return [Planned(row=row, key=key_of(row.channel, row.recipient)) for row in told]


async def _plan(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    kinds: dict[str, list[OutboxEvent]] = defaultdict(list)
    for event in events:
        if _asks(event):
            kinds[event.kind].append(event)
    return [each for kind, of_kind in kinds.items() for each in await FANS[kind](ground, of_kind)]


async def _too_old(ground: Ground, events: Sequence[OutboxEvent], planned: list[Planned]) -> list[Planned]:
    """When sending begins for the first time, what is older than a day is nobody's news any more."""
    if all(event.created_at >= ground.at - TOO_OLD for event in events):
        return planned
    began = await ground.first_dispatch()
    stale = {event.uid for event in events if event.created_at < began - TOO_OLD}
    return [each.skipped("too_old") if each.row.lead_uid in stale and each.goes_out else each for each in planned]
