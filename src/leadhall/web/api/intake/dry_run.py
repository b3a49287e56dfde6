"""`Dry-Run: true` on intake: the header read, and the answer that tells what would happen."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import read_boolean
from leadhall.intake.dry_run import WouldBe
from leadhall.intake.explain import explain
from leadhall.intake.facts import lead_reply
from leadhall.web.head import Scope, header

NAME = "Dry-Run"
OK = 200
VERDICT = "dry_run"


def asks_for_dry_run(scope: Scope) -> bool:
    """Whether nothing shall be stored. Invalid for neither yes nor no: better no lead than one by mistake."""
    given = header(scope, b"dry-run")
    if given is None:
        return False
    try:
        return read_boolean(given) or False
    except ValueError:
        raise Invalid.of([Fault("invalid", f"{NAME} is neither true nor false", NAME)]) from None


class Suggested(Struct):
    """A value that would wait on the card for staff to accept or dismiss."""

    field: str
    value: str
    on_card: Annotated[str | None, Meta(description="What the card says instead.")]


class DryRunReply(Struct):
    """What would happen. Nothing was stored but the row in the request log."""

    status: Literal["OK"]
    dry_run: Literal[True]
    request_id: Annotated[str, Meta(description="The row in the request log; also X-Request-Id.")]
    would_create: Annotated[bool | None, Meta(description="Whether a client would be made; null without clients:read.")]
    matched_by: Annotated[
        Literal["email", "unique_id"] | None, Meta(description="Which key finds the client; null for a new one.")
    ]
    uid: Annotated[str | None, Meta(description="The client that is found; null for a new one.")]
    same_as: Annotated[
        str | None,
        Meta(description="The request that was this very one: its answer would come again, and no new lead."),
    ]
    card: Annotated[dict[str, str] | None, Meta(description="What would be written on the client's card.")]
    suggested: Annotated[list[Suggested] | None, Meta(description="What would be suggested instead of written.")]
    tags_added: list[str] | None
    notices: Annotated[list[str], Meta(description="Notices asked for: `auto-reply`, `email`, `sms`.")]
    captured: Annotated[bool, Meta(description="In test mode: notices are kept and shown, not sent.")]
    events: Annotated[list[str], Meta(description="Webhook events that would be told.")]
    warnings: list[dict[str, Any]]
    trace: Annotated[list[str] | None, Meta(description="Each decision in a sentence.")]


def dry_run_reply(would: WouldBe, request_id: str, labels: dict[str, str]) -> dict[str, Any]:
    """The body of the 200. What only those who may read clients may know is null for others, as in a 201."""
    receipt = would.receipt
    facts, told = receipt.facts, lead_reply(receipt)
    reader = facts["reader"]
    return {
        "status": "OK",
        "dry_run": True,
        "request_id": request_id,
        "would_create": told["created"],
        "matched_by": told["matched_by"],
        "uid": receipt.client_uid if reader and (receipt.again or not receipt.created) else None,
        "same_as": receipt.request_uid if receipt.again else None,
        "card": {labels.get(name, name): value for name, value in would.card.items()} if reader else None,
        "suggested": _suggested(would, labels) if reader else None,
        "tags_added": would.tags if reader else None,
        "notices": would.notices,
        "captured": would.is_test,
        "events": would.events if reader else [],
        "warnings": told["warnings"],
        "trace": explain(facts, labels) if reader else None,
    }


def _suggested(would: WouldBe, labels: dict[str, str]) -> list[dict[str, Any]]:
    return [{"field": labels.get(name, name), "value": value, "on_card": held} for name, value, held in would.suggested]


WOULD_BE: dict[str, Any] = {
    "status": "OK",
    "dry_run": True,
    "request_id": "1m82vwq674bjfg9n",
    "would_create": False,
    "matched_by": "email",
    "uid": "1m82vwq683mtab78",
    "same_as": None,
    "card": {"phone": "+1 (415) 555-0132"},
    "suggested": [{"field": "last_name", "value": "Levy", "on_card": "Levi"}],
    "tags_added": ["medium-priority"],
    "notices": ["auto-reply", "email"],
    "captured": False,
    "events": ["lead/created", "conversation_item/created", "client/updated", "tag/add"],
    "warnings": [],
    "trace": [
        "An existing client was found by email address.",
        "Blank on the card and filled: phone.",
        "Not changed but suggested: last name; the card says otherwise, and what is there never changes.",
        "Tags added: medium-priority.",
        "Asked for: a thank-you to the lead and an email to the owner.",
    ],
}
