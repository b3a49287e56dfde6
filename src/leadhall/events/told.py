"""What each event tells, in upstream's shapes (api.md 3.10) with our keys beside them (0.10)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType


class Told(Struct, kw_only=True):
    """What every event tells beside upstream's own keys (api.md 0.10)."""

    lead_uid: Annotated[str | None, Meta(description="The lead it came of; null when it came otherwise.")]
    client_revision: Annotated[
        int | None, Meta(description="Grows with every change of the client: drop what is older. Null: of no client.")
    ]
    occurred_at: str
    is_test: Annotated[bool, Meta(description="A test lead's; left out otherwise.")] | UnsetType = UNSET


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


class SentTold(Told, kw_only=True):
    """A message that a person wrote, from one side or the other."""

    business_id: str
    staff_id: str | None
    conversation_id: str
    message_id: str
    message: Annotated[str, Meta(description="As it was written, not escaped.")]
    client_id: str
    created_at: str


class ConversationTold(Told, kw_only=True):
    """A conversation that was read."""

    matter_uid: str
    contact_uid: str
    business_uid: str
    updated_at: str


class MatterTold(Told, kw_only=True):
    """A client that was put away or brought back; a client has one matter, which is the client itself."""

    matter_id: str
    display_name: str
    deleted: bool
    staff_id: str | None
    business_id: str
    created_at: str
    updated_at: str


class StaffTold(Told, kw_only=True):
    """A member of the staff as they are now."""

    business_id: str
    staff_id: str
    first_name: str | None
    last_name: str | None
    display_name: str
    phone: str | None
    email: str
    role: str
    state: Literal["active", "deleted"]
    created_at: str


class BusinessTold(Told, kw_only=True):
    """A business as it is now."""

    business_id: str
    name: str
    email: str | None
    phone: str | None
    created_at: str
    updated_at: str
    closed_at: str | None


class AppTold(Told, kw_only=True):
    """An app that a business let in or put out."""

    business_id: str
    app_code_name: str | None
    app_id: str


class Counted(Struct):
    count: int
    external_ids: list[str]


class ImportStatus(Struct):
    created: Counted
    failed: Counted
    updated: Counted
    skipped: Counted


class ImportTold(Told, kw_only=True):
    """An import that came to its end."""

    session_id: Annotated[str, Meta(description="The session of the import, as the API tells it; a number as text.")]
    processed_entity: str
    import_done: bool
    page: int
    clients_import_status: ImportStatus
    error: Annotated[str, Meta(description="Why it ended before its last row; left out otherwise.")] | UnsetType = UNSET
