"""What is wrong with a JSON body, in words: what, where, and what to do. Only refusals pay for it."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any

from leadhall.core.text import Value
from leadhall.web.decode.refusals import (
    MOST_DEPTH,
    DuplicateKey,
    TooDeep,
    Unreadable,
    path_name,
    place,
    show,
)

_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_STRING_OR_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[][{}]|NaN|-?Infinity', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def too_deep(body: bytes, text: str) -> TooDeep:
    depth, where = 0, "one place"
    for token in _tokens(text):
        depth += _STEPS.get(token[0], 0)
        if depth > MOST_DEPTH:
            where = _where(body, text, token.start())
            break
    return TooDeep(f"Objects and lists are nested more than {MOST_DEPTH} deep at {where}: send a flatter body")


def constant(body: bytes, text: str) -> Unreadable:
    token = next(token for token in _tokens(text) if token[0] not in _STEPS)
    where = _where(body, text, token.start())
    return Unreadable(f"{token[0]} at {where} is not JSON: send null or leave the field out")


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Brackets and constants outside of strings."""
    return (token for token in _STRING_OR_TOKEN.finditer(text) if not token[0].startswith('"'))


def _where(body: bytes, text: str, at: int) -> str:
    return place(text, at, bytes_before=len(BOM_UTF8) if body.startswith(BOM_UTF8) else 0)


def broken(body: bytes, text: str, error: json.JSONDecodeError) -> Unreadable:
    if not text.strip():
        return Unreadable("The body is empty: send a JSON object")
    where = _where(body, text, error.pos)
    if error.msg.startswith("Invalid control character"):
        code = f"{ord(text[error.pos]):04X}"
        return Unreadable(f"A raw control character (U+{code}) is in a string at {where}: write it as \\u{code}")
    what = error.msg.removesuffix(" at").rstrip(": ")
    near = f"near {show(text[error.pos :])}" if error.pos < len(text) else "at the end of the body"
    return Unreadable(f"The body is not JSON: {what[0].lower()}{what[1:]} at {where}, {near}")


def duplicate(text: str) -> DuplicateKey:
    """Read the text once more, keeping all keys, to say which one stands twice."""
    try:
        path = next(_repeated_paths(_PAIRS_DECODER.decode(text), ()), ())
    except json.JSONDecodeError:  # broken further on
        path = ()
    if not path:
        return DuplicateKey("A key stands twice in one object: send each key once")
    name = path_name(*path)
    return DuplicateKey(f'The key "{name}" stands twice in one object: send each key once', field=name)


class _Pairs(list[tuple[str, Any]]):
    """An object as the parser met it, with every key it has."""


_PAIRS_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=str)


def _repeated_paths(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, _Pairs):
        seen = set[str]()
        for key, child in value:
            if key in seen:
                yield (*path, key)
            seen.add(key)
            yield from _repeated_paths(child, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _repeated_paths(child, (*path, str(number)))


def refuse_odd_characters(content: dict[str, Value]) -> None:
    """Refuse the first text that may not be stored. There may be none: a backslash before `u0000` may be just that."""
    for path, text in _texts(content, ()):
        name = path_name(*path)
        if "\0" in text:
            raise Unreadable(f'"{name}" holds a NUL character (\\u0000): remove it', field=name)
        if lone := _LONE_SURROGATE.search(text):
            half = f"\\u{ord(lone[0]):04x}"
            raise Unreadable(f'"{name}" holds half of a surrogate pair ({half}): send both or none', field=name)


def _texts(value: Value, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every key and every string, each with the path that leads to it."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield (*path, key), key
            yield from _texts(child, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _texts(child, (*path, str(number)))
    elif isinstance(value, str):
        yield path, value
