"""The two endpoints of intake, as rows of the operation table."""

from __future__ import annotations

from functools import partial

from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.web.api.intake.door import IntakeDoor
from leadhall.web.api.intake.dry_run import WOULD_BE, DryRunReply
from leadhall.web.api.intake.lead_types import (
    EVERYTHING,
    LEAST,
    REPLY,
    LeadgenBody,
    LeadgenReply,
    PartnerLeadBody,
    PartnerLeadReply,
)
from leadhall.web.api.intake.styles import LeadgenStyle, PartnersStyle, Style
from leadhall.web.services import Services

ERRORS = (
    ErrorCase(400, "unreadable", "The body cannot be read: broken JSON, empty, not an object, broken UTF-8, NUL."),
    ErrorCase(400, "duplicate_key", "A key stands twice."),
    ErrorCase(400, "too_deep", "Objects and lists are nested more than 8 deep."),
    ErrorCase(401, "unauthorized", "No, unknown or dead token, wrong kind or scope, or a business out of its reach."),
    ErrorCase(405, "method", "Only POST is taken here."),
    ErrorCase(408, "unreadable", "The body did not arrive in time."),
    ErrorCase(409, "key_in_flight", "The same Idempotency-Key is being stored right now."),
    ErrorCase(413, "too_large", "The body is over 64 KiB."),
    ErrorCase(414, "too_large", "The address is over 8 KiB."),
    ErrorCase(415, "media_type", "The Content-Type is not JSON, urlencoded or multipart."),
    ErrorCase(422, "missing", "A field that is needed is absent. Every fault of the body is listed."),
    ErrorCase(422, "invalid", "identifier_type is unknown, or the email that identifies has no @."),
    ErrorCase(422, "too_long", "The key that identifies is over its limit."),
    ErrorCase(422, "not_text", "An object or list stands where text belongs."),
    ErrorCase(422, "business_mismatch", "X-On-Behalf-Of and business_id name two businesses."),
    ErrorCase(422, "key_reused", "The Idempotency-Key was used for another body."),
    ErrorCase(422, "unstorable", "PostgreSQL refused exactly this lead."),
    ErrorCase(429, "rate_limited", "Too many requests for this token and business."),
    ErrorCase(503, "busy", "The queue is full, or the lead waited too long in it."),
    ErrorCase(503, "unavailable", "The database is away."),
    ErrorCase(503, "storage_full", "The disk of the database is full."),
)

DRY = Reply(200, DryRunReply, WOULD_BE, "With `Dry-Run: true`: what would happen. Nothing is stored.")

STYLES: dict[str, Style] = {"create_lead": LeadgenStyle(), "create_partner_lead": PartnersStyle()}
"""How each of them speaks, by operation."""


def _door(services: Services, *, operation: str, policy: Policy, style: Style) -> IntakeDoor:
    return IntakeDoor(services, operation=operation, policy=policy, style=style)


_LEADGEN = Policy.tokens("staff", "app", "directory", scopes=("leads:write",))
_PARTNERS = Policy.tokens("directory", scopes=("leads:write",))

OPERATIONS = (
    Operation(
        name="create_lead",
        title="Create a lead",
        summary="Finds or creates the client, fills blanks on its card, opens a conversation with the message, and "
        "keeps in the outbox which notices were asked for. 201 means it is on disk.",
        method="POST",
        path="/platform/v1/leadgen",
        door="api",
        policy=_LEADGEN,
        handler=partial(_door, operation="create_lead", policy=_LEADGEN, style=STYLES["create_lead"]),
        raw=True,
        dry_run=True,
        tag="Leads",
        request=LeadgenBody,
        replies=(Reply(201, LeadgenReply, REPLY, "The lead is on disk, whether its client is new or known."), DRY),
        errors=ERRORS,
        examples=(
            Example("The least", LEAST),
            Example("Everything", EVERYTHING),
            Example("What would happen", LEAST, headers={"Dry-Run": "true"}),
        ),
    ),
    Operation(
        name="create_partner_lead",
        title="Create a partner lead",
        summary="The same for partners with a directory token. Needs request_data or system_message.",
        method="POST",
        path="/v1/partners/leads",
        door="api",
        policy=_PARTNERS,
        handler=partial(_door, operation="create_partner_lead", policy=_PARTNERS, style=STYLES["create_partner_lead"]),
        raw=True,
        dry_run=True,
        tag="Leads",
        request=PartnerLeadBody,
        replies=(
            Reply(201, PartnerLeadReply, {"uid": REPLY["conversation_uid"]}, "The lead is on disk."),
            DRY,
            Reply(401, None, "HTTP Token: Access denied.\n", "One plain line.", media_type="text/plain"),
            Reply(422, list[str], ["Mandatory parameter request_title is missing"], "All faults, as sentences."),
        ),
        errors=ERRORS,
        examples=(Example("A website", {**LEAST, "request_data": {"Tell us about your project": "Two rooms"}}),),
    ),
)
