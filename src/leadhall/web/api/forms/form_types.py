"""Forms in upstream's shapes (api.md 3.7)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.forms import MESSAGE, SUBJECT, Asked, Form


class FormField(msgspec.Struct, kw_only=True):
    id: str
    type: str
    label: str
    required: bool
    keep_asking: bool
    default_value: str


class FormSection(msgspec.Struct, kw_only=True):
    editable: bool
    title: str
    type: str
    description: str
    fields: list[FormField]


class FormItem(msgspec.Struct, kw_only=True):
    type: str
    title: str
    description: str
    sections: list[FormSection]


class FormsReply(msgspec.Struct):
    status: Literal["OK"]
    data: list[FormItem]


class FormReply(msgspec.Struct):
    status: Literal["OK"]
    data: FormItem


class FieldAsked(msgspec.Struct, kw_only=True):
    id: Annotated[str, Meta(description="A field of the card.")]
    required: bool | None = None
    keep_asking: bool | None = None
    default_value: str | None = None


class SectionAsked(msgspec.Struct, kw_only=True):
    fields: list[FieldAsked]
    title: str | None = None
    type: str | None = None
    description: str | None = None
    editable: bool | None = None


class FormBody(msgspec.Struct, kw_only=True):
    type: Annotated[
        Literal["client_card", "leave_details", "scheduling", "online_payments", "share_documents"],
        Meta(description="Which form."),
    ]
    sections: Annotated[list[SectionAsked], Meta(description="Their fields, taken together.")]
    business_id: str | None = None


class ContactField(msgspec.Struct, kw_only=True):
    id: str
    type: str
    label: str
    required: bool
    hidden: bool
    default_value: str
    options: list[str]


class ContactSection(msgspec.Struct, kw_only=True):
    type: Literal["message_info", "fields", "policies"]
    title: str
    editable: bool
    fields: Annotated[list[list[ContactField]], Meta(description="Rows of fields.")]


class ContactForm(msgspec.Struct, kw_only=True):
    title: str
    type: Literal["leave_details"]
    description: str
    sections: list[ContactSection]


class ContactFormReply(msgspec.Struct):
    status: Literal["OK"]
    data: ContactForm


class FormData(msgspec.Struct):
    """Answers by the id of their field; `subject` and `message` among them."""

    fields: dict[str, str]


class SourceData(msgspec.Struct, kw_only=True, rename="camel"):
    is_widget: bool | None = None
    o: Annotated[str | None, Meta(description="Origin, in base 64.")] = None
    s: Annotated[str | None, Meta(description="The page's address.")] = None
    top_url: Annotated[str | None, Meta(description="The outer page's address, in base 64.")] = None


class SubmitBody(msgspec.Struct, kw_only=True):
    form_data: FormData | None = None
    source_data: SourceData | None = None


class Submitted(msgspec.Struct, kw_only=True):
    auto_reply_message: str | None
    conversation_uid: str
    id: int
    uid: Annotated[
        str, Meta(description="Of the client whose token it is, whoever else has the email that was written.")
    ]


class SubmittedReply(msgspec.Struct):
    status: Literal["OK"]
    data: Submitted


class EmbedQuery(msgspec.Struct, kw_only=True):
    type: Literal["contact"] = "contact"
    width: Annotated[int, Meta(ge=1, le=10_000, description="Pixels.")] = 600
    height: Annotated[int, Meta(ge=1, le=10_000, description="Pixels.")] = 700


class EmbedReply(msgspec.Struct):
    code: str


def listed_form(form: Form) -> dict[str, Any]:
    names = ("id", "type", "label", "required", "keep_asking", "default_value")
    fields = [{name: getattr(asked, name) for name in names} for asked in form.asked]
    section = {"editable": True, "title": form.title, "type": "fields", "description": "", "fields": fields}
    return {"type": form.type, "title": form.title, "description": "", "sections": [section]}


def contact_form(form: Form) -> dict[str, Any]:
    """The contact form: what it is about, then who asks."""
    words = (Asked(SUBJECT, "Subject", "subject", required=True), Asked(MESSAGE, "Message", "multiline", required=True))
    sections = [
        {
            "type": "message_info",
            "title": "Your message",
            "editable": False,
            "fields": [[_row(each)] for each in words],
        },
        {"type": "fields", "title": "Your details", "editable": True, "fields": [[_row(each)] for each in form.asked]},
        {"type": "policies", "title": "Policies", "editable": False, "fields": []},
    ]
    return {"title": form.title, "type": form.type, "description": "", "sections": sections}


def _row(asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.id,
        "type": asked.type,
        "label": asked.label,
        "required": asked.required,
        "hidden": False,
        "default_value": asked.default_value,
        "options": list(asked.options),
    }
