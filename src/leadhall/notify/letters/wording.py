"""A business's own wording of the auto-reply: templates with placeholders and `if` (placeholders.py)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from leadhall.core.text import clean
from leadhall.notify.letters.facts import BusinessFacts

SETTING = "auto_reply"
SUBJECT_MOST_CHARS = 200
TEXT_MOST_CHARS = 4_000


class Wording(Struct, frozen=True):
    """Subject and text, as templates."""

    subject: str
    text: str


class WordingFault(ValueError):
    """The wording cannot be used; says where and why."""


def read_wording(settings: dict[str, Any]) -> Wording | None:
    """What a business has set, if it has."""
    found = settings.get(SETTING)
    if (
        not isinstance(found, dict)
        or not isinstance(found.get("subject"), str)
        or not isinstance(found.get("text"), str)
    ):
        return None
    return Wording(found["subject"], found["text"])


def check_wording(wording: Wording) -> None:
    """Try it as it will be used, with and without a name. WordingFault says what is wrong."""
    example = BusinessFacts(
        id=0, uid="", name="Example", directory="", email=None, phone=None, website_url=None, country="US",
        time_zone="UTC", locale="en", status_labels={}, settings={},
    )  # fmt: skip
    for name in ("Dana", None):
        render_wording(wording, example, name)


def render_wording(wording: Wording, business: BusinessFacts, first_name: str | None) -> tuple[str, str]:
    """Subject and text for one lead. WordingFault when it cannot be rendered within its limits."""
    facts = {
        "first_name": first_name or "",
        "business": {
            "name": business.name,
            "phone": business.phone or "",
            "email": business.email or "",
            "website_url": business.website_url or "",
        },
    }
    subject = _render(wording.subject, facts, SUBJECT_MOST_CHARS, "subject")
    text = _render(wording.text, facts, TEXT_MOST_CHARS, "text")
    return " ".join(subject.split()), text


def _render(template: str, facts: dict[str, Any], most_chars: int, where: str) -> str:
    if len(template) > most_chars:
        raise WordingFault(f"{where}: longer than {most_chars} characters")
    from leadhall.notify.letters.placeholders import fill  # noqa: PLC0415 - slow to load; few word their own

    try:
        text = clean(fill(template, facts))[0]
    except ValueError as fault:
        raise WordingFault(f"{where}: {fault}") from None
    if not text:
        raise WordingFault(f"{where}: blank")
    return text
