"""Links in what others wrote. What our own partners wrote for the owner is pressable; what strangers wrote is not."""

from __future__ import annotations

from urllib.parse import urlsplit

import nh3
from markupsafe import Markup, escape

from leadhall.notify.letters.links import found_links, linkified

WITHOUT_US = "noopener noreferrer"


def clickable(text: str) -> Markup:
    """A system message: its links open in a window of their own, which learns nothing of ours."""
    html = nh3.clean(
        linkified(text),
        tags={"a", "br"},
        attributes={"a": {"href", "target"}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=WITHOUT_US,
    )
    return Markup(html)  # noqa: S704 - cleaned right here


def inert(text: str) -> Markup:
    """A stranger's words: links cannot be pressed, and where each would lead is plain to see."""
    pieces, last = Markup(), 0
    for begins, ends, url in found_links(text):
        pieces += escape(text[last:begins]) + _shown(text[begins:ends], url)
        last = ends
    pieces += escape(text[last:])
    return Markup(str(pieces).replace("\n", "<br>"))  # noqa: S704 - every piece was escaped


def _shown(text: str, url: str) -> Markup:
    host = _host(url)
    before, found, after = text.partition(host) if host else (text, "", "")
    if not found:
        return Markup('<span class="inert">{}</span>').format(text)
    return Markup('<span class="inert">{}<b>{}</b>{}</span>').format(before, host, after)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
