"""The thanks a lead gets at once. No text of the lead's but a first name that can be nothing else (P6). Pure."""

from __future__ import annotations

import contextlib

from leadhall.notify.letters.facts import BusinessFacts, LeadFacts
from leadhall.notify.letters.letter import Fine, Letter, Paragraph
from leadhall.notify.letters.wording import WordingFault, read_wording, render_wording
from leadhall.notify.letters.words import words_in

NAME_MOST_CHARS = 40
NOT_IN_NAMES = set('@/\\:<>[]{}()|#%&=+*_~^"`$;,!?')


def safe_first_name(lead: LeadFacts) -> str | None:
    """The first name when it is one: at most 40 letters, no digit, `@` or URL, not two words with a dot between."""
    name = " ".join((lead.contact.get("first_name") or "").split())
    if not name or len(name) > NAME_MOST_CHARS or NOT_IN_NAMES & set(name) or any(map(str.isdigit, name)):
        return None
    if any(not (letter.isalpha() or letter.isspace() or letter in "-'’.") for letter in name.replace("\u0301", "")):
        return None
    dots = name.removesuffix(".").split(". ")
    return None if any("." in piece for piece in dots) or "www" in name.lower() else name


def said_to(business: BusinessFacts, name: str | None) -> tuple[str, list[str]]:
    """Subject and paragraphs: the business's own wording where it has set one, else (or broken) the built-in one."""
    words = words_in(business.locale)
    wording = read_wording(business.settings)
    if wording is not None:
        with contextlib.suppress(WordingFault):
            subject, text = render_wording(wording, business, name)
            return subject, [paragraph for paragraph in text.split("\n\n") if paragraph]
    greeting = words("greeting", name=name) if name else words("greeting_nobody")
    return words("auto_reply.subject", business=business.name), [
        greeting,
        words("auto_reply.text", business=business.name),
    ]


def auto_reply(business: BusinessFacts, lead: LeadFacts) -> Letter:
    """In the business's language or its own words."""
    words = words_in(business.locale)
    subject, paragraphs = said_to(business, safe_first_name(lead))
    return Letter(
        words=words,
        subject=subject,
        preheader=paragraphs[-1],
        brand=business.name,
        heading=words("auto_reply.subject", business=business.name).partition(" – ")[0],
        blocks=[*map(Paragraph, paragraphs), Fine(_signature(business))],
        footer=[words("auto_reply.footer", business=business.name), words("automatic")],
        auto="auto-replied",
    )


def _signature(business: BusinessFacts) -> str:
    return "\n".join(filter(None, [business.name, business.phone, business.website_url]))
