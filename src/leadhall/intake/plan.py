"""A draft becomes a plan: ids minted, everything laid out as write.sql takes it. Pure; ids are handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import field

from leadhall.intake.draft import LeadDraft, facts_of

CREATED = 201


class Sender(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Whose request it is, as far as a lead is concerned."""

    token_uid: str | None
    principal: str
    directory_id: int | None
    may_write_clients: bool = False
    may_read_clients: bool = False
    is_test: bool = False


class RequestRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The request as its log row keeps it. Never the Authorization header."""

    uid: str
    operation: str
    body: bytes = b""
    truncated: bool = False
    content_type: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    client_request_id: str | None = None
    headers: str | None = None
    duration_us: Callable[[], int] = lambda: 0
    marks: tuple[bytes | None, bytes | None, bytes | None] = (None, None, None)  # HMACs of email, phone, unique_id


class Claim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What makes two requests the same: a key of the caller's, else the content within the repeat window."""

    fingerprint: bytes
    idem_key: str | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request that made no lead: only its row is written, and its answer kept when it came with a key."""

    business_id: int
    status: int
    verdict: str
    facts: dict[str, Any] = field(default_factory=dict)
    answer: str | None = None
    answer_type: str | None = None
    tell_dead: bool = False


class Arrival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request on its way into a batch: a draft or a refusal, with who sent it and what it came as."""

    what: LeadDraft | Refused
    sender: Sender
    request: RequestRow
    claim: Claim | None = None

    @property
    def business_id(self) -> int:
        return self.what.business.id if isinstance(self.what, LeadDraft) else self.what.business_id


class LeadPlan(msgspec.Struct, frozen=True, gc=False):
    """One arrival as write.sql takes it: `row` by the names of its type; `facts` of a lead whose client is new."""

    row: dict[str, Any]
    facts: dict[str, Any]


def plan_batch(arrivals: Sequence[Arrival], *, mint: Callable[[], str]) -> list[LeadPlan]:
    """Plan a batch in the order given; `n` is the place in it, from 0."""
    return [plan_one(arrival, n, mint) for n, arrival in enumerate(arrivals)]


def plan_one(arrival: Arrival, n: int, mint: Callable[[], str]) -> LeadPlan:
    what, row = arrival.what, _plan_request(arrival, n)
    if isinstance(what, LeadDraft):
        facts = facts_of(what) | {"reader": arrival.sender.may_read_clients, "created": True}
        _plan_lead(row, what, arrival.sender, mint)
        row["facts"] = _json(facts)
    else:
        facts = {}
        _plan_refusal(row, what)
    if arrival.claim is not None:
        _plan_claim(row, arrival, arrival.claim)
    return LeadPlan(row, facts)


def _json(value: Any) -> str:
    return _encode(value).decode()


_encode = msgspec.json.Encoder().encode


def _plan_request(arrival: Arrival, n: int) -> dict[str, Any]:
    request, sender = arrival.request, arrival.sender
    return {
        "n": n,
        "business_id": arrival.business_id,
        "request_uid": request.uid,
        "token_uid": sender.token_uid,
        "principal": sender.principal,
        "operation": request.operation,
        "content_type": request.content_type,
        "truncated": request.truncated,
        "user_agent": request.user_agent,
        "ip": request.ip,
        "client_request_id": request.client_request_id,
        "headers": request.headers,
        "duration_us": request.duration_us(),
        "email_mark": request.marks[0],
        "phone_mark": request.marks[1],
        "unique_id_mark": request.marks[2],
    }


def _plan_lead(row: dict[str, Any], draft: LeadDraft, sender: Sender, mint: Callable[[], str]) -> None:
    row |= draft.card.columns
    row |= {
        "is_lead": True,
        "answered": CREATED,
        "verdict": "accepted_with_warnings" if draft.warnings else "accepted",
        "client_uid": mint(),
        "conversation_uid": mint(),
        "message_uid": mint(),
        "may_write": sender.may_write_clients,
        "is_test": draft.is_test or sender.is_test,
        "phone_e164": draft.card.phone_e164,
        "status": draft.status,
        "tags": draft.tags,
        "source": draft.source,
        "source_url": draft.source_url,
        "title": draft.title,
        "contact": _json(draft.contact),
        "parts": _json(draft.parts),
        "notifications": draft.notifications,
    }
    _plan_keys(row, draft)
    if draft.card.fields:
        row["fields"] = _json(draft.card.fields)
    if draft.consents:
        row["consents"] = _json([_plan_consent(draft, consent, mint) for consent in draft.consents])


def _plan_keys(row: dict[str, Any], draft: LeadDraft) -> None:
    if (by := draft.by) is not None:
        row["kind"], row["key"] = by.kind, by.key
    if (other := draft.other) is not None:
        row["other_kind"], row["other_key"], row["other_value"] = other.kind, other.key, other.value
    email = by if by and by.kind == "email" else other if other and other.kind == "email" else None
    if email is not None:
        row["email"] = email.value


def _plan_consent(draft: LeadDraft, consent: Any, mint: Callable[[], str]) -> dict[str, Any]:
    evidence = draft.evidence
    return {
        "uid": mint(),
        "purpose": consent.purpose,
        "channel": consent.channel,
        "address": consent.address,
        "value": consent.value,
        "wording": evidence.get("consent_text"),
        "page": evidence.get("consent_url") or draft.source_url,
        "visitor_ip": evidence.get("visitor_ip"),
        "visitor_user_agent": evidence.get("visitor_user_agent"),
        "captured_at": evidence.get("captured_at"),
    }


def _plan_refusal(row: dict[str, Any], refused: Refused) -> None:
    row |= {
        "is_lead": False,
        "answered": refused.status,
        "verdict": refused.verdict,
        "row_facts": _json(refused.facts),
        "answer": refused.answer,
        "answer_type": refused.answer_type,
        "tell_dead": refused.tell_dead,
    }


def _plan_claim(row: dict[str, Any], arrival: Arrival, claim: Claim) -> None:
    window_s = arrival.what.business.repeat_window_s if isinstance(arrival.what, LeadDraft) else 0
    if claim.idem_key is None and not window_s:
        return
    scoped = _scoped_print(arrival, claim)
    row |= {
        "idem_key": claim.idem_key,
        "fingerprint": claim.fingerprint if claim.idem_key is not None else scoped,  # a key stands for its own scope
        "scope_lock": int.from_bytes(scoped[:8], "big", signed=True),
        "window_s": window_s,
    }


def _scoped_print(arrival: Arrival, claim: Claim) -> bytes:
    """SHA-256 of who, for whom, by which operation, and which key or content. Eight bytes of it are locked on."""
    what = claim.idem_key.encode() if claim.idem_key is not None else claim.fingerprint
    scope = f"{arrival.business_id} {arrival.sender.principal} {arrival.request.operation} ".encode()
    return hashlib.sha256(scope + what).digest()
