"""Reading what callers give of a business, a user or an app: all faults at once, in the order of the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from leadhall.core.emails import EMAIL_MOST_BYTES, email_key
from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import clean, fits_bytes

TEXT_MOST_CHARS = 255
LONG_TEXT_MOST_CHARS = 1000

Reader = Callable[[Any], Any]


def read_all(
    given: Mapping[str, Any], readers: Mapping[str, Reader], *, needed: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The given fields as we keep them; None stands for a field not given. Invalid names every fault."""
    faults = [Fault.missing(field) for field in needed if _is_absent(given.get(field))]
    values: dict[str, Any] = {}
    for field, value in given.items():
        if value is None or (field in needed and _is_absent(value)):
            continue
        try:
            values[field] = readers[field](value)
        except ValueError as fault:
            faults.append(Fault("invalid", f"{field} {fault}", field))
    if faults:
        raise Invalid.of(faults)
    return values


def _is_absent(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def read_text(text: str, most_chars: int = TEXT_MOST_CHARS) -> str:
    """Text as every room keeps it. ValueError when it is too long."""
    cleaned, _ = clean(text)
    if len(cleaned) > most_chars:
        raise ValueError(f"must be at most {most_chars} characters")
    return cleaned


def read_long_text(text: str) -> str:
    return read_text(text, LONG_TEXT_MOST_CHARS)


def read_email(text: str) -> str:
    """An address as its owner writes it. ValueError when it has no form that could be sent to."""
    cleaned = read_text(text)
    email_key(cleaned)
    if not fits_bytes(cleaned, EMAIL_MOST_BYTES) or any(character.isspace() for character in cleaned):
        raise ValueError(f"must be an email address of at most {EMAIL_MOST_BYTES} bytes without blanks")
    return cleaned


def read_optional_email(text: str) -> str:
    """The same; blank takes the address away."""
    return read_email(text) if text.strip() else ""


def one_of(*words: str) -> Reader:
    """A reader for a fixed set of words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of: {', '.join(words)}")
        return text

    return read


def any_value(value: Any) -> Any:
    return value
