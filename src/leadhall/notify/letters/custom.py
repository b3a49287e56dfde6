"""A notice that an app or directory sends to a member of the staff, by a template of theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from leadhall.core.text import cut
from leadhall.notify.letters.facts import BusinessFacts
from leadhall.notify.letters.letter import Block, Button, Buttons, Letter, Paragraph
from leadhall.notify.letters.notice import PREHEADER_MOST_CHARS
from leadhall.notify.letters.words import words_in


def custom(business: BusinessFacts, locale: str, email: Mapping[str, Any]) -> Letter:
    """`email`: subject, main_title, main_text, middle_text, footer_text and buttons, in its locale and filled in.

    Pictures (top_image) are not shown: no letter of ours asks a reader's mail program to load anything.
    """
    text = {name: value for name, value in email.items() if isinstance(value, str)}
    return Letter(
        words=words_in(locale.replace("_", "-")),
        subject=text["subject"],
        preheader=cut(" ".join(text["main_text"].split()), PREHEADER_MOST_CHARS)[0],
        brand=business.name,
        heading=text.get("main_title") or text["subject"],
        blocks=list(_blocks(text, email)),
        footer=list(filter(None, [text.get("footer_text", "")])),
    )


def _blocks(text: Mapping[str, str], email: Mapping[str, Any]) -> Iterator[Block]:
    yield from map(Paragraph, filter(None, text["main_text"].split("\n\n")))
    yield from map(Paragraph, filter(None, text.get("middle_text", "").split("\n\n")))
    named = [(name, email[name]) for name in ("primary_cta_button", "secondary_cta_button") if name in email]
    buttons = [
        Button(each.get("text") or each["url"], each["url"], primary=name.startswith("primary"))
        for name, each in named
        if each.get("url")
    ]
    if buttons:
        yield Buttons(buttons)
