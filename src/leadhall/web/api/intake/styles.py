"""The two ways to speak of one lead: leadgen's and the partners' (api.md 0.5)."""

from __future__ import annotations

from typing import Any, Protocol

from leadhall.core.errors import Fault, Refusal
from leadhall.intake.facts import Receipt, lead_reply
from leadhall.intake.identity import Identity, read_identity
from leadhall.intake.submission import Submission
from leadhall.web.answers import JSON, encode_json
from leadhall.web.api.intake.usual import read_usual
from leadhall.web.api.intake.wire import Read, read_any
from leadhall.web.api.refusals import body_of, status_of

PLAIN = b"text/plain; charset=utf-8"
DENIED = b"HTTP Token: Access denied.\n"
NEITHER = "Missing request_data and system_message parameters. At least one is required"
UNAUTHORIZED, UNPROCESSABLE = 401, 422


class Style(Protocol):
    """How one endpoint reads and answers, and what it asks beyond what every lead needs."""

    def read(self, content_type: str | None, body: bytes) -> Read:
        """The body as intake takes it. Raises Unreadable."""

    def identify(self, submission: Submission, not_personal: frozenset[str]) -> Identity:
        """Who it says it is."""

    def check(self, submission: Submission) -> None:
        """Note faults that only this endpoint has."""

    def reply(self, receipt: Receipt) -> bytes:
        """The body of a 201."""

    def refuse(self, refusal: Refusal, request_id: str) -> tuple[int, bytes, bytes]:
        """Status, body and content type of a refusal."""


class LeadgenStyle:
    def read(self, content_type: str | None, body: bytes) -> Read:
        return read_usual(content_type, body) or read_any(content_type, body)

    def identify(self, submission: Submission, not_personal: frozenset[str]) -> Identity:
        return read_identity(submission, not_personal)

    def check(self, submission: Submission) -> None:
        """Nothing beyond what every lead needs."""

    def reply(self, receipt: Receipt) -> bytes:
        return encode_json(lead_reply(receipt))

    def refuse(self, refusal: Refusal, request_id: str) -> tuple[int, bytes, bytes]:
        return status_of(refusal), encode_json(body_of(refusal, request_id)), JSON


class PartnersStyle(LeadgenStyle):
    """`{"uid": …}`, a plain line for 401, and a bare array of all faults for 422."""

    def check(self, submission: Submission) -> None:
        if not submission.request_data and submission.system_message is None:
            submission.faults.append(Fault("missing", NEITHER, "request_data"))

    def reply(self, receipt: Receipt) -> bytes:
        reply: dict[str, Any] = {"uid": receipt.conversation_uid}
        return encode_json(reply)

    def refuse(self, refusal: Refusal, request_id: str) -> tuple[int, bytes, bytes]:
        status = status_of(refusal)
        if status == UNAUTHORIZED:
            return status, DENIED, PLAIN
        if status == UNPROCESSABLE:
            return status, encode_json([fault.message for fault in refusal.faults]), JSON
        return status, encode_json(body_of(refusal, request_id)), JSON
