"""Text as Leadhall keeps it, and the few readings of JSON values that every door shares.

Text is normalised once, here, before anything looks at it (api.md 0.2): NFC, LF
line ends, no control characters but tab and LF, no blanks at the ends.
"""

from __future__ import annotations

import re
from itertools import chain, groupby
from typing import TypeAlias
from unicodedata import category, combining, is_normalized, normalize

import msgspec

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MOST_MARKS_IN_A_RUN = 30  # what UAX #15 calls stream-safe; no writing system needs more
_MOST_STEPS_BACK = 16
_JOINER = "\u200d"  # ties emoji together: families, flags, professions

_BOOLEANS = dict.fromkeys(("true", "yes", "on", "t", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "f", "0"), False
)


class Number(str):
    """A JSON number kept as its own text, so 12345678901234567890, 1.0 and 1e3 survive exactly."""

    __slots__ = ()


Value: TypeAlias = "dict[str, Value] | list[Value] | str | bool | None"
"""What a decoded request is made of; a number is a `Number`, which is a `str`."""


def clean(text: str) -> tuple[str, bool]:
    """The text as we keep it, and whether control characters had to be removed from it."""
    if is_plain(text):
        return text.strip(), False
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, removed = _CONTROLS.subn("", text)
    return nfc(text).strip(), removed > 0


def is_plain(text: str) -> bool:
    """Printable ASCII, as most texts are: cleaning it is trimming it."""
    return text.isascii() and text.isprintable()


def nfc(text: str) -> str:
    """NFC in linear time.

    `unicodedata.normalize` sorts combining marks by swapping neighbours: 64 KiB of
    them in the wrong order hold the processor for a second. Long runs are sorted
    here first; the outcome is the same.
    """
    if text.isascii() or is_normalized("NFC", text):
        return text
    if _has_long_run_of_marks(text):
        text = _with_marks_in_order(text)
    return normalize("NFC", text)


def _has_long_run_of_marks(text: str) -> bool:
    run = 0
    for character in text:
        run = run + 1 if category(character)[0] == "M" else 0
        if run > _MOST_MARKS_IN_A_RUN:
            return True
    return False


def _with_marks_in_order(text: str) -> str:
    """The canonical decomposition: one character at a time, then every run of marks sorted stably."""
    decomposed = "".join(normalize("NFD", character) for character in text)
    runs = groupby(decomposed, key=lambda character: combining(character) != 0)
    return "".join(chain.from_iterable(sorted(run, key=combining) for _, run in runs))


def is_blank(text: str) -> bool:
    """Nothing is left after trimming."""
    return not text or text.isspace()


def cut(text: str, most_chars: int) -> tuple[str, bool]:
    """At most `most_chars` characters of the text, and whether any were cut off.

    A letter keeps its accents: the cut moves a few characters back rather than
    part a base from its marks or an emoji from what it is joined to.
    """
    if len(text) <= most_chars:
        return text, False
    for end in range(most_chars, max(most_chars - _MOST_STEPS_BACK, 0), -1):
        if not _are_joined(text[end - 1], text[end]):
            return text[:end], True
    return text[:most_chars], True


def _are_joined(before: str, after: str) -> bool:
    return _JOINER in (before, after) or category(after)[0] == "M"


def fits_bytes(text: str, most_bytes: int) -> bool:
    """Whether the text takes at most `most_bytes` bytes in UTF-8."""
    if len(text) > most_bytes:
        return False
    return text.isascii() or len(text.encode()) <= most_bytes


def json_text(value: Value | float) -> str:
    """A value where text belongs: text as it is, anything else as its JSON text; a number keeps its literal."""
    if isinstance(value, str):
        return str(value)
    return _TEXT_ENCODER.encode(value).decode()


def canonical_json(value: Value) -> bytes:
    """JSON with sorted keys and no blanks, so that equal content gives equal bytes."""
    return _CANONICAL_ENCODER.encode(value)


def _number_literal(value: object) -> msgspec.Raw:
    if isinstance(value, Number):
        return msgspec.Raw(value.encode())
    raise TypeError(f"{type(value).__name__} is no JSON value")


_TEXT_ENCODER = msgspec.json.Encoder(enc_hook=_number_literal)
_CANONICAL_ENCODER = msgspec.json.Encoder(enc_hook=_number_literal, order="sorted")


def read_boolean(value: Value | float) -> bool | None:
    """True or false as people write it (yes, on, T, 1 …); None for null and blank.

    Raises ValueError for anything else: the caller warns and takes it as absent.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str | int):
        word = str(value).strip().lower()
        if not word:
            return None
        if word in _BOOLEANS:
            return _BOOLEANS[word]
    raise ValueError("neither true nor false")
