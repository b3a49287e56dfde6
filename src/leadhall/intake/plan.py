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


def plan_batch(arrivals: Sequence[Arrival], *, mint: Callable[[], str]) -> list[dict[str, Any]]:
    """Plan a batch in the order given; `n` is the place in it, from 0."""
    return [plan_one(arrival, n, mint) for n, arrival in enumerate(arrivals)]


def plan_one(arrival: Arrival, n: int, mint: Callable[[], str]) -> dict[str, Any]:
    plan = _plan_request(arrival, n)
    if isinstance(arrival.what, LeadDraft):
        plan |= _plan_lead(arrival.what, arrival.sender, mint)
    else:
        plan |= _plan_refusal(arrival.what)
    if arrival.claim is not None:
        plan |= _plan_claim(arrival, arrival.claim)
    return plan


def _plan_request(arrival: Arrival, n: int) -> dict[str, Any]:
    request = arrival.request
    return {
        "n": n,
        "is_lead": False,
        "business_id": arrival.business_id,
        "request_uid": request.uid,
        "token_uid": arrival.sender.token_uid,
        "principal": arrival.sender.principal,
        "operation": request.operation,
        "content_type": request.content_type,
        "truncated": request.truncated,
        "user_agent": request.user_agent,
        "ip": request.ip,
        "client_request_id": request.client_request_id,
        "duration_us": request.duration_us(),
        "email_mark": request.marks[0],
        "phone_mark": request.marks[1],
        "unique_id_mark": request.marks[2],
    }


def _plan_lead(draft: LeadDraft, sender: Sender, mint: Callable[[], str]) -> dict[str, Any]:
    by, other = draft.by, draft.other
    email = by if by and by.kind == "email" else other if other and other.kind == "email" else None
    return {
        "is_lead": True,
        "answered": CREATED,
        "verdict": "accepted_with_warnings" if draft.warnings else "accepted",
        "kind": by.kind if by else None,
        "key": by.key if by else None,
        "other_kind": other.kind if other else None,
        "other_key": other.key if other else None,
        "other_value": other.value if other else None,
        "client_uid": mint(),
        "conversation_uid": mint(),
        "message_uid": mint(),
        "may_write": sender.may_write_clients,
        "is_test": draft.is_test or sender.is_test,
        **draft.card.columns,
        "email": email.value if email else None,
        "phone_e164": draft.card.phone_e164,
        "fields": draft.card.fields,
        "status": draft.status,
        "tags": draft.tags,
        "source": draft.source,
        "source_url": draft.source_url,
        "title": draft.title,
        "contact": draft.contact,
        "parts": draft.parts,
        "facts": facts_of(draft) | {"reader": sender.may_read_clients},
        "notifications": draft.notifications,
        "consents": [_plan_consent(draft, consent, mint) for consent in draft.consents] or None,
    }


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


def _plan_refusal(refused: Refused) -> dict[str, Any]:
    return {
        "answered": refused.status,
        "verdict": refused.verdict,
        "row_facts": refused.facts,
        "answer": refused.answer,
        "answer_type": refused.answer_type,
        "tell_dead": refused.tell_dead,
    }


def _plan_claim(arrival: Arrival, claim: Claim) -> dict[str, Any]:
    is_lead = isinstance(arrival.what, LeadDraft)
    window_s = arrival.what.business.repeat_window_s if isinstance(arrival.what, LeadDraft) else 0
    if claim.idem_key is None and not (is_lead and window_s):
        return {}
    scoped = _scoped_print(arrival, claim)
    return {
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
