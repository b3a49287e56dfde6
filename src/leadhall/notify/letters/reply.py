"""What a member of the staff wrote to a lead: their words, and from whom. Pure."""

from __future__ import annotations

from leadhall.core.text import cut
from leadhall.notify.letters.facts import BusinessFacts, LeadFacts, MessageFacts
from leadhall.notify.letters.letter import Fine, Letter, Paragraph
from leadhall.notify.letters.notice import PREHEADER_MOST_CHARS
from leadhall.notify.letters.words import words_in


def reply(business: BusinessFacts, lead: LeadFacts, message: MessageFacts) -> Letter:
    """A person wrote it: nothing in it says that it came by itself."""
    return Letter(
        words=words_in(business.locale),
        subject=f"Re: {lead.title}",
        preheader=cut(" ".join(message.text.split()), PREHEADER_MOST_CHARS)[0],
        brand=business.name,
        heading=lead.title,
        blocks=[
            *map(Paragraph, message.text.split("\n\n")),
            Fine("\n".join(filter(None, [message.staff_name, business.name, business.phone, business.website_url]))),
        ],
        auto=None,
    )
