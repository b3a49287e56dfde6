"""What goes in and out of intake, as the reference tells it. Decoding is more liberal than this (wire.py)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=255)]


class LeadgenBody(Struct, omit_defaults=True, kw_only=True):
    """A lead. Only what finds or makes the client and titles the conversation is needed."""

    identifier_type: Annotated[
        Literal["email", "unique_id"], Meta(description="Which key finds the client: `email` or `unique_id`.")
    ]
    request_title: Annotated[str, Meta(description="What it is about; also titles the conversation.", max_length=255)]
    email: Annotated[
        str | None,
        Meta(description="The lead's email address. Needed with identifier_type `email`; unique per business."),
    ] = None
    unique_id: Annotated[
        str | None,
        Meta(description="Your own id of the person. Needed with identifier_type `unique_id`; unique per business."),
    ] = None
    first_name: Annotated[str | None, Meta(description="Needed for a new client.")] = None
    last_name: Text | None = None
    phone: Annotated[str | None, Meta(description="As written; kept raw and, where it can be dialled, in E.164.")] = (
        None
    )
    address: Annotated[str, Meta(max_length=1000)] | None = None
    business_id: Annotated[
        str | None,
        Meta(description="The business: its uid, nickname or external id. Needed when the token does not decide it."),
    ] = None
    message_data: Annotated[
        dict[str, Any] | str | None, Meta(description="Label and value pairs shown in the message only.")
    ] = None
    request_data: Annotated[
        dict[str, Any] | str | None,
        Meta(description="Label and value pairs shown in the message; those that name a card field also fill it."),
    ] = None
    system_message: Annotated[
        str | None, Meta(description="Introduces the lead to the owner, above the message; links become clickable.")
    ] = None
    notifications: Annotated[
        str | list[str] | None,
        Meta(description="Any of `auto-reply` (to the lead), `email` and `sms` (to the owner); else none."),
    ] = None
    opt_in: Annotated[
        bool | str | None,
        Meta(description="Consent to marketing; shown on a card with an opt-in field."),
    ] = None
    opt_in_transactional_sms: Annotated[bool | str | None, Meta(description="Consent to transactional texts.")] = None
    source: Annotated[str, Meta(description="Where it came from, shown to the owner.", max_length=255)] | None = None
    source_url: Annotated[str, Meta(description="The page it came from.", max_length=2048)] | None = None
    status: Annotated[
        str | None,
        Meta(description="Of a new client: lead (default), customer, loyal, inactive, or your label."),
    ] = None
    tags: Annotated[str | list[str] | None, Meta(description="Labels: a comma string or a list.")] = None
    is_test: Annotated[bool | None, Meta(description="The same code, but kept out of figures and notices.")] = None
    consent_text: Annotated[str | None, Meta(description="Evidence: the wording the visitor agreed to.")] = None
    consent_url: Annotated[str | None, Meta(description="Evidence: the page they agreed on.")] = None
    visitor_ip: Annotated[str | None, Meta(description="Evidence: the visitor's address.")] = None
    visitor_user_agent: Annotated[str | None, Meta(description="Evidence: the visitor's browser.")] = None
    captured_at: Annotated[str | None, Meta(description="Evidence: when they agreed.")] = None


class PartnerLeadBody(LeadgenBody, omit_defaults=True, kw_only=True):
    """A partner's lead: as for leadgen, with at least one of request_data and system_message."""


class WarningOut(Struct):
    """Something odd that did not stop the lead."""

    code: str
    field: str | None
    message: str


class LeadgenReply(Struct):
    """The lead is on disk."""

    status: Literal["OK"]
    uid: Annotated[str, Meta(description="The client.")]
    conversation_uid: Annotated[str, Meta(description="The lead and its conversation.")]
    message_uid: str
    request_id: Annotated[str, Meta(description="The row in the request log; also X-Request-Id.")]
    created: Annotated[bool | None, Meta(description="Whether a client was made; null without clients:read.")]
    matched_by: Annotated[
        Literal["email", "unique_id"] | None, Meta(description="Which key found the client; null for a new one.")
    ]
    warnings: Annotated[list[WarningOut], Meta(description="At most 20.")]


class PartnerLeadReply(Struct):
    """The lead is on disk."""

    uid: Annotated[str, Meta(description="The conversation.")]


LEAST: dict[str, Any] = {
    "business_id": "jg7vmlf2uwx5m6fy",
    "identifier_type": "email",
    "email": "john@example.com",
    "first_name": "John",
    "request_title": "Legal consultation request",
}
EVERYTHING: dict[str, Any] = {
    "business_id": "jg7vmlf2uwx5m6fy",
    "identifier_type": "email",
    "email": "dana.levi@example.com",
    "unique_id": "crm-1042",
    "first_name": "Dana",
    "last_name": "Levi",
    "phone": "+1 (415) 555-0132",
    "address": "12 Harbour St, Oakland, CA",
    "request_title": "Kitchen renovation",
    "request_data": {"Budget": "15,000", "Preferred date": "2026-12-04"},
    "message_data": {"Referrer": "autumn campaign"},
    "system_message": "Hot lead from the autumn campaign: https://example.com/campaigns/autumn",
    "source": "Website",
    "source_url": "https://example.com/contact",
    "status": "lead",
    "tags": "directory,lead,medium-priority",
    "notifications": "auto-reply,email,sms",
    "opt_in": "true",
    "opt_in_transactional_sms": True,
}
REPLY: dict[str, Any] = {
    "status": "OK",
    "uid": "1m82vwq683mtab78",
    "conversation_uid": "1m82vwq683mv8njc",
    "message_uid": "1m82vwq683mvyhyh",
    "request_id": "1m82vwq674bjfg9n",
    "created": True,
    "matched_by": None,
    "warnings": [],
}
