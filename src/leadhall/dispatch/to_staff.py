"""A notice that an app or directory sends to one member of the staff: by mail and by text, less what they muted."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from leadhall.dispatch.ground import Ground
from leadhall.dispatch.people import Crew, Person, key_of
from leadhall.dispatch.planned import Planned
from leadhall.events.delivery import NewDelivery
from leadhall.events.outbox import OutboxEvent


async def staff_notifications(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    """Facts: notification_uid, staff_uid, channels (email, sms). Who left meanwhile hears nothing."""
    crews = await ground.crews(event.business_id for event in events)
    return [
        _by(ground, crew, person, event, channel)
        for event in events
        for crew in [crews[event.business_id]]
        if (person := crew.person(event.facts["staff_uid"])) is not None
        for channel in event.facts["channels"]
    ]


def _by(ground: Ground, crew: Crew, person: Person, event: OutboxEvent, channel: str) -> Planned:
    recipient = (person.email if channel == "email" else person.mobile) or ""
    key = key_of(channel, recipient)
    row = NewDelivery(
        business_id=event.business_id,
        kind=event.kind,
        channel=channel,
        recipient=recipient or (person.address if channel == "email" else ""),
        dedupe=f"{event.facts['notification_uid']}:{event.kind}:{key or channel}",
        payload={name: event.facts[name] for name in ("notification_uid", "staff_uid", "is_test") if event.facts[name]},
    )
    planned = Planned(row=row, key=key)
    if not getattr(person.preferences, channel):
        return planned.skipped("preference")
    if not recipient:
        return planned.skipped("unverified" if channel == "email" else "no_number")
    if ground.is_closed(event.business_id, channel, key):
        return planned.suppressed()
    if channel == "sms":
        return replace(planned, after_s=person.preferences.quiet_for_s(ground.at, crew.time_zone))
    return planned
