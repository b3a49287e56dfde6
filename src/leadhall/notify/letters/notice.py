"""The owner's notice: who, what they asked, how to answer, and everything that came with it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadhall.core.text import cut
from leadhall.notify.letters.facts import BusinessFacts, LeadFacts, MessageFacts, StaffFacts
from leadhall.notify.letters.letter import Block, Button, Buttons, Fine, Letter, Paragraph, Quote, Row, Rows
from leadhall.notify.letters.links import dialled, mail_link, web_link
from leadhall.notify.letters.words import Words, words_in

PREHEADER_MOST_CHARS = 140
TITLE_MOST_CHARS = 120


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How the reader may answer and act; None where it cannot be done."""

    answered_url: str | None
    """The button "I answered"; only where replies do not come through us."""
    stop_url: str | None


def notice(
    business: BusinessFacts, staff: StaffFacts, lead: LeadFacts, ways: Ways, message: MessageFacts | None = None
) -> Letter:
    """A new lead, or, with a message, an answer of the lead."""
    words = words_in(staff.locale or business.locale)
    name = lead.name or words("notice.someone")
    kind = "subject_replied" if message else "subject_test" if lead.is_test else "subject"
    said: list[Block] = [Paragraph(message.text)] if message else _said(words, lead)
    return Letter(
        words=words,
        subject=words(f"notice.{kind}", name=name, title=cut(lead.title, TITLE_MOST_CHARS)[0]),
        preheader=_preheader(business, lead, message),
        brand=business.name,
        heading=words("notice.replied", name=name) if message else words("notice.heading", name=name),
        subheading=lead.title,
        blocks=[
            *_introduction(lead, message),
            *_actions(words, business, lead, ways, name),
            *said,
            *([] if message else [_about(words, business, lead)]),
        ],
        footer=[words("team_footer", business=business.name)],
        stop_url=ways.stop_url,
    )


def _introduction(lead: LeadFacts, message: MessageFacts | None) -> list[Block]:
    """The system message comes first: it introduces the lead."""
    return [] if message else [Quote(part["text"]) for part in lead.parts if part["kind"] == "system"]


def _preheader(business: BusinessFacts, lead: LeadFacts, message: MessageFacts | None) -> str:
    """Phone and first words: enough to act on from a lock screen."""
    phone = lead.contact.get("phone")
    words = [message.text] if message else [value for _, value in _pairs(lead, "message", "request")]
    told = " · ".join(filter(None, [phone, lead.contact.get("email") if not phone else None, *words, business.name]))
    return cut(" ".join(told.split()), PREHEADER_MOST_CHARS)[0]


def _pairs(lead: LeadFacts, *kinds: str) -> list[tuple[str, str]]:
    """Messages before requests: what a person wrote tells more than their postcode."""
    return [
        (label, value)
        for kind in kinds
        for part in lead.parts
        if part["kind"] == kind
        for label, value in part["fields"]
    ]


def _actions(words: Words, business: BusinessFacts, lead: LeadFacts, ways: Ways, name: str) -> list[Block]:
    phone, email = dialled(lead.contact.get("phone"), business.country), lead.contact.get("email")
    buttons = []
    if phone:
        buttons += [Button(words("notice.call"), f"tel:{phone}", True), Button(words("notice.text"), f"sms:{phone}")]
    if email and ways.answered_url:  # with replies coming through us, answering is replying
        buttons.append(Button(words("notice.answer"), mail_link(email, subject=f"Re: {lead.title}"), not phone))
    if ways.answered_url:
        buttons.append(Button(words("notice.answered"), ways.answered_url))
    if not email:
        how = words("notice.no_address", name=name)
    else:
        how = words("notice.reply_direct" if ways.answered_url else "notice.reply_through", name=name)
    return [*([Buttons(buttons)] if buttons else []), Fine(how)]


def _said(words: Words, lead: LeadFacts) -> list[Block]:
    """Everything that came, in the order it stands in the message."""
    blocks: list[Block] = []
    for part in lead.parts:
        title = words.find(f"notice.{part['kind']}")
        if title is None or part["kind"] == "system":
            continue
        rows = [Row("", name) for name in part["names"]] if part["kind"] == "files" else _rows(part["fields"])
        blocks.append(Rows(title, rows))
    return blocks


def _rows(pairs: list[Any]) -> list[Row]:
    return [Row(label, value, web_link(value)) for label, value in pairs]


def _about(words: Words, business: BusinessFacts, lead: LeadFacts) -> Block:
    contact, country = lead.contact, business.country
    number = dialled(contact.get("phone"), country)
    rows = [
        _row(words("notice.name"), lead.name),
        _row(words("notice.phone"), contact.get("phone"), f"tel:{number}" if number else None),
        _row(words("notice.email"), contact.get("email")),
        _row(words("notice.address"), contact.get("address")),
        _row(words("notice.source"), lead.source),
        _row(words("notice.page"), lead.source_url, web_link(lead.source_url)),
        _row(words("notice.tags"), ", ".join(lead.tags)),
        _row(words("notice.status"), _status(words, business, lead)),
        *(_consent(words, each) for each in lead.consents),
        _row(words("notice.received"), words.moment(lead.at, business.time_zone)),
    ]
    return Rows(words("notice.about"), [row for row in rows if row is not None])


def _row(label: str, value: str | None, url: str | None = None) -> Row | None:
    return Row(label, value, url) if value else None


def _status(words: Words, business: BusinessFacts, lead: LeadFacts) -> str:
    label = business.status_labels.get(lead.status) or words.find(f"status.{lead.status}") or lead.status
    known = words("notice.new_client" if lead.created else "notice.known_client")
    return f"{label} ({known})"


def _consent(words: Words, consent: dict[str, Any]) -> Row | None:
    label = words.find(f"notice.{consent['purpose']}_{consent['channel']}")
    return _row(label or "", words("notice.yes" if consent["value"] else "notice.no"))
