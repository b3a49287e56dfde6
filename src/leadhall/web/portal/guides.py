"""The how-tos of docs/howto as pages of the portal: the same text, so that there is one truth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from markupsafe import Markup

from leadhall.core.errors import NotFound
from leadhall.web.portal.coloured import coloured

_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_SIBLING = re.compile(r'href="(?:\./)?([\w-]+)\.md(#[\w-]*)?"')
_ERROR = re.compile(r'href="\.\./reference/errors\.md(#[\w-]*)?"')
_OTHER = re.compile(r'<a href="\.\./[^"]*">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class Guide:
    """One how-to."""

    name: str
    title: str
    source: str

    @cached_property
    def html(self) -> Markup:
        """Our own Markdown as HTML: raw HTML in it is shown, not run. Links to pages that are not served are text."""
        from markdown_it import MarkdownIt  # noqa: PLC0415 - slow to load, and rarely read

        text = MarkdownIt("commonmark", {"html": False, "highlight": _highlighted}).enable("table").render(self.source)
        text = _SIBLING.sub(r'href="/docs/guides/\1\2"', text)
        text = _ERROR.sub(r'href="/docs/errors\1"', text)
        text = text.replace("<pre>", '<pre tabindex="0">')  # what scrolls can be reached by keys
        return Markup(_OTHER.sub(r"\1", text))  # noqa: S704 - markdown-it escaped it


def _highlighted(code: str, language: str, _: str) -> str:
    return str(coloured(code, language))


@cache
def guides() -> tuple[Guide, ...]:
    """All guides, by title."""
    found = [_read(entry) for entry in _folder().iterdir() if entry.name.endswith(".md")]
    return tuple(sorted(found, key=lambda guide: guide.title))


def guide_called(name: str) -> Guide:
    """NotFound when there is none of that name."""
    for guide in guides():
        if guide.name == name:
            return guide
    raise NotFound("There is no such guide")


def _folder() -> Traversable:
    """Beside this module in a wheel (pyproject.toml puts them there); in a checkout, where they are written."""
    packed = resources.files(__package__) / "guides"
    return packed if packed.is_dir() else Path(__file__).parents[4] / "docs" / "howto"


def _read(entry: Traversable) -> Guide:
    source = _COMMENT.sub("", entry.read_text(encoding="utf-8"))
    heading = _HEADING.search(source)
    name = entry.name.removesuffix(".md")
    return Guide(name, heading[1].strip() if heading else name, source)
