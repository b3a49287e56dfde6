"""Who of a business hears of a lead, and how: of what was asked for, less what people muted. Pure.

The client's assigned member, else the owner; with them whoever wants to hear of all leads. Nobody is
passed over silently: who cannot be reached has a row that says why, and the next member hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from leadhall.dispatch.people import Crew, Person, key_of
from leadhall.dispatch.planned import Planned
from leadhall.events.delivery import NewDelivery

NOTICE = "owner_notice"
IsClosed = Callable[[str, str], bool]
"""Whether an address (channel, its key) of the business is suppressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadToTell:
    """A lead that asked for notices. `is_held`: suspected spam."""

    business_id: int
    uid: str
    message_uid: str
    asked: frozenset[str]
    contact: dict[str, str]
    assigned_uid: str | None
    is_held: bool
    is_test: bool
    created_at: datetime
    answer_uid: str | None = None
    """What is told of is not the lead but this later message of its client."""


def notices_of(lead: LeadToTell, crew: Crew, is_closed: IsClosed, at: datetime) -> list[Planned]:
    """The notices of a lead; `at` decides about quiet hours."""
    return list(_once(_Telling(lead, crew, is_closed, at).all()))


def instead_of(
    lead: LeadToTell, crew: Crew, is_closed: IsClosed, at: datetime, *, channel: str, payload: dict[str, Any]
) -> list[Planned]:
    """What goes when a notice of this channel and payload did not get through.

    For a refused mail: a text to the same member, and when that fails too, mail to the next. For a text: one mail.
    """
    telling = _Telling(lead, crew, is_closed, at)
    missed: str = payload["staff_uid"]
    person = crew.person(missed)
    if person is None or (channel == "sms" and payload.get("instead_of") == "email"):
        return list(_once(telling.next_after([missed])))
    return list(_once(telling.instead_of_mail(person) if channel == "email" else telling.mail_instead_of_text(person)))


def _once(rows: Iterator[Planned]) -> Iterator[Planned]:
    """One row a person and channel; one that goes out before one that does not."""
    kept: dict[str, Planned] = {}
    for each in rows:
        before = kept.get(each.row.dedupe)
        if before is None or (each.goes_out and not before.goes_out):
            kept[each.row.dedupe] = each
    yield from kept.values()


@dataclass(frozen=True, slots=True)
class _Telling:
    lead: LeadToTell
    crew: Crew
    is_closed: IsClosed
    at: datetime

    def all(self) -> Iterator[Planned]:
        first = self.crew.responsible_for(self.lead.assigned_uid)
        if first is None:
            return
        too = [each for each in self.crew.people if each.preferences.leads == "all" and each is not first]
        for person in (first, *too):
            if "email" in self.lead.asked:
                yield from self._mail(person, may_pass_on=person is first)
            if "sms" in self.lead.asked:
                yield from self._text(person, may_mail="email" not in self.lead.asked and person is first)

    def _mail(self, person: Person, *, may_pass_on: bool) -> Iterator[Planned]:
        row = self._row("email", person, person.email or person.address)
        if self.lead.is_held:
            yield row.skipped("held")
        elif not person.preferences.email:
            yield row.skipped("preference")
        elif person.email is None:  # mail asks an address that nobody confirmed for its confirmation instead
            yield row if person.address else row.skipped("no_address")
            yield from self.next_after([person.uid]) if may_pass_on else ()
        elif self.is_closed("email", row.key):
            yield row.suppressed()
            yield from self.instead_of_mail(person)
        else:
            yield row

    def instead_of_mail(self, person: Person) -> Iterator[Planned]:
        """A suppressed address is never passed over silently."""
        text = self._row("sms", person, person.mobile or "", instead_of="email")
        if person.mobile and person.preferences.sms and not self.is_closed("sms", text.key):
            yield self._after_quiet_hours(text, person)
        else:
            yield from self.next_after([person.uid])

    def next_after(self, passed: list[str]) -> Iterator[Planned]:
        """Mail to the next member who can be reached and did not mute it."""
        for person in self.crew.others(passed):
            row = self._row("email", person, person.email or "", instead_of=passed[0])
            if person.email and person.preferences.email and not self.is_closed("email", row.key):
                yield row
                return

    def _text(self, person: Person, *, may_mail: bool) -> Iterator[Planned]:
        row = self._row("sms", person, person.mobile or "")
        if self.lead.is_held:
            yield row.skipped("held")
        elif not person.preferences.sms:
            yield row.skipped("preference")
        elif person.mobile is None:
            yield row.skipped("no_number")
            yield from self.mail_instead_of_text(person) if may_mail else ()
        elif self.is_closed("sms", row.key):
            yield row.suppressed()
            yield from self.mail_instead_of_text(person) if may_mail else ()
        else:
            yield self._after_quiet_hours(row, person)

    def mail_instead_of_text(self, person: Person) -> Iterator[Planned]:
        row = self._row("email", person, person.email or "", instead_of="sms")
        if person.email and person.preferences.email and not self.is_closed("email", row.key):
            yield row
        else:
            yield from self.next_after([person.uid])

    def _after_quiet_hours(self, row: Planned, person: Person) -> Planned:
        return replace(row, after_s=person.preferences.quiet_for_s(self.at, self.crew.time_zone))

    def _row(self, channel: str, person: Person, recipient: str, *, instead_of: str | None = None) -> Planned:
        lead = self.lead
        payload: dict[str, Any] = {"staff_uid": person.uid}
        if lead.is_test:
            payload["is_test"] = True
        if lead.answer_uid:
            payload["is_answer"] = True
        if instead_of:
            payload["instead_of"] = instead_of
        key = key_of(channel, recipient)
        row = NewDelivery(
            business_id=lead.business_id,
            kind=NOTICE,
            channel=channel,
            recipient=recipient,
            dedupe=f"{lead.answer_uid or lead.uid}:{NOTICE}:{key or f'{channel} {person.uid}'}",
            lead_uid=lead.uid,
            message_uid=lead.answer_uid or lead.message_uid,
            payload=payload,
        )
        return Planned(row=row, key=key)
