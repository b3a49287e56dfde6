"""An urlencoded body, as browsers and small scripts send it."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from leadhall.core.text import Value
from leadhall.web.decode.bracket_keys import nest
from leadhall.web.decode.utf8 import utf8_text


def decode_form(body: bytes) -> dict[str, Value]:
    """The content of `a=1&b[c]=2`. Raises Unreadable, DuplicateKey or TooDeep."""
    return nest(_pairs(body.removeprefix(BOM_UTF8)))


def _pairs(body: bytes) -> Iterator[tuple[str, str]]:
    for piece in body.split(b"&"):
        if not piece:
            continue
        raw_key, _, raw_value = piece.replace(b"+", b" ").partition(b"=")
        key = utf8_text(_unquoted(raw_key), "A key")
        yield key, utf8_text(_unquoted(raw_value), "The value of", key)


def _unquoted(raw: bytes) -> bytes:
    return unquote_to_bytes(raw) if b"%" in raw else raw
