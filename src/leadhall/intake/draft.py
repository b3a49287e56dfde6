"""A submission becomes a draft of a lead, or every fault of it at once. Pure: no socket, no clock, no ids."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import field

from leadhall.clients.statuses import read_status
from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import cut
from leadhall.intake.business import BusinessFacts
from leadhall.intake.card import CardOffer, offer_to_card
from leadhall.intake.identity import Identity, Key
from leadhall.intake.limits import (
    SOURCE_MOST_CHARS,
    SOURCE_URL_MOST_CHARS,
    TAG_MOST_CHARS,
    TAGS_MOST,
    TITLE_MOST_CHARS,
)
from leadhall.intake.message import Parts, compose
from leadhall.intake.submission import AUTO_REPLY, LeadWarning, Submission


class Consent(msgspec.Struct, frozen=True, gc=False):
    """A yes or no in this request; `address` is the email key or E.164 number it is for, None when none came."""

    purpose: str
    channel: str
    address: str | None
    value: bool


class LeadDraft(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A lead as far as it can be decided without the database."""

    business: BusinessFacts
    by: Key | None
    other: Key | None
    title: str
    card: CardOffer
    contact: dict[str, str]
    status: str | None
    tags: list[str]
    source: str | None
    source_url: str | None
    parts: Parts
    notifications: list[str]
    consents: list[Consent]
    evidence: dict[str, str]
    is_test: bool
    warnings: list[LeadWarning] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def needs_to_know(submission: Submission, identity: Identity) -> Key | None:
    """The key to look up before drafting: a lead without a first name is one only of a client we know."""
    return identity.by if submission.first_name is None else None


def draft_lead(
    submission: Submission, identity: Identity, business: BusinessFacts, *, known: bool = False
) -> LeadDraft:
    """Draft the lead, or raise Invalid with every fault. `known`: the client was looked up and is there."""
    identity, offer = offer_to_card(submission, identity, business)
    faults = [*submission.faults, *_absent(submission, offer, known=known)]
    if faults:
        raise Invalid.of(faults)
    whole: list[tuple[str, str]] = list(offer.whole)
    return LeadDraft(
        business=business,
        by=identity.by,
        other=identity.other,
        title=_short(submission, "request_title", submission.request_title, TITLE_MOST_CHARS, whole) or "",
        card=offer,
        contact=_contact(submission, offer),
        status=_status(submission, business),
        tags=_tags(submission, whole),
        source=_short(submission, "source", submission.source, SOURCE_MOST_CHARS, whole),
        source_url=_short(submission, "source_url", submission.source_url, SOURCE_URL_MOST_CHARS, whole),
        parts=compose(submission, whole),
        notifications=_notifications(submission, identity),
        consents=_consents(submission, identity, offer, business),
        evidence=submission.evidence,
        is_test=submission.is_test,
        warnings=submission.warnings,
        ignored=offer.ignored,
    )


def _absent(submission: Submission, offer: CardOffer, *, known: bool) -> list[Fault]:
    absent = []
    if offer.columns.get("first_name") is None and not known:
        absent.append("first_name")
    if submission.request_title is None:
        absent.append("request_title")
    told = {fault.field for fault in submission.faults} if absent else ()
    return [Fault.missing(name) for name in absent if name not in told]


def _short(
    submission: Submission, name: str, text: str | None, most_chars: int, whole: list[tuple[str, str]]
) -> str | None:
    """One line of at most `most_chars`; what was longer stands whole in the message."""
    if text is None or (len(text) <= most_chars and "\n" not in text):
        return text
    short, was_cut = cut(" ".join(text.split("\n")), most_chars)
    if was_cut:
        whole.append((name, text))
        submission.warn("cut", f"{name} was cut at {most_chars} characters; the message has all of it", name)
    return short


def _contact(submission: Submission, offer: CardOffer) -> dict[str, str]:
    """Names, email, phone and address exactly as this request gave them (blanks are filled from the card later)."""
    given = (
        ("first_name", submission.first_name),
        ("last_name", submission.last_name),
        ("email", submission.email),
        ("phone", submission.phone),
        ("phone_e164", offer.phone_e164),
        ("address", submission.address),
    )
    return {name: value for name, value in given if value is not None}


def _status(submission: Submission, business: BusinessFacts) -> str | None:
    if submission.status is None:
        return None
    status = read_status(submission.status, business.status_labels)
    if status is None:
        submission.warn(
            "unknown_status", f"There is no status {submission.status[:40]!r}; the default was taken", "status"
        )
    return status


def _tags(submission: Submission, whole: list[tuple[str, str]]) -> list[str]:
    """Each tag once, whatever its case; too many or too long ones stand whole in the message."""
    tags: dict[str, str] = {}
    for tag in submission.tags:
        short, was_cut = (tag, False) if len(tag) <= TAG_MOST_CHARS else cut(tag, TAG_MOST_CHARS)
        if was_cut or (len(tags) == TAGS_MOST and tag.lower() not in tags):
            whole.append(("tags", tag))
        if len(tags) < TAGS_MOST:
            tags.setdefault(short.lower(), short)
    if whole and any(name == "tags" for name, _ in whole):
        submission.warn("cut", f"At most {TAGS_MOST} tags of {TAG_MOST_CHARS} characters; the message has all", "tags")
    return list(tags.values())


def _notifications(submission: Submission, identity: Identity) -> list[str]:
    if AUTO_REPLY in submission.notifications and identity.email is None:
        submission.warn(
            "no_email_for_auto_reply", "No email came with this lead, so no auto-reply can go", "notifications"
        )
    return submission.notifications


def _consents(submission: Submission, identity: Identity, offer: CardOffer, business: BusinessFacts) -> list[Consent]:
    consents = []
    if submission.opt_in is not None:
        email = identity.email
        consents.append(Consent("marketing", "email", email.key if email else None, submission.opt_in))
        if business.card.first_of("opt-in") is None:
            submission.warn(
                "no_opt_in_field",
                "The client card has no opt-in field, so the consent is recorded but not shown on the card",
                "opt_in",
            )
    if submission.opt_in_transactional_sms is not None:
        consents.append(Consent("transactional", "sms", offer.phone_e164, submission.opt_in_transactional_sms))
    return consents


def facts_of(draft: LeadDraft) -> dict[str, Any]:
    """What the draft alone decided, as facts for the trace; the rest is decided in write.sql."""
    facts: dict[str, Any] = {"by": draft.by.kind if draft.by else None}
    if draft.warnings:
        facts["warnings"] = [[w.code, w.field, w.message] for w in draft.warnings]
    if draft.ignored:
        facts["ignored"] = draft.ignored
    if draft.notifications:
        facts["notifications"] = draft.notifications
    return facts
