"""The events that exist: a struct for what each tells, and a sample. Portal, subscription list and reference follow.

A new event is one struct, one row in `CATALOGUE`, and one append to the outbox where it happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

AT = "2026-11-22T09:30:00.123Z"


class Told(Struct, kw_only=True):
    """What every event tells beside upstream's own keys (api.md 0.10)."""

    lead_uid: Annotated[str | None, Meta(description="The lead it came of; null when it came otherwise.")]
    client_revision: Annotated[int, Meta(description="Grows with every change of the client: drop what is older.")]
    occurred_at: str


class Address(Struct):
    main: str | None


class ClientTold(Told, kw_only=True):
    """A client as it is now."""

    business_id: str
    client_id: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    email: str | None
    image: str | None
    address: Address
    custom_fields: Annotated[dict[str, str], Meta(description="The business's own card fields, by label.")]
    visible: bool
    opt_in: Literal["1", "0"] | None
    spam: bool
    created_at: str
    updated_at: str


class LeadTold(ClientTold, kw_only=True):
    """A lead that came, and its client as it is now."""

    conversation_uid: str
    message_uid: str
    is_new_client: bool
    title: str
    source: str | None
    source_url: str | None
    contact: Annotated[dict[str, str], Meta(description="Names, email, phone and address as this lead gave them.")]


class MessageTold(Told, kw_only=True):
    """A message in a conversation."""

    uid: str
    conversation_uid: str
    contact_uid: str
    business_uid: str
    staff_uid: str | None
    message_type: Annotated[str, Meta(description="api: a lead; message: what a person wrote.")]
    direction: Literal["client_to_business", "business_to_client"]
    text: Annotated[str, Meta(description="Escaped HTML.")]
    message_category: str | None
    channel_uid: str | None
    external_message_id: str | None
    created_at: str


class TagTold(Told, kw_only=True):
    """A tag that clients now have and did not have before."""

    name: str
    business_id: str
    clients: list[str]


@dataclass(frozen=True)
class Event:
    """One event. `name` is what one subscribes to; it happens when `happens` says."""

    entity_name: str
    event_type: str
    happens: str
    data: type[Told]
    sample: Told

    @property
    def name(self) -> str:
        return f"{self.entity_name}/{self.event_type}"

    def payload(self, data: Told) -> dict[str, Any]:
        """The body of a webhook, ready to be encoded."""
        told: dict[str, Any] = msgspec.to_builtins(data)
        return {"entity_name": self.entity_name, "event_type": self.event_type, "data": told}

    @property
    def sample_payload(self) -> dict[str, Any]:
        return self.payload(self.sample)


_TOLD: dict[str, Any] = {"lead_uid": "0m5x4kq2v7d3h8cd", "client_revision": 1, "occurred_at": AT}
_CLIENT: dict[str, Any] = {
    **_TOLD,
    "business_id": "0m5x4kq0000000bz",
    "client_id": "0m5x4kq2v7c9t1ab",
    "first_name": "Dana",
    "last_name": "Levi",
    "phone": "+1 (415) 555-0132",
    "email": "dana.levi@example.com",
    "image": None,
    "address": Address("12 Harbour St, Oakland, CA"),
    "custom_fields": {"Budget": "15,000"},
    "visible": True,
    "opt_in": "1",
    "spam": False,
    "created_at": AT,
    "updated_at": AT,
}

CATALOGUE = (
    Event(
        "lead",
        "created",
        "For every lead that is accepted, whether its client is new or known.",
        LeadTold,
        LeadTold(
            **_CLIENT,
            conversation_uid="0m5x4kq2v7d3h8cd",
            message_uid="0m5x4kq2v7e5j2ef",
            is_new_client=True,
            title="Kitchen renovation",
            source="Website",
            source_url="https://example.com/contact",
            contact={"first_name": "Dana", "email": "dana.levi@example.com"},
        ),
    ),
    Event("client", "created", "Once, when a client is made.", ClientTold, ClientTold(**_CLIENT)),
    Event(
        "client",
        "updated",
        "When a stored value of the client changed.",
        ClientTold,
        ClientTold(**_CLIENT | {"client_revision": 2}),
    ),
    Event(
        "conversation_item",
        "created",
        "For every message, in either direction.",
        MessageTold,
        MessageTold(
            **_TOLD,
            uid="0m5x4kq2v7e5j2ef",
            conversation_uid="0m5x4kq2v7d3h8cd",
            contact_uid="0m5x4kq2v7c9t1ab",
            business_uid="0m5x4kq0000000bz",
            staff_uid=None,
            message_type="api",
            direction="client_to_business",
            text="Budget: 15,000",
            message_category=None,
            channel_uid=None,
            external_message_id=None,
            created_at=AT,
        ),
    ),
    Event(
        "tag",
        "add",
        "For every tag newly attached to a client.",
        TagTold,
        TagTold(**_TOLD, name="web", business_id="0m5x4kq0000000bz", clients=["0m5x4kq2v7c9t1ab"]),
    ),
)
EVENTS = {event.name: event for event in CATALOGUE}
