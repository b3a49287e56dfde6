"""Events as callers spell them: `client/created`, `client.created`, upstream's other words for the same, bare names."""

from __future__ import annotations

import re

from leadhall.events.catalogue import CATALOGUE, NAMES, UNSENT, Event, EventName

ENTITY_ALIASES = {
    "lead": "client",
    "account": "business",
    "engagement": "matter",
    "app_subscription": "app",
    "application": "app",
}
TYPE_ALIASES = {"create": "created", "update": "updated", "closed": "deleted"}
"""`lead/created` is an event of its own; what else is said of a lead is said of its client."""


class UnknownEvent(ValueError):
    """No event is called so."""


def read_events(text: str) -> list[EventName]:
    """The event that is meant, or all of an entity's for its bare name; also what is never sent. UnknownEvent."""
    entity, _, event_type = re.sub(r"[.:]", "/", text.strip().lower(), count=1).partition("/")
    if not event_type:
        found = _of_entity(entity) or _of_entity(ENTITY_ALIASES.get(entity, ""))
    else:
        spellings = (
            f"{each}/{kind}"
            for each in (entity, ENTITY_ALIASES.get(entity, entity))
            for kind in (event_type, TYPE_ALIASES.get(event_type, event_type))
        )
        found = [NAMES[name] for name in spellings if name in NAMES][:1]
    if not found:
        raise UnknownEvent(f"{text[:100]!r} is no event")
    return found


def _of_entity(entity: str) -> list[EventName]:
    """Those that are sent; where there are none, those that are not."""
    sent: list[EventName] = [event for event in CATALOGUE if event.entity_name == entity]
    return sent or [name for name in UNSENT if name.entity_name == entity]


def read_sent(text: str) -> Event:
    """The event that is meant, or the first of an entity's, if it is one that is sent. UnknownEvent."""
    for event in read_events(text):
        if isinstance(event, Event):
            return event
    raise UnknownEvent(f"{text[:100]!r} is never sent")
