"""The three spellings of one content, as callers write them, and contents that all three can spell."""

from collections.abc import Iterator
from urllib.parse import quote_plus

from hypothesis import strategies as st

BOUNDARY = "----leadhall-test-boundary"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

_NO_NUL = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(_NO_NUL, max_size=30)
# Brackets mean something in keys of forms; % and \ are written differently by different multipart clients.
KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="[]%\\"), min_size=1, max_size=12)
_LEAVES = TEXTS | st.lists(TEXTS, min_size=1, max_size=3)
_NESTED = st.recursive(_LEAVES, lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3), max_leaves=6)
CONTENTS = st.dictionaries(KEYS, _NESTED, min_size=1, max_size=5)


def pairs(content: dict) -> Iterator[tuple[str, str]]:
    """The content as bracket keys and texts."""
    for name, value in content.items():
        yield from _pairs_below(name, value)


def _pairs_below(key, value):
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _pairs_below(f"{key}[{name}]", child)
    elif isinstance(value, list):
        for item in value:
            yield f"{key}[]", item
    else:
        yield key, value


def as_form(fields) -> bytes:
    return "&".join(f"{quote_plus(key)}={quote_plus(text)}" for key, text in fields).encode()


def as_multipart(fields, *, extra: bytes = b"") -> bytes:
    """`extra` is put before the last boundary: whole parts, made by `part`."""
    parts = (part(f'form-data; name="{_escaped(key)}"', text.encode()) for key, text in fields)
    return b"".join(parts) + extra + f"--{BOUNDARY}--\r\n".encode()


def part(disposition: str, data: bytes, *headers: str) -> bytes:
    lines = [f"--{BOUNDARY}", f"Content-Disposition: {disposition}", *headers, "", ""]
    return "\r\n".join(lines).encode() + data + b"\r\n"


def _escaped(key: str) -> str:
    return key.replace('"', "%22")
