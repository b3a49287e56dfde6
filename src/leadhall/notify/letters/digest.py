"""Many leads in one mail: when a notice each would be too many. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from leadhall.core.text import cut
from leadhall.notify.letters.facts import BusinessFacts, LeadFacts, StaffFacts
from leadhall.notify.letters.letter import Letter, Paragraph, Row, Rows
from leadhall.notify.letters.notice import TITLE_MOST_CHARS
from leadhall.notify.letters.words import Words, words_in

SHOWN_MOST = 30


def digest(
    business: BusinessFacts,
    staff: StaffFacts,
    leads: Sequence[LeadFacts],
    *,
    count: int,
    stop_url: str | None,
    answered: Sequence[LeadFacts] = (),
    answers: int = 0,
) -> Letter:
    """The newest leads by name, phone and title, then those who answered; `count` and `answers` say how many."""
    words = words_in(staff.locale or business.locale)
    told = [("leads", leads[:SHOWN_MOST], count), ("answered", answered[:SHOWN_MOST], len(answered))]
    which, many = ("", count) if count else ("_answers", answers)
    return Letter(
        words=words,
        subject=words(f"digest.subject{which}", count=many, business=business.name),
        preheader=", ".join(lead.name or lead.title for _, shown, _ in told for lead in shown[:5]),
        brand=business.name,
        heading=words(f"digest.heading{which}", count=many),
        blocks=[
            Paragraph(words("digest.text")),
            *(Rows(words(f"digest.{name}"), _rows(words, shown, of)) for name, shown, of in told if of),
        ],
        footer=[words("team_footer", business=business.name)],
        stop_url=stop_url,
    )


def _rows(words: Words, shown: Sequence[LeadFacts], of: int) -> list[Row]:
    rows = [Row(_who(lead) or words("notice.someone"), cut(lead.title, TITLE_MOST_CHARS)[0]) for lead in shown]
    return [*rows, Row("", words("digest.more", count=of - len(shown)))] if of > len(shown) else rows


def _who(lead: LeadFacts) -> str:
    return "\n".join(filter(None, [lead.name, lead.contact.get("phone") or lead.contact.get("email")]))
