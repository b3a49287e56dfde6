"""`GET /ext/v1/leads/{conversation_uid}`: a lead as it was filed, and why things happened, in plain words."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.conversations.leads import Lead, get_lead
from leadhall.conversations.parts import text_of
from leadhall.core.clock import iso_milliseconds
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.dispatch.log import deliveries_of_lead
from leadhall.intake.business import BusinessFacts
from leadhall.intake.explain import explain
from leadhall.web.api.dispatch.delivery_types import DeliveryItem
from leadhall.web.api.dispatch.delivery_types import shown as shown_delivery
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.call import Answer, Call


class LeadWarning(msgspec.Struct, kw_only=True):
    code: str
    field: str | None
    message: str


class LeadItem(msgspec.Struct, kw_only=True):
    """One accepted submission."""

    conversation_uid: str
    client_uid: str
    message_uid: str
    business_uid: str
    request_id: Annotated[str, Meta(description="Of the request that brought it, as in the request log.")]
    operation: str
    verdict: Annotated[str, Meta(description="accepted, accepted_with_warnings or held.")]
    title: str
    source: str | None
    source_url: str | None
    is_test: bool
    contact: Annotated[dict[str, Any], Meta(description="As this request gave it, blanks filled from the card.")]
    message: Annotated[str, Meta(description="As the owner reads it.")]
    trace: Annotated[list[str], Meta(description="What was decided and why, in the order of the decisions.")]
    deliveries: Annotated[list[DeliveryItem], Meta(description="What became of each notice and webhook, oldest first.")]
    warnings: list[LeadWarning]
    created_at: str


class LeadData(msgspec.Struct):
    lead: LeadItem


class LeadReply(msgspec.Struct):
    status: Literal["OK"]
    data: LeadData


async def get_lead_of_business(call: Call) -> Answer:
    """The lead of a conversation; 404 for one that is not this business's."""
    async with reading(call) as (business, connection):
        lead = await get_lead(connection, business.id, call.path["conversation_uid"])
        deliveries = await deliveries_of_lead(connection, business.id, lead.conversation_uid)
    return Answer(LeadReply("OK", LeadData(_shown(lead, business, [shown_delivery(each) for each in deliveries]))))


def _shown(lead: Lead, business: BusinessFacts, deliveries: list[DeliveryItem]) -> LeadItem:
    return LeadItem(
        conversation_uid=lead.conversation_uid,
        client_uid=lead.client_uid,
        message_uid=lead.message_uid,
        business_uid=business.uid,
        request_id=lead.request_uid,
        operation=lead.operation,
        verdict=lead.verdict,
        title=lead.title,
        source=lead.source,
        source_url=lead.source_url,
        is_test=lead.is_test,
        contact=lead.contact,
        message=text_of(lead.parts or ()),
        trace=explain(lead.facts, business.card.labels),
        deliveries=deliveries,
        warnings=[LeadWarning(code=c, field=f, message=m) for c, f, m in lead.facts.get("warnings", ())],
        created_at=iso_milliseconds(lead.at),
    )


_EXAMPLE = {
    "status": "OK",
    "data": {
        "lead": {
            "conversation_uid": "0m5x4kq2v7d3h8cd",
            "client_uid": "0m5x4kq2v7c9t1ab",
            "message_uid": "0m5x4kq2v7e5j2ef",
            "business_uid": "0m5x4kq0000000bz",
            "request_id": "0m5x4kq2v7b1g4gh",
            "operation": "create_lead",
            "verdict": "accepted",
            "title": "Kitchen renovation",
            "source": "Website",
            "source_url": "https://example.com/contact",
            "is_test": False,
            "contact": {"first_name": "Dana", "email": "dana.levi@example.com"},
            "message": "Budget: 15,000",
            "trace": ["A new client was made: nobody had this email address yet."],
            "deliveries": [],
            "warnings": [],
            "created_at": "2026-11-22T09:30:00.123Z",
        }
    },
}

OPERATIONS = (
    Operation(
        name="get_lead",
        title="Get a lead",
        summary="A lead by its conversation's uid: the contact as it came, the message, and the trace of decisions.",
        method="GET",
        path="/ext/v1/leads/{conversation_uid}",
        door="api",
        policy=Policy.tokens("staff", "app", "directory", scopes=("clients:read",)),
        handler=get_lead_of_business,
        replies=(Reply(200, LeadReply, _EXAMPLE, "The lead."),),
        errors=(*ERRORS, ErrorCase(404, "not_found", "This business has no such lead.")),
        examples=(Example("A lead", path={"conversation_uid": "0m5x4kq2v7d3h8cd"}),),
        tag="Leads",
    ),
)
