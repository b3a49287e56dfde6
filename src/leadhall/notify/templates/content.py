"""What a template says: texts in several languages with `{{places}}` for params, and what becomes of them. Pure.

A text is one for all languages, or a list of `{locale, value}`. Only what stands here may be in a content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

LOCALES = ("en", "fr", "de", "it", "pl", "pt", "es", "nl", "he", "sl", "en_gb")
CATEGORIES = (
    *("payments", "clients", "calendar", "booking", "marketing", "teamchat", "scheduling", "advertising"),
    *("group_events", "documents", "messages", "reviews", "social", "account"),
)
TRIGGERS = ("system", "client")
CHANNELS = ("push", "pane", "email", "sms")
BUTTONS = ("primary_cta_button", "secondary_cta_button")
BUTTON_TEXTS = ("text", "url", "alt")
PARTS: dict[str, tuple[str, ...]] = {
    "staff_portal": ("title", "message_body", "deep_link"),
    "email": ("subject", "main_title", "main_text", "middle_text", "footer_text", "top_image", *BUTTONS),
    "sms": ("message_body", "deep_link"),
}
NEEDED = {"staff_portal": ("title",), "email": ("subject", "main_text"), "sms": ("message_body",)}
PART_OF_CHANNEL = {"push": "staff_portal", "pane": "staff_portal", "email": "email", "sms": "sms"}
TEXT_MOST_CHARS = 4_000
LINK_MOST_CHARS = 1_000
LINKS = frozenset({"deep_link", "url", "top_image"})

Text = str | list[dict[str, str]]
"""For all languages, or by locale."""
_PLACE = re.compile(r"{{\s*([A-Za-z0-9_.-]{1,100})\s*}}")


def channels_of(content: Mapping[str, Any]) -> list[str]:
    """Where a notice can go, by what its content has; never push, for we have none."""
    return [channel for channel in CHANNELS if channel != "push" and PART_OF_CHANNEL[channel] in content]


def filled(content: Mapping[str, Any], locale: str, params: Mapping[str, str]) -> dict[str, Any]:
    """The content in one language, every place filled; a place without a param is left empty."""
    return {
        name: filled(value, locale, params) if isinstance(value, dict) else _fill(in_locale(value, locale), params)
        for name, value in content.items()
    }


def in_locale(text: Text, locale: str) -> str:
    """The text of a locale, else of its language, else English, else whatever comes first."""
    if isinstance(text, str):
        return text
    by_locale = {each["locale"]: each["value"] for each in text}
    wanted = (locale, locale.partition("_")[0], "en", next(iter(by_locale), ""))
    return next((by_locale[each] for each in wanted if each in by_locale), "")


def _fill(text: str, params: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: params.get(place[1], ""), text)


def is_web_address(text: str) -> bool:
    """Whether a button may lead there: http or https, with a host, and nothing that ends it early."""
    if len(text) > LINK_MOST_CHARS or any(letter.isspace() for letter in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
