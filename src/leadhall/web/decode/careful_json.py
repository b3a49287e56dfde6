"""The careful reader of JSON: the standard library's parser, made strict where it is lax.

It silently keeps the last of two equal keys, takes NaN and half a surrogate pair, and
recurses as deep as the document does; so keys are counted, constants and odd characters
refused, and brackets scanned beforehand.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from leadhall.core.text import Number, Value, canonical_json
from leadhall.web.decode import json_faults
from leadhall.web.decode.refusals import MOST_DEPTH, Unreadable, show
from leadhall.web.decode.utf8 import utf8_text

_ODD_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class _ConstantMet(Exception):
    """NaN, Infinity or -Infinity."""


class _KeyMetTwice(Exception):
    """In one object."""


def read_carefully(body: bytes) -> dict[str, Value]:
    """The object in the body. Raises Unreadable, DuplicateKey or TooDeep."""
    text = utf8_text(body, "The body").removeprefix("\ufeff")
    if _is_too_deep(body):
        raise json_faults.too_deep(body, text)
    content = _parse(body, text)
    if type(content) is not dict:
        raise Unreadable(f'The body must be a JSON object like {{"email": "…"}}, not {show(text.strip())}')
    if "\\" in text and _ODD_ESCAPE.search(text) and not _is_storable(content):
        json_faults.refuse_odd_characters(content)
    return content


def _is_too_deep(body: bytes) -> bool:
    """Whether brackets outside of strings nest beyond the bound; exact up to the first fault of the JSON."""
    if body.count(b"{") + body.count(b"[") <= MOST_DEPTH:
        return False
    unescaped = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside_strings = b"".join(unescaped.split(b'"')[::2])
    depth = 0
    for bracket in outside_strings.translate(None, _ALL_BUT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            return True
    return False


def _parse(body: bytes, text: str) -> Value:
    try:
        return _DECODER.decode(text)  # type: ignore[no-any-return] # json is typed Any
    except json.JSONDecodeError as error:
        raise json_faults.broken(body, text, error) from None
    except _ConstantMet:
        raise json_faults.constant(body, text) from None
    except _KeyMetTwice:
        raise json_faults.duplicate(text) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise _KeyMetTwice
    return content


def _refuse_constant(_name: str) -> NoReturn:
    raise _ConstantMet


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=Number, parse_float=Number, parse_constant=_refuse_constant
)


def _is_storable(content: dict[str, Value]) -> bool:
    """Whether no text surely holds U+0000 or half a surrogate pair; most odd escapes are the halves of an emoji."""
    try:
        return b"\\u0000" not in canonical_json(content)
    except UnicodeEncodeError:
        return False
