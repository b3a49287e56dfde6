"""Colours of code: Pygments reads it, a class says what each piece is, and the style sheet knows the rest.

Pieces that look alike are one, so that a page stays light. What is long is shown plain: nobody waits for colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Piece = tuple[str, str]
"""What it is (c: comment, k: keyword, s: string, n: number, t: key, f: function, v: variable, or nothing); its text."""

COLOURED_MOST_CHARS = 8 * 1024
REMEMBERED = 512
ALIASES = {"curl": "bash", "sh": "bash", "node": "js"}
KINDS = (
    ("Comment", "c"), ("Keyword", "k"), ("Literal.String", "s"), ("Literal.Number", "n"), ("Name.Tag", "t"),
    ("Name.Attribute", "t"), ("Name.Function", "f"), ("Name.Builtin", "f"), ("Name.Class", "f"), ("Name.Variable", "v"),
)  # fmt: skip


def coloured(code: str, language: str) -> Markup:
    """Our own code as HTML, remembered."""
    return _remembered(code, language)


def coloured_once(code: str, language: str) -> Markup:
    """The same of what somebody sent: it is not kept in memory."""
    return _html(pieces_of(code, language))


@lru_cache(maxsize=REMEMBERED)
def _remembered(code: str, language: str) -> Markup:
    return _html(pieces_of(code, language))


def _html(pieces: list[Piece]) -> Markup:
    told = [Markup('<span class="{}">{}</span>').format(kind, text) if kind else escape(text) for kind, text in pieces]
    return Markup("").join(told)


def pieces_of(code: str, language: str) -> list[Piece]:
    """The code cut into pieces; one plain piece when it is long, or nobody knows the language."""
    lexer = _lexer(ALIASES.get(language, language)) if len(code) <= COLOURED_MOST_CHARS else None
    if lexer is None:
        return [("", code)]
    pieces = groupby(_kinds(lexer, code), key=lambda piece: piece[0])
    return [(kind, "".join(text for _, text in alike)) for kind, alike in pieces]


def _kinds(lexer: Lexer, code: str) -> Iterator[Piece]:
    for token, text in lexer.get_tokens(code):
        path = str(token).removeprefix("Token.")
        yield next((kind for name, kind in KINDS if path.startswith(name)), ""), text


@cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - slow to load, and rarely needed
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer
