"""Clients in upstream's shapes (api.md 3.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.book import Client
from leadhall.clients.card import Card, CardField
from leadhall.core.clock import iso_seconds
from leadhall.web.api.paging import Paged

CUSTOM_FIELDS = 3


class ClientsQuery(Paged, kw_only=True):
    search_by: Annotated[
        Literal["email", "uid", "phone", "updated_at"] | None,
        Meta(description="What search_term is. `updated_at`: use updated_at[gte] and updated_at[lte]."),
    ] = None
    search_term: Annotated[
        str | None,
        Meta(description="A whole email, uid or phone; without search_by whichever of them fits, or words of a name."),
    ] = None
    updated_since: Annotated[
        str | None, Meta(description="Changed at or after this time (ISO 8601).", examples=["2026-11-01T00:00:00Z"])
    ] = msgspec.field(name="updated_at[gte]", default=None)
    updated_until: Annotated[str | None, Meta(description="Changed at or before this time (ISO 8601).")] = (
        msgspec.field(name="updated_at[lte]", default=None)
    )
    phone_exists: Annotated[str | None, Meta(description="true: only clients with a phone; false: without one.")] = None


class MatterField(msgspec.Struct, kw_only=True):
    """One of the business's own card fields, as it stands for this client."""

    id: str
    label: str
    type: str
    value: str | None


class Matter(msgspec.Struct, kw_only=True):
    uid: str
    display_name: str
    fields: list[MatterField]


class ClientItem(msgspec.Struct, kw_only=True):
    """A client and its card."""

    id: str
    uid: str
    first_name: str | None
    last_name: str | None
    email: str | None
    mobile_phone: Annotated[str | None, Meta(description="As it came.")]
    normalized_phone: Annotated[str | None, Meta(description="In E.164, when it is a number.")]
    address: str | None
    customer_status: Literal["lead", "customer", "loyal", "inactive"]
    tags: list[str]
    opt_in: Annotated[
        Literal["1", "0"] | None,
        Meta(
            description="Whether marketing may be sent to the present email; null when nothing says so, or when "
            "the card has no opt-in field."
        ),
    ]
    source: Annotated[str | None, Meta(description="Of the first touch.")]
    source_url: str | None
    channel: str | None
    campaign: str | None
    custom_field1: Annotated[str | None, Meta(description="The first of the business's own card fields.")]
    custom_field2: str | None
    custom_field3: str | None
    created_at: str
    updated_at: str


class ListedClient(ClientItem, kw_only=True):
    business_uid: str


class WholeClient(ClientItem, kw_only=True):
    matter_term: str
    matters: list[Matter]


class ClientsData(msgspec.Struct):
    clients: list[ListedClient]


class ClientsReply(msgspec.Struct):
    status: Literal["OK"]
    data: ClientsData


class ClientData(msgspec.Struct):
    client: WholeClient


class ClientReply(msgspec.Struct):
    status: Literal["OK"]
    data: ClientData


class ClientBody(msgspec.Struct, kw_only=True):
    """A client, as it is made or changed. A key that no client has is refused; what is only read is passed over."""

    first_name: Annotated[str | None, Meta(description="Needed for a new client; at most 255 characters.")] = None
    last_name: str | None = None
    email: Annotated[str | None, Meta(description="Nobody else's: else 409.")] = None
    phone: Annotated[str | None, Meta(description="Also as mobile_phone.")] = None
    mobile_phone: str | None = None
    address: Annotated[str | None, Meta(description="At most 1,000 characters.")] = None
    status: Annotated[str | None, Meta(description="lead, customer, loyal or inactive, or the business's label.")] = (
        None
    )
    tags: Annotated[
        list[str] | str | None, Meta(description="All that the client is to have: a comma string or a list.")
    ] = None
    opt_in: Annotated[bool | str | None, Meta(description="Consent to marketing by email.")] = None
    opt_in_transactional_sms: Annotated[
        bool | str | None, Meta(description="Whether texts about their own requests may be sent.")
    ] = None
    staff_id: Annotated[str | None, Meta(description="Who looks after the client.")] = None
    business_uid: Annotated[
        str | None, Meta(description="Of a create: the business, as business_id and X-On-Behalf-Of name it.")
    ] = None
    source_name: Annotated[str | None, Meta(description="Becomes `source`.")] = None
    source_url: str | None = None
    source_channel: str | None = None
    source_campaign: str | None = None
    utm_params: Annotated[
        dict[str, str] | None, Meta(description="utm_source, utm_medium and utm_campaign, where no source is named.")
    ] = None
    unique_id: Annotated[str | None, Meta(description="Your own id of the client, by which leads find it (ours).")] = (
        None
    )
    custom_field1: Annotated[str | None, Meta(description="The first of the business's own card fields.")] = None
    custom_field2: str | None = None
    custom_field3: str | None = None
    spam: Annotated[bool | str | None, Meta(description="The client's conversations are spam, or are not.")] = None
    force_nullifying: Annotated[
        bool | str | None, Meta(description="Of an update: blanks clear address and mobile_phone.")
    ] = None


