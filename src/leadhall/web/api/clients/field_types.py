"""Fields in upstream's shapes (api.md 3.6)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

FieldType = Literal[
    "singleline", "name", "dropdown", "datepicker", "checkbox", "address", "identifier", "email", "firstname",
    "lastname", "phone", "opt-in", "status",
]  # fmt: skip
Form = Literal["client_card", "leave_details", "scheduling", "online_payments", "share_documents"]


class FieldBody(msgspec.Struct, kw_only=True):
    """A field, as it is made or changed."""

    type: Annotated[FieldType | None, Meta(description="Needed for a new field; it never changes.")] = None
    label: Annotated[str | None, Meta(description="Needed for a new field; at most 255 characters.")] = None
    object_type: Literal["contact", "matter"] | None = None
    options: Annotated[list[str] | None, Meta(description="Of a dropdown, and of nothing else.")] = None
    required: bool | None = None
    keep_asking: bool | None = None
    default_value: Annotated[str | None, Meta(description="Something the type can hold.")] = None
    forms: Annotated[list[Form] | None, Meta(description="The forms that ask for it.")] = None


class Field(msgspec.Struct, kw_only=True):
    """A field of the client card."""

    id: str
    label: str
    type: FieldType
    object_type: Literal["contact", "matter"]
    default_value: str
    options: list[str]
    required: bool
    keep_asking: bool
    forms: list[Form]
    deleted: bool


class FieldReply(msgspec.Struct):
    status: Literal["OK"]
    data: Field


class FieldsReply(msgspec.Struct):
    status: Literal["OK"]
    data: list[Field]


FIELD: dict[str, Any] = {
    "id": "0m5x4kq2v7f1f1ab",
    "label": "Budget",
    "type": "singleline",
    "object_type": "contact",
    "default_value": "",
    "options": [],
    "required": False,
    "keep_asking": False,
    "forms": ["client_card"],
    "deleted": False,
}
