"""HTML mail as text. What quotes the mail before is left out, as far as mail programs mark it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from leadhall.core.text import clean

HTML_MOST_CHARS = 256 * 1024
TAGS_MOST = 10_000  # nested ones cost by their square: these at most a third of a second
_KEPT = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "hr"}
_DROPPED = {"script", "style", "title", "head", "template"}
_QUOTES = re.compile(r"\b(gmail_quote|yahoo_quoted|moz-cite-prefix|gmail_attr|protonmail_quote)\b")
_VOID = {"br", "hr"}
_BLANK_LINES = re.compile(r"\n{3,}")


def text_of_html(html: str, *, with_quotes: bool = False) -> str:
    """The text of a page, a line a block; all that is no text left out, and quotes unless they are asked for."""
    tidy = nh3.clean(  # well-formed from here on: the standard library's parser is slow on what is not
        _bounded(html),
        tags=_KEPT,
        clean_content_tags=_DROPPED,
        attributes={} if with_quotes else {"div": {"class"}, "blockquote": {"class"}},
        link_rel=None,
    )
    reader = _Reader(with_quotes=with_quotes)
    reader.feed(tidy)
    reader.close()
    lines = "\n".join(" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return clean(_BLANK_LINES.sub("\n\n", lines))[0]


def _bounded(html: str) -> str:
    """As much of it as is read in a moment."""
    pieces = html[:HTML_MOST_CHARS].split("<", TAGS_MOST)
    return "<".join(pieces[:TAGS_MOST])


class _Reader(HTMLParser):
    """Collects text. `_quoted` counts how deep we are in what is quoted."""

    def __init__(self, *, with_quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._with_quotes = with_quotes
        self.pieces: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID and (self._quoted or self._is_quote(tag, attrs)):
            self._quoted += 1
        self.pieces.append("\n")

    def _is_quote(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        marked = tag == "blockquote" or _QUOTES.search(dict(attrs).get("class") or "")
        return bool(marked) and not self._with_quotes

    def handle_endtag(self, tag: str) -> None:
        if self._quoted and tag not in _VOID:
            self._quoted -= 1
        self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._quoted:
            self.pieces.append(re.sub(r"\s+", " ", data))
