"""The answer to a logged request for a lead, told again from what is stored: to the byte, so none need be kept."""

from __future__ import annotations

from typing import Any

from leadhall.core.errors import Fault, Refusal, Unauthorized
from leadhall.intake.facts import Receipt
from leadhall.requestlog.read import LoggedRequest
from leadhall.web.answers import JSON, encode_json
from leadhall.web.api.intake.leadgen import STYLES
from leadhall.web.api.refusals import Worded

UNAUTHORIZED = 401


def retell(row: LoggedRequest, receipt: Receipt | None) -> tuple[bytes, bytes] | None:
    """Body and content type; None for another operation, and where the facts do not tell."""
    style, faults = STYLES.get(row.operation), row.facts.get("faults")
    if "answer" in row.facts:
        return encode_json(row.facts["answer"]), JSON
    if style is None:
        return None
    if receipt is not None:
        return style.reply(receipt), JSON
    if not faults:
        return None
    _, content, content_type = style.refuse(_refusal(row.status, faults), row.uid)
    return content, content_type


def _refusal(status: int, told: list[dict[str, Any]]) -> Refusal:
    """As it was refused then."""
    faults = tuple(Fault(each["code"], each["message"], each["field"]) for each in told)
    if status == UNAUTHORIZED:
        return Unauthorized(faults=faults)
    return Worded(status, faults[0].message, code=faults[0].code).of(faults)
