"""What is known of a lead once it is on disk, and the one answer that is rendered from it.

The answer of today, of a replay 90 hours later and of a folded repeat all come from
`lead_reply`: a pure function of stored facts, so they are equal to the byte.
"""

from __future__ import annotations

from typing import Any

import msgspec

from leadhall.intake.limits import WARNINGS_MOST
from leadhall.intake.submission import LeadWarning

FOLDED = LeadWarning(
    "folded_repeat", "The same request came moments ago; this is its answer, and nothing was stored twice"
)
CARD_WARNINGS = frozenset({"no_opt_in_field", "field_not_understood", "not_by_request_data", "cut"})


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """A lead that is on disk. `again`: the same request had been here before, and this is that lead."""

    client_uid: str
    conversation_uid: str
    message_uid: str
    request_uid: str
    facts: dict[str, Any]
    again: bool = False
    folded: bool = False

    @property
    def created(self) -> bool:
        return bool(self.facts["created"])


class KeptAnswer(msgspec.Struct, frozen=True, gc=False):
    """A refusal that was given under the same idempotency key before: told again, byte for byte."""

    status: int
    content_type: str
    body: bytes


def warnings_of(facts: dict[str, Any]) -> list[LeadWarning]:
    return [LeadWarning(code, message, field) for code, field, message in facts.get("warnings", ())]


def lead_reply(receipt: Receipt) -> dict[str, Any]:
    """The body of a 201 (api.md 0.5). `created` and `matched_by` only for those who may read clients."""
    facts = receipt.facts
    reader = facts["reader"]
    warnings = [each for each in warnings_of(facts) if reader or each.code not in CARD_WARNINGS]
    if receipt.folded:
        warnings = [FOLDED, *warnings]
    return {
        "status": "OK",
        "uid": receipt.client_uid,
        "conversation_uid": receipt.conversation_uid,
        "message_uid": receipt.message_uid,
        "request_id": receipt.request_uid,
        "created": receipt.created if reader else None,
        "matched_by": (None if receipt.created else facts["by"]) if reader else None,
        "warnings": [
            {"code": each.code, "field": each.field, "message": each.message} for each in warnings[:WARNINGS_MOST]
        ],
    }
