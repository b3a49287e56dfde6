"""Query parameters: read strictly as text, then as the operation's type."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from leadhall.core.errors import Fault, Invalid, Unreadable
from leadhall.core.text import clean
from leadhall.web.head import Scope

PARAMETERS_MOST = 100
T = TypeVar("T")
_WHERE = re.compile(r" - at `\$\.(?P<field>.*)`$")
_BOUND = re.compile(r"(?P<sign>[<>]=) (?P<number>\d+)")
_BOUND_WORDS = {">=": "at least", "<=": "at most"}
_MEANT = {
    "Expected `int": "must be a whole number",
    "Expected `bool": "must be true or false",
    "Invalid enum": "is none of the values it can have",
}


class DuplicateParameter(Unreadable):
    """One query parameter twice: its value is unclear."""

    code = "duplicate_key"


def parameters(scope: Scope) -> dict[str, str]:
    """The query as text, blank values left out. Unreadable for broken UTF-8 or NUL, DuplicateParameter."""
    try:
        pairs = parse_qsl(
            scope["query_string"].decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=PARAMETERS_MOST,
        )
    except UnicodeError:
        raise Unreadable("The query is not UTF-8, percent-encoded") from None
    except ValueError:
        raise Unreadable(f"The query has more than {PARAMETERS_MOST} parameters") from None
    read: dict[str, str] = {}
    for name, value in pairs:
        if "\x00" in name or "\x00" in value:
            raise Unreadable("The query holds a NUL character")
        if name in read:
            raise DuplicateParameter(f"The parameter {clean(name)[0][:40]} stands twice: send it once")
        read[name] = clean(value)[0]
    return {name: value for name, value in read.items() if value}


def read_query(scope: Scope, shape: type[T]) -> T:
    """The query as `shape`; parameters it does not know are ignored.

    Invalid names all that are missing, or else the first that cannot be.
    """
    given = parameters(scope)
    try:
        return msgspec.convert(given, type=shape, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid.of(_missing(given, shape) or [_fault(str(error))]) from None


def read_time(text: str | None, field: str, faults: list[Fault]) -> datetime | None:
    """A time or a day in ISO 8601; UTC unless it says otherwise. What cannot be read is a fault, and None."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a + that nobody encoded
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        faults.append(Fault("invalid", f"{field} must be a time such as 2026-11-22T09:30:00Z", field))
        return None


def _missing(given: dict[str, str], shape: type[Any]) -> list[Fault]:
    needed = (field.encode_name for field in msgspec.structs.fields(shape) if field.required)
    return [Fault.missing(name) for name in needed if name not in given]


def _fault(words: str) -> Fault:
    """What msgspec says, in our words."""
    where = _WHERE.search(words)
    field = where["field"] if where else None
    meant = next((ours for theirs, ours in _MEANT.items() if words.startswith(theirs)), "cannot be read")
    if bound := _BOUND.search(words):
        meant += f" of {_BOUND_WORDS[bound['sign']]} {bound['number']}"
    return Fault("invalid", f"{field or 'A parameter'} {meant}", field)
