"""Links in other people's text: http(s), mailto and tel become pressable, all other markup stays text."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

import nh3
import phonenumbers
from linkify_it.main import LinkifyIt
from markupsafe import Markup

SCHEMES = {"http", "https", "mailto", "tel"}
_TEL = re.compile(r"\+?[0-9][0-9().\-]{3,30}[0-9]")
_URL_MOST_CHARS = 2000


def linkified(text: str) -> Markup:
    """The text as HTML: escaped, its links pressable, line ends kept. Cleaned once more by a second hand."""
    pieces, last = [], 0
    for link in _finder().match(text) or []:
        pieces += [escape(text[last : link.index]), _anchor(link.url, text[link.index : link.last_index])]
        last = link.last_index
    html = "".join([*pieces, escape(text[last:])]).replace("\n", "<br>")
    return Markup(  # noqa: S704 - escaped above, and cleaned here
        nh3.clean(html, tags={"a", "br"}, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    )


def found_links(text: str) -> list[tuple[int, int, str]]:
    """Where each link of a text begins and ends, and where it leads."""
    return [(link.index, link.last_index, link.url) for link in _finder().match(text) or []]


def _anchor(url: str, shown: str) -> str:
    return f'<a href="{escape(url)}">{escape(shown)}</a>' if len(url) <= _URL_MOST_CHARS else escape(shown)


@cache
def _finder() -> Any:
    make: Any = LinkifyIt
    finder = make(options={"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": True})
    finder.add("ftp:", None).add("//", None)
    return finder.add("tel:", {"validate": _validate_tel})


def _validate_tel(_: Any, text: str, position: int) -> int:
    found = _TEL.match(text, position)
    return len(found[0]) if found else 0


def web_link(text: str | None) -> str | None:
    """The address if a browser can open it and nothing else can happen."""
    if text is None or len(text) > _URL_MOST_CHARS:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.netloc and text.isprintable() else None


def mail_link(address: str, *, subject: str) -> str:
    """A link that begins an answer. Everything but letters and digits is percent-encoded."""
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}"


def dialled(phone: str | None, country: str) -> str | None:
    """The number as a phone dials it (E.164); None when it is none."""
    try:
        number = phonenumbers.parse(phone or "", country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
