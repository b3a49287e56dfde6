"""One row of the request log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

BODY_MOST_BYTES = 64 * 1024
START_BYTES = 4 * 1024  # what is kept of a larger one


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request and what was answered. `business_id` 0: none was resolved. Never holds a secret that came or went.

    `headers`: `name: value` a line, a last line `…` when more came; `answer`: its start, `answer_cut` when more went.
    """

    business_id: int
    uid: str
    at: datetime
    operation: str
    status: int
    verdict: str
    token_uid: str | None = None
    client_request_id: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    duration_us: int | None = None
    content_type: str | None = None
    body: bytes | None = None
    truncated: bool = False
    headers: str | None = None
    answer: bytes | None = None
    answer_type: str | None = None
    answer_cut: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    email_mark: bytes | None = None
    phone_mark: bytes | None = None
    unique_id_mark: bytes | None = None


def kept_of(body: bytes) -> tuple[bytes | None, bool]:
    """What the log keeps of a body, and whether that is less than came."""
    if len(body) > BODY_MOST_BYTES:
        return body[:START_BYTES], True
    return body or None, False
