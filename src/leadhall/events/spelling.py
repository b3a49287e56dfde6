"""Events as callers spell them: `client/created`, `client.created`, upstream's other words for the same, bare names."""

from __future__ import annotations

import re

from leadhall.events.catalogue import CATALOGUE, EVENTS, Event

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


def read_events(text: str) -> list[Event]:
    """The event that is meant, or all of an entity's for its bare name. UnknownEvent."""
    entity, _, event_type = re.sub(r"[.:]", "/", text.strip().lower(), count=1).partition("/")
    if not event_type:
        found = _of_entity(entity) or _of_entity(ENTITY_ALIASES.get(entity, ""))
    else:
        spellings = (
            f"{each}/{kind}"
            for each in (entity, ENTITY_ALIASES.get(entity, entity))
            for kind in (event_type, TYPE_ALIASES.get(event_type, event_type))
        )
        found = [EVENTS[name] for name in spellings if name in EVENTS][:1]
    if not found:
        raise UnknownEvent(f"{text[:100]!r} is no event")
    return found


def _of_entity(entity: str) -> list[Event]:
    return [event for event in CATALOGUE if event.entity_name == entity]
