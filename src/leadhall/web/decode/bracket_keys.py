"""Bracket keys of forms, nested: `request_data[First Name]`, `k[]`, `a[b][c]`.

`k[]` makes a list and may be repeated; any other key may stand once. Numbers in
brackets are keys like any other.
"""

from __future__ import annotations

from collections.abc import Iterable

from leadhall.core.text import Value
from leadhall.web.decode.refusals import MOST_DEPTH, DuplicateKey, TooDeep, Unreadable, path_name, show

_LIST = ""  # the empty pair of brackets: one more of a list


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Value]:
    """The content that the pairs of a form spell. Raises Unreadable, DuplicateKey or TooDeep."""
    content: dict[str, Value] = {}
    for key, text in pairs:
        _put(content, key, text)
    return content


def _put(content: dict[str, Value], key: str, text: str) -> None:
    *path, last = _path(key)
    if last == _LIST and path:
        *path, name = path
        _append(_descend(content, path, key), name, text, key)
    else:
        _set(_descend(content, path, key), last, text, key)


def _descend(content: dict[str, Value], path: list[str], key: str) -> dict[str, Value]:
    """The object that the path leads to; what is missing on the way is made."""
    for name in path:
        child = content.setdefault(name, {})
        if type(child) is not dict:
            raise _mixed(key)
        content = child
    return content


def _append(content: dict[str, Value], name: str, text: str, key: str) -> None:
    items = content.setdefault(name, [])
    if type(items) is not list:
        raise _mixed(key)
    items.append(text)


def _set(content: dict[str, Value], name: str, text: str, key: str) -> None:
    if name not in content:
        content[name] = text
    elif type(content[name]) is str:
        raise DuplicateKey(
            f"The key {show(key)} stands twice: send each key once, or end it in [] for a list",
            field=path_name(key),
        )
    else:
        raise _mixed(key)


def _mixed(key: str) -> Unreadable:
    return Unreadable(
        f"The key {show(key)} is used in two ways, as text and as an object or list: choose one",
        field=path_name(key),
    )


def _path(key: str) -> tuple[str, ...]:
    """`a[b][c]` as (a, b, c). What does not end as a bracket key does is a plain key, brackets and all."""
    name, _, rest = key.partition("[")
    if not name or not rest.endswith("]"):
        return (key,)
    path = (name, *_segments(rest[:-1]))
    if len(path) > MOST_DEPTH:
        raise TooDeep(
            f"The key {show(key)} is nested more than {MOST_DEPTH} deep: send a flatter body", field=path_name(key)
        )
    if _LIST in path[:-1]:
        raise Unreadable(
            f"The key {show(key)} has [] before its end: number the items instead, like a[0][b]",
            field=path_name(key),
        )
    return path


def _segments(inner: str) -> list[str]:
    """What stands between the brackets: `b][c` is b and c.

    People's labels hold brackets too (`Budget [EUR]`): balanced ones belong to their
    label, and where nothing is balanced the whole is one label.
    """
    segments = inner.split("][")
    if inner.count("[") == inner.count("]") == len(segments) - 1:
        return segments
    return _balanced_segments(inner) or [inner]


def _balanced_segments(inner: str) -> list[str]:
    segments, start, depth = list[str](), 0, 1
    for at, character in enumerate(inner):
        if character == "]":
            depth -= 1
            if depth == 0:
                segments.append(inner[start:at])
        elif character == "[":
            if depth == 0:
                start = at + 1
            depth += 1
        elif depth == 0:
            return []
        if depth < 0:
            return []
    return [*segments, inner[start:]] if depth == 1 else []
