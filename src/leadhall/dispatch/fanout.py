"""One table: which deliveries come of which kind of outbox row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from leadhall.core.db import Connection
from leadhall.dispatch.claim import Claimed
from leadhall.dispatch.digest import gather
from leadhall.dispatch.fans import letters, messages, missed, tell_of_leads, texts
from leadhall.dispatch.ground import SQL, Ground
from leadhall.dispatch.lanes import Portion, lane_of_call
from leadhall.dispatch.people import key_of
from leadhall.dispatch.planned import Planned, make
from leadhall.dispatch.to_staff import staff_notifications
from leadhall.events.delivery import Channel, NewDelivery
from leadhall.events.outbox import OutboxEvent
from leadhall.events.queue import postpone
from leadhall.webhooks.fanout import Audience

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

CALLS_MOST = 4_000
"""Of one batch, where nobody says for how many there is room."""
TOO_OLD = timedelta(hours=24)
DIGEST_AFTER = 20


class Taker(Protocol):
    """Whoever sends: says what it has room for, so that this is its own from its birth."""

    def portion(self) -> Portion: ...


@dataclass(frozen=True, slots=True)
class Made:
    """What a batch came to: rows planned, the sender's own among them, and events postponed for want of room."""

    planned: int = 0
    ours: Sequence[Claimed] = ()
    calls: int = 0
    told: int = 0
    """Events that `calls` webhook rows come of."""
    postponed: int = 0

    @property
    def is_due(self) -> int:
        """Rows that somebody has to claim."""
        return self.planned - len(self.ours)


class Fanout:
    """Turns a batch of events into deliveries, within the transaction that takes them from the outbox.

    Without a `taker` all rows wait to be claimed.
    """

    def __init__(
        self, channels: Mapping[str, Channel], *, digest_after: int = DIGEST_AFTER, taker: Taker | None = None
    ) -> None:
        self._channels = channels
        self._digest_after = digest_after
        self._taker = taker

    async def __call__(self, connection: Connection, events: Sequence[OutboxEvent]) -> Made:
        """Make the deliveries of these events. Subscribers of those for whose calls there is no room wait."""
        portion = self._taker.portion() if self._taker else None
        told, calls, postponed = await _webhooks(connection, events, portion)
        await postpone(connection, postponed)
        if not calls and not any(_asks(event) for event in events):
            return Made(postponed=len(postponed))
        ground = Ground(connection, self._channels, await connection.fetchval(SQL["now"]))
        people = await gather(
            ground, await _too_old(ground, events, await _plan(ground, events)), after=self._digest_after
        )
        rows = [*calls, *[await ground.on_its_lane(each) for each in people]]
        ours = await make(connection, rows, at=ground.at)
        return Made(len(rows), ours, len(calls), told, len(postponed))


def _asks(event: OutboxEvent) -> bool:
    """Whether anybody could hear of it; most leads of a flood ask for nothing."""
    if event.people_told or event.kind not in FANS:
        return False
    return event.kind != "lead" or bool(event.facts.get("notifications"))


async def _webhooks(
    connection: Connection, events: Sequence[OutboxEvent], portion: Portion | None
) -> tuple[int, list[Planned], list[OutboxEvent]]:
    """What subscribers are told: of how many events, the calls, and the events whose subscribers wait for room."""
    audience = await Audience.of(connection, events)
    told: list[OutboxEvent] = []
    postponed: list[OutboxEvent] = []
    room = CALLS_MOST if portion is None else portion.left
    for event in events:
        if calls := audience.calls(event):
            (told if room > 0 else postponed).append(event)
            room -= calls
    return len(told), [_call(row, portion) for row in await audience.deliveries(told)], postponed


def _call(row: NewDelivery, portion: Portion | None) -> Planned:
    lane = lane_of_call(row.recipient, row.endpoint_id)
    is_ours = portion is not None and portion.takes(lane)
    return Planned(row=row, key=key_of(row.channel, row.recipient), lane=lane, is_ours=is_ours)


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
