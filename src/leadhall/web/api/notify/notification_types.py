"""Notification templates and staff notifications in upstream's shapes (api.md 3.11)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.clock import iso_milliseconds
from leadhall.core.errors import Fault, Invalid
from leadhall.notify.templates.sent import StaffNotification
from leadhall.notify.templates.templates import Template
from leadhall.web.api.paging import Paged, Paging
from leadhall.web.api.refusals import Worded

Locale = Literal["en", "fr", "de", "it", "pl", "pt", "es", "nl", "he", "sl", "en_gb"]
Category = Literal[
    "payments",
    "clients",
    "calendar",
    "booking",
    "marketing",
    "teamchat",
    "scheduling",
    "advertising",
    "group_events",
    "documents",
    "messages",
    "reviews",
    "social",
    "account",
]
Channel = Literal["push", "pane", "email", "sms"]
_ORDERS = Literal["updated_at:desc", "updated_at:asc", "created_at:desc", "created_at:asc"]


class Localized(msgspec.Struct):
    locale: Locale
    value: str


Words = list[Localized] | str
"""By locale, or one text for all."""


class ButtonPart(msgspec.Struct, omit_defaults=True, kw_only=True):
    text: Words | None = None
    url: Annotated[Words | None, Meta(description="http or https, once the params are in it.")] = None
    alt: Words | None = None


class PortalPart(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What the inbox shows (the pane)."""

    title: Words
    message_body: Words | None = None
    deep_link: Words | None = None


class EmailPart(msgspec.Struct, omit_defaults=True, kw_only=True):
    subject: Words
    main_text: Words
    main_title: Words | None = None
    middle_text: Words | None = None
    footer_text: Words | None = None
    top_image: Annotated[Words | None, Meta(description="Kept, and not shown: our mail loads nothing.")] = None
    primary_cta_button: ButtonPart | None = None
    secondary_cta_button: ButtonPart | None = None


class SmsPart(msgspec.Struct, omit_defaults=True, kw_only=True):
    message_body: Words
    deep_link: Words | None = None


class Content(msgspec.Struct, omit_defaults=True, kw_only=True):
    """At least one part. `{{name}}` in a text is filled with the param of that key."""

    staff_portal: PortalPart | None = None
    email: EmailPart | None = None
    sms: SmsPart | None = None


class TemplateBody(msgspec.Struct, kw_only=True):
    code_name: Annotated[str, Meta(max_length=100)]
    title: Words
    description: Words
    category: Category
    configurable_by_staff: bool
    content: Content
    trigger_type: Literal["system", "client"] = "system"
    delivery_channel: Annotated[
        list[Channel] | Channel | None, Meta(description="Where left out: whatever the content has a part for.")
    ] = None


class TemplateChanges(msgspec.Struct, kw_only=True):
    """What is left out stays; `content` is replaced whole."""

    code_name: str | None = None
    title: Words | None = None
    description: Words | None = None
    category: Category | None = None
    configurable_by_staff: bool | None = None
    content: Content | None = None
    trigger_type: Literal["system", "client"] | None = None
    delivery_channel: list[Channel] | Channel | None = None


class TemplateItem(msgspec.Struct, kw_only=True):
    uid: str
    code_name: str
    title: Any
    description: Any
    category: str
    configurable_by_staff: bool
    trigger_type: str
    delivery_channel: list[str]
    content: dict[str, Any]
    created_at: str
    updated_at: str


class TemplateReply(msgspec.Struct):
    success: Literal[True]
    data: TemplateItem


class TemplatesData(msgspec.Struct):
    notification_templates: list[TemplateItem]


class TemplatesReply(msgspec.Struct):
    success: Literal[True]
    data: TemplatesData
    paging: Paging


class DeletedReply(msgspec.Struct):
    success: Literal[True]
    message: str


class TemplatesQuery(Paged, kw_only=True):
    sort: Annotated[_ORDERS, Meta(description="Field and direction.")] = "updated_at:desc"


class Param(msgspec.Struct):
    key: str
    value: str


class NotifyBody(msgspec.Struct, kw_only=True):
    staff_uid: str
    notification_template_code_name: str
    locale: Locale = "en"
    params: list[Param] = []


class NotificationItem(msgspec.Struct, kw_only=True):
    """What became of each way; null or empty for one that the template does not use."""

    uid: str
    staff_uid: str
    notification_template_code_name: str
    locale: str
    params: list[Param]
    push_status: Annotated[Literal["sent", "failed"] | None, Meta(description="There are no push messages: failed.")]
    pane_status: Annotated[Literal["sent", "read", "failed"] | None, Meta(description="The inbox of the staff.")]
    email_status: Annotated[
        list[str], Meta(description="One after another: in_process, deferred, processed, delivered, bounce, dropped.")
    ]
    sms_status: Annotated[list[str], Meta(description="The same, and failed.")]
    created_at: str


class NotificationReply(msgspec.Struct):
    success: Literal[True]
    data: NotificationItem


def template_item(template: Template) -> TemplateItem:
    return TemplateItem(
        uid=template.uid,
        code_name=template.code_name,
        title=template.title,
        description=template.description,
        category=template.category,
        configurable_by_staff=template.configurable_by_staff,
        trigger_type=template.trigger_type,
        delivery_channel=template.delivery_channels,
        content=template.content,
        created_at=iso_milliseconds(template.created_at),
        updated_at=iso_milliseconds(template.updated_at),
    )


def notification_item(sent: StaffNotification) -> NotificationItem:
    return NotificationItem(
        uid=sent.uid,
        staff_uid=sent.staff_uid,
        notification_template_code_name=sent.template_code_name,
        locale=sent.locale,
        params=[Param(key, value) for key, value in sent.params.items()],
        push_status=sent.push,  # type: ignore[arg-type]
        pane_status=sent.pane,  # type: ignore[arg-type]
        email_status=sent.email,
        sms_status=sent.sms,
        created_at=iso_milliseconds(sent.created_at),
    )


def not_valid(faults: Iterable[Fault]) -> Worded:
    """Upstream's 400 first, then every fault."""
    words = "The request contains invalid data"
    return Worded(400, words, code="validation_error").of((Fault("validation_error", words), *faults))


def as_not_valid(refusal: Invalid) -> Worded:
    return not_valid(refusal.faults)
