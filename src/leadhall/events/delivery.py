"""One delivery as a channel gets it: a row of the table `delivery`, claimed by the dispatcher."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from msgspec import Struct

from leadhall.events.outcome import Outcome


class Delivery(Struct, frozen=True, kw_only=True):
    """A row as claimed. `payload` holds what the fan-out knew; what else a channel needs it reads when it sends.

    `payload["is_test"]` is true for a test lead: mail and texts are then captured, whatever is configured.
    `attempts` counts the tries begun, this one included. It is also the fence: who holds another number may not
    mark the row.
    """

    business_id: int
    uid: str
    dedupe: str
    """Stable over all tries, `lead:kind:recipient`: also the Message-ID and the webhook-id."""
    kind: str
    channel: str
    recipient: str
    lead_uid: str | None
    message_uid: str | None
    endpoint_id: int | None
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


class NewDelivery(Struct, frozen=True, kw_only=True):
    """A delivery to be made. `recipient` is whom the world sees: an address, a number, a URL."""

    business_id: int
    kind: str
    channel: str
    recipient: str
    dedupe: str
    lead_uid: str | None = None
    message_uid: str | None = None
    endpoint_id: int | None = None
    payload: dict[str, Any] = {}


class Channel(Protocol):
    """One way out. It never raises for what the other side does: every fault of the world is an Outcome."""

    name: str

    async def deliver(self, delivery: Delivery) -> Outcome: ...

    async def close(self) -> None: ...


@runtime_checkable
class HasSenders(Protocol):
    """A channel by which businesses send through different smarthosts or accounts."""

    async def sender_of(self, business_id: int) -> str:
        """The sender this business uses, the same word for all who share it (`agency-7`).

        Where several senders share one host, that host comes before it: `smtp.example.com:587 agency-7`. At most four
        tries at once go to one host; rests and suppressions are of the sender. Asked often: the channel remembers it.
        """
        ...
