"""The events that exist: a struct for what each tells, and a sample. Portal, subscription list and reference follow.

A new event is one struct, one row in `CATALOGUE`, and one append to the outbox where it happens. Its row of the outbox
names it in `facts["events"]` and says of what it tells: `client_uid`, `conversation_uid` and `message_uid`, `tags`,
`staff_uid`, each with `lead_uid` and `client_revision` where there are such; `data` for what no row holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from leadhall.events.told import (
    Address,
    AppTold,
    BusinessTold,
    ClientTold,
    ConversationTold,
    Counted,
    ImportStatus,
    ImportTold,
    LeadTold,
    MatterTold,
    MessageTold,
    SentTold,
    StaffTold,
    TagTold,
    Told,
)

AT = "2026-11-22T09:30:00.123Z"


@dataclass(frozen=True)
class EventName:
    """What one subscribes to."""

    entity_name: str
    event_type: str

    @property
    def name(self) -> str:
        return f"{self.entity_name}/{self.event_type}"


@dataclass(frozen=True)
class Unsent(EventName):
    """A name of upstream's that is taken, so that its callers go on, and of which nothing ever comes."""

    why: str


@dataclass(frozen=True)
class Event(EventName):
    """One event. It happens when `happens` says."""

    happens: str
    data: type[Told]
    sample: Told

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
_LEAD = LeadTold(
    **_CLIENT,
    conversation_uid="0m5x4kq2v7d3h8cd",
    message_uid="0m5x4kq2v7e5j2ef",
    is_new_client=True,
    title="Kitchen renovation",
    source="Website",
    source_url="https://example.com/contact",
    contact={"first_name": "Dana", "email": "dana.levi@example.com"},
)

_BUSINESS, _CLIENT_UID, _STAFF_UID = "0m5x4kq0000000bz", "0m5x4kq2v7c9t1ab", "0m5x4kq0000001st"
_OF_NO_CLIENT: dict[str, Any] = {"lead_uid": None, "client_revision": None, "occurred_at": AT}
_SENT: dict[str, Any] = {
    "business_id": _BUSINESS,
    "staff_id": None,
    "conversation_id": "0m5x4kq2v7d3h8cd",
    "message_id": "0m5x4kq2v7f6k3gh",
    "message": "Tuesday would be fine",
    "client_id": _CLIENT_UID,
    "created_at": AT,
}
_MATTER: dict[str, Any] = {
    "matter_id": _CLIENT_UID,
    "display_name": "Dana Levi",
    "staff_id": None,
    "business_id": _BUSINESS,
    "created_at": AT,
    "updated_at": AT,
}
_STAFF: dict[str, Any] = {
    **_OF_NO_CLIENT,
    "business_id": _BUSINESS,
    "staff_id": _STAFF_UID,
    "first_name": "Ann",
    "last_name": "Owner",
    "display_name": "Ann Owner",
    "phone": "+1 (415) 555-0100",
    "email": "ann@harbour.example",
    "role": "owner",
    "state": "active",
    "created_at": AT,
}
_BUSINESS_DATA: dict[str, Any] = {
    **_OF_NO_CLIENT,
    "business_id": _BUSINESS,
    "name": "Harbour Kitchens",
    "email": "hello@harbour.example",
    "phone": None,
    "created_at": AT,
    "updated_at": AT,
    "closed_at": None,
}

CATALOGUE = (
    Event("lead", "created", "For every lead that is accepted, whether its client is new or known.", LeadTold, _LEAD),
    Event(
        "contact_form",
        "created",
        "For every lead that came by the contact form of a client portal or by a form of ours, beside lead/created.",
        LeadTold,
        _LEAD,
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
    Event(
        "tag",
        "delete",
        "For every tag taken off a client.",
        TagTold,
        TagTold(**_TOLD | {"client_revision": 2}, name="web", business_id=_BUSINESS, clients=[_CLIENT_UID]),
    ),
    Event(
        "message",
        "business_sent_message",
        "When the business writes to a client.",
        SentTold,
        SentTold(**_TOLD, **_SENT | {"staff_id": _STAFF_UID, "message": "When may we come by?"}),
    ),
    Event(
        "message",
        "client_sent_message",
        "When a client writes, by mail, text or the API; a lead is told as lead/created.",
        SentTold,
        SentTold(**_TOLD, **_SENT),
    ),
    Event(
        "conversation",
        "read",
        "When the business reads a conversation that had something new.",
        ConversationTold,
        ConversationTold(
            **_TOLD, matter_uid=_CLIENT_UID, contact_uid=_CLIENT_UID, business_uid=_BUSINESS, updated_at=AT
        ),
    ),
    Event(
        "matter",
        "delete",
        "When a client is deleted.",
        MatterTold,
        MatterTold(**_TOLD | {"client_revision": 3}, **_MATTER, deleted=True),
    ),
    Event("staff", "created", "When a person joins a business.", StaffTold, StaffTold(**_STAFF)),
    Event("staff", "updated", "When what is known of a member of the staff changed.", StaffTold, StaffTold(**_STAFF)),
    Event(
        "staff", "deleted", "When a person leaves a business.", StaffTold, StaffTold(**_STAFF | {"state": "deleted"})
    ),
    Event("business", "created", "When a business is made.", BusinessTold, BusinessTold(**_BUSINESS_DATA)),
    Event(
        "business",
        "updated",
        "When a business or one of its settings changed.",
        BusinessTold,
        BusinessTold(**_BUSINESS_DATA),
    ),
    Event(
        "app",
        "installed",
        "When a business lets an app in.",
        AppTold,
        AppTold(**_OF_NO_CLIENT, business_id=_BUSINESS, app_code_name="zapier", app_id="0m5x4kq0000002ap"),
    ),
    Event(
        "app",
        "uninstalled",
        "When a business puts an app out.",
        AppTold,
        AppTold(**_OF_NO_CLIENT, business_id=_BUSINESS, app_code_name="zapier", app_id="0m5x4kq0000002ap"),
    ),
    Event(
        "bulk_import",
        "done",
        "When an import came to its end, by its last row or by a fault.",
        ImportTold,
        ImportTold(
            **_OF_NO_CLIENT,
            session_id="17",
            processed_entity="clients",
            import_done=True,
            page=1,
            clients_import_status=ImportStatus(Counted(1, ["crm-17"]), Counted(0, []), Counted(0, []), Counted(0, [])),
        ),
    ),
)
EVENTS = {event.name: event for event in CATALOGUE}
_HERE_OR_GONE = "A member of the staff serves a business or does not: staff/created and staff/deleted tell of it."
UNSENT = (
    Unsent("matter", "recover", "A client that was deleted does not come back."),
    Unsent("staff", "deactivated", _HERE_OR_GONE),
    Unsent("staff", "reactivated", _HERE_OR_GONE),
    Unsent("business", "deleted", "Nothing closes a business."),
    Unsent("business", "promotional_blocked", "No business is kept from writing to its clients."),
    Unsent("channel", "status", "Mail and texts leave by the operator's ways, which are no business's."),
    Unsent("customized_notification", "update", "What it would tell is not published, and templates are read anew."),
)
NAMES: dict[str, EventName] = {**EVENTS, **{each.name: each for each in UNSENT}}
"""What can be subscribed to."""


def first_sent(names: Iterable[str]) -> str:
    """The first of these of which something can come; of none, the catalogue's first."""
    return next(name for name in (*names, *EVENTS) if name in EVENTS)
