"""One table: which deliveries come of which kind of outbox row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from leadhall.core.db import Connection
from leadhall.events.delivery import NewDelivery
from leadhall.events.outbox import OutboxEvent
from leadhall.webhooks import fanout

Fan = Callable[[Connection, OutboxEvent], Awaitable[Sequence[NewDelivery]]]

LETTERS = frozenset({"verify", "invitation", "sign_in", "dead_token", "endpoint_off", "endpoint_failing"})
"""Each becomes one email of its kind: to `facts["recipient"]`, else to the business's owner; facts are its payload."""

OF_EVERY_EVENT: tuple[Fan, ...] = (fanout.deliveries_of,)
"""What is asked of every event, whatever its kind: webhooks."""
