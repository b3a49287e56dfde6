"""Matters in upstream's shapes (api.md 3.3): a client has one, which is the client itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.book import Client
from leadhall.clients.card import Card
from leadhall.core.clock import iso_offset
from leadhall.tenancy.businesses import Where
from leadhall.web.api.clients.client_types import MatterField, matter_of
from leadhall.web.api.paging import Paged


class MattersQuery(Paged, kw_only=True):
    contact_uid: Annotated[str | None, Meta(description="Of this client. One of the filters is needed.")] = None
    uid_in: Annotated[str | None, Meta(description="These, by commas; at most 100.")] = msgspec.field(
        name="filter[uid_in]", default=None
    )
    start_with: Annotated[str | None, Meta(description="A word of whose name begins so; at most 100.")] = msgspec.field(
        name="filter[advanced][start_with]", default=None
    )


class MatterTold(msgspec.Struct, kw_only=True):
    """A client's one matter."""

    uid: str
    contact_uid: str
    business_uid: str
    display_name: str
    status: Literal["lead", "customer", "loyal", "inactive"]
    tags: list[str]
    staff_uid: str | None
    fields: list[MatterField]
    created_at: Annotated[str, Meta(description="In the business's time zone.")]
    updated_at: str


class MattersData(msgspec.Struct):
    matters: list[MatterTold]


class MattersReply(msgspec.Struct):
    success: Literal[True]
    data: MattersData


class MatterData(msgspec.Struct):
    matter: MatterTold


class MatterReply(msgspec.Struct):
    success: Literal[True]
    data: MatterData


class FieldGiven(msgspec.Struct, kw_only=True):
    id: Annotated[str, Meta(description="Of an own field of the card.")]
    value: str | None = None


class MatterGiven(msgspec.Struct, kw_only=True):
    fields: Annotated[list[FieldGiven] | None, Meta(description="Own fields of the card; a blank value clears.")] = None
    tags: Annotated[list[str] | None, Meta(description="All that it is to have.")] = None
    status: str | None = None


class MatterBody(msgspec.Struct, kw_only=True):
    """The name of a matter is its client's."""

    matter: MatterGiven


class ReassignBody(msgspec.Struct, kw_only=True):
    staff_uid: Annotated[str | None, Meta(description="Who looks after the client from now on. Needed.")] = None
    notes: Annotated[str | None, Meta(description="Kept as a note.")] = None
    reassign_future_meetings: Annotated[bool | None, Meta(description="Taken and ignored: there are no meetings.")] = (
        None
    )


class Nothing(msgspec.Struct):
    """No keys."""


class ReassignedReply(msgspec.Struct):
    data: Nothing
    success: Literal[True]


def matter_told(client: Client, card: Card, business: Where, opt_in: bool | None) -> dict[str, Any]:
    return {
        **matter_of(client, card, opt_in),
        "contact_uid": client.uid,
        "business_uid": business.uid,
        "status": client.status,
        "tags": client.tags,
        "staff_uid": client.assigned_staff_uid,
        "created_at": iso_offset(client.created_at, business.time_zone),
        "updated_at": iso_offset(client.updated_at, business.time_zone),
    }


MATTER: dict[str, Any] = {
    "uid": "0m5x4kq2v7c9t1ab",
    "contact_uid": "0m5x4kq2v7c9t1ab",
    "business_uid": "0m5x4kq0000000bz",
    "display_name": "Dana Levi",
    "status": "lead",
    "tags": ["web"],
    "staff_uid": None,
    "fields": [{"id": "0m5x4kq2v7f1f1ab", "label": "Budget", "type": "singleline", "value": "15,000"}],
    "created_at": "2026-11-22T11:30:00.123+02:00",
    "updated_at": "2026-11-22T11:30:00.123+02:00",
}
