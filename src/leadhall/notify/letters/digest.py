"""Many leads in one mail: when a notice each would be too many. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from leadhall.core.text import cut
from leadhall.notify.letters.facts import BusinessFacts, LeadFacts, StaffFacts
from leadhall.notify.letters.letter import Letter, Paragraph, Row, Rows
from leadhall.notify.letters.notice import TITLE_MOST_CHARS
from leadhall.notify.letters.words import words_in

SHOWN_MOST = 30


def digest(
    business: BusinessFacts, staff: StaffFacts, leads: Sequence[LeadFacts], *, count: int, stop_url: str | None
) -> Letter:
    """The newest leads by name, phone and title; `count` is how many there are."""
    words = words_in(staff.locale or business.locale)
    shown = leads[:SHOWN_MOST]
    rows = [Row(_who(lead) or words("notice.someone"), cut(lead.title, TITLE_MOST_CHARS)[0]) for lead in shown]
    if count > len(shown):
        rows.append(Row("", words("digest.more", count=count - len(shown))))
    return Letter(
        words=words,
        subject=words("digest.subject", count=count, business=business.name),
        preheader=", ".join(lead.name or lead.title for lead in shown[:5]),
        brand=business.name,
        heading=words("digest.heading", count=count),
        blocks=[Paragraph(words("digest.text")), Rows(words("digest.leads"), rows)],
        footer=[words("team_footer", business=business.name)],
        stop_url=stop_url,
    )


def _who(lead: LeadFacts) -> str:
    return "\n".join(filter(None, [lead.name, lead.contact.get("phone") or lead.contact.get("email")]))