class ClientSource(msgspec.Struct, kw_only=True):
    name: str | None
    channel: str | None
    campaign: str | None
    website_url: str | None


class CreatedClient(WholeClient, kw_only=True):
    source_data: ClientSource
    spam: bool


class CreatedData(msgspec.Struct):
    client: CreatedClient
    token: Annotated[str, Meta(description="A JWT of the client's own.")]


class CreatedReply(msgspec.Struct):
    status: Literal["OK"]
    data: CreatedData


class BulkItem(msgspec.Struct):
    id: str
    opt_in: bool | str


class BulkBody(msgspec.Struct):
    clients: Annotated[list[BulkItem], Meta(description="At most 5,000, each client once, and only opt_in.")]


class BulkData(msgspec.Struct):
    updated: bool
    count: int
    message: str


class BulkReply(msgspec.Struct):
    status: Literal["OK"]
    data: BulkData


def shown(client: Client, card: Card, opt_in: bool | None) -> dict[str, object]:
    """What lists and single reads share."""
    agreed = {True: "1", False: "0", None: None}[opt_in]
    custom = [_value_of(own, client, agreed) for own in card.own[:CUSTOM_FIELDS]]
    custom += [None] * (CUSTOM_FIELDS - len(custom))
    return {
        "id": client.uid,
        "uid": client.uid,
        "first_name": client.first_name,
        "last_name": client.last_name,
        "email": client.email,
        "mobile_phone": client.phone,
        "normalized_phone": client.phone_e164,
        "address": client.address,
        "customer_status": client.status,
        "tags": client.tags,
        "opt_in": agreed,
        "source": client.source,
        "source_url": client.source_url,
        "channel": client.channel,
        "campaign": client.campaign,
        "custom_field1": custom[0],
        "custom_field2": custom[1],
        "custom_field3": custom[2],
        "created_at": iso_seconds(client.created_at),
        "updated_at": iso_seconds(client.updated_at),
    }


def _value_of(own: CardField, client: Client, agreed: str | None) -> str | None:
    """What a field of the business's own shows: of two types what stands elsewhere."""
    return {"opt-in": agreed, "status": client.status}.get(own.type, client.fields.get(own.id))


def matter_of(client: Client, card: Card, opt_in: bool | None) -> dict[str, object]:
    """Each client has one matter, which is the client itself; its fields are the business's own."""
    agreed = {True: "1", False: "0", None: None}[opt_in]
    fields = [
        {"id": own.id, "label": own.label, "type": own.type, "value": _value_of(own, client, agreed)}
        for own in card.own
    ]
    return {"uid": client.uid, "display_name": client.name or client.email or client.uid, "fields": fields}


CLIENT_ITEM = shown(
    Client(
        uid="0m5x4kq2v7c9t1ab",
        first_name="Dana",
        last_name="Levi",
        email="dana.levi@example.com",
        phone="+1 (415) 555-0132",
        phone_e164="+14155550132",
        address="12 Harbour St, Oakland, CA",
        fields={},
        status="lead",
        tags=["web"],
        source="Website",
        source_url="https://example.com/contact",
        channel=None,
        campaign=None,
        assigned_staff_uid=None,
        revision=1,
        created_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        updated_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    ),
    Card(),
    None,
)
LISTED = CLIENT_ITEM | {"business_uid": "0m5x4kq0000000bz"}
CLIENT = CLIENT_ITEM | {
    "matter_term": "client",
    "matters": [{"uid": "0m5x4kq2v7c9t1ab", "display_name": "Dana Levi", "fields": []}],
}
