"""The auto-reply is not a spam cannon (reliability.md P6): a public form lets anybody make us write to a third party.

Pure, over a tally of what went out lately.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from leadhall.core.emails import split_email
from leadhall.dispatch.notices import LeadToTell
from leadhall.dispatch.people import key_of
from leadhall.dispatch.planned import Planned
from leadhall.events.delivery import NewDelivery

GREETING = "auto_reply"
AN_ADDRESS_AND_BUSINESS_AND_HOUR, AN_ADDRESS_AND_DAY, A_BUSINESS_AND_HOUR = 1, 5, 60
_MACHINE = re.compile(
    r"(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|mailer[._-]?daemon|postmaster|abuse|bounces?)(?:[._+=-].*)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Tally:
    """Auto-replies that went out lately; counts on as more are planned."""

    of_address_and_business: Counter[tuple[int, str]] = field(default_factory=Counter)
    of_address: Counter[str] = field(default_factory=Counter)
    of_business: Counter[int] = field(default_factory=Counter)

    def add(self, business_id: int, address: str) -> None:
        self.of_address_and_business[business_id, address] += 1
        self.of_address[address] += 1
        self.of_business[business_id] += 1


def greeting_of(lead: LeadToTell, tally: Tally, *, is_closed: bool) -> Planned | None:
    """The auto-reply to a lead, as it may go; None when no address came with it. `is_closed`: it is suppressed."""
    address = lead.contact.get("email")
    if not address:
        return None
    planned = _row(lead, address)
    if is_closed:
        return planned.suppressed()
    if reason := _gate(lead, planned.key, tally):
        return planned.skipped(reason)
    held = tally.of_business[lead.business_id] >= A_BUSINESS_AND_HOUR
    if not held:
        tally.add(lead.business_id, planned.key)
    return planned.held() if held else planned


def _gate(lead: LeadToTell, key: str, tally: Tally) -> str | None:
    """Why this lead is not greeted; None when it may be."""
    if lead.is_held:
        return "held"
    if is_machine(key):
        return "no_person"
    if tally.of_address_and_business[lead.business_id, key] >= AN_ADDRESS_AND_BUSINESS_AND_HOUR:
        return "greeted_this_hour"
    if tally.of_address[key] >= AN_ADDRESS_AND_DAY:
        return "greeted_too_often"
    return None


def is_machine(address: str) -> bool:
    """Whether no person reads it: noreply, mailer-daemon, postmaster, abuse, bounces, and what is no address."""
    parts = split_email(address)
    return parts is None or _MACHINE.fullmatch(parts[0]) is not None


def _row(lead: LeadToTell, address: str) -> Planned:
    key = key_of("email", address)
    row = NewDelivery(
        business_id=lead.business_id,
        kind=GREETING,
        channel="email",
        recipient=address,
        dedupe=f"{lead.uid}:{GREETING}:{key}",
        lead_uid=lead.uid,
        message_uid=lead.message_uid,
        payload={"is_test": True} if lead.is_test else {},
    )
    return Planned(row=row, key=key)
