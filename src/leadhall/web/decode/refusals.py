"""Why a body cannot be read, and how we quote it: short, escaped, with its place."""

from __future__ import annotations

from leadhall.core.errors import Unreadable, UnsupportedMedia

__all__ = ["MOST_DEPTH", "DuplicateKey", "TooDeep", "Unreadable", "UnsupportedMedia", "path_name", "place", "show"]

MOST_DEPTH = 8  # containers within each other; the root object is the first
_MOST_SHOWN_CHARS = 40


class DuplicateKey(Unreadable):
    """One key twice in one object: parsers disagree on which of the two counts, so neither does."""

    code = "duplicate_key"


class TooDeep(Unreadable):
    """Objects and lists nested beyond `MOST_DEPTH`."""

    code = "too_deep"


def show(text: str) -> str:
    """A piece of the caller's input, quoted: at most 40 characters, everything unprintable escaped."""
    clipped = path_name(text)
    return f'"{clipped}"'


def path_name(*keys: str) -> str:
    """A field's name from the keys that lead to it, `request_data.Budget`, clipped and escaped like `show`."""
    path = ".".join(keys)
    clipped = path[:_MOST_SHOWN_CHARS]
    escaped = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in clipped)
    return f"{escaped}…" if len(path) > _MOST_SHOWN_CHARS else escaped


def place(text: str, at: int, *, bytes_before: int = 0) -> str:
    """Where index `at` of the text is; all three counted from 1. `bytes_before` is what a BOM took."""
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    byte = len(text[:at].encode()) + bytes_before + 1
    return f"line {line}, column {column} (byte {byte})"
