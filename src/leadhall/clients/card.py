"""The client card: its built-in fields, a business's own ones, and what each type can hold (api.md 3.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from leadhall.clients.keys import EMAIL_MOST_BYTES, UNIQUE_ID_MOST_BYTES, split_email
from leadhall.clients.phone import looks_like_phone
from leadhall.clients.statuses import read_status
from leadhall.core.text import cut, fits_bytes, nfc, read_boolean

TEXT_MOST_CHARS = 255
ADDRESS_MOST_CHARS = 1000
REMEMBERED_MOST_CHARS = 64

Column = Literal["first_name", "last_name", "email", "phone", "address"]
TYPES = (
    "singleline",
    "name",
    "dropdown",
    "datepicker",
    "checkbox",
    "address",
    "identifier",
    "email",
    "firstname",
    "lastname",
    "phone",
    "opt-in",
    "status",
)
NOT_BY_REQUEST_DATA = frozenset({"opt-in", "status", "identifier"})
"""Types that a stranger's request_data never writes (api.md 0.4.6)."""


@dataclass(frozen=True, slots=True)
class CardField:
    """One field of the card. `column` is its column of `client`; None: it lives in `client.fields` under its id."""

    id: str
    label: str
    type: str
    options: tuple[str, ...] = ()
    column: Column | None = None

    @property
    def by_request_data(self) -> bool:
        return self.type not in NOT_BY_REQUEST_DATA


@dataclass(frozen=True, slots=True)
class CannotHold:
    """The field's type has no room for the value: it stays in the message, and nothing on the card changes."""

    why: str


BUILT_IN = (
    CardField("first_name", "First Name", "firstname", column="first_name"),
    CardField("last_name", "Last Name", "lastname", column="last_name"),
    CardField("email", "Email", "email", column="email"),
    CardField("phone", "Phone", "phone", column="phone"),
    CardField("address", "Address", "address", column="address"),
)


def label_key(label: str) -> str:
    """A label as it is compared: case and blanks ignored."""
    return _remembered_key(label) if len(label) <= REMEMBERED_MOST_CHARS else _key_of_label(label)


def _key_of_label(label: str) -> str:
    if label.isascii():
        return "".join(label.split()).lower()
    return nfc("".join(nfc(nfc(label).casefold()).split()))


_remembered_key = lru_cache(maxsize=4_096)(_key_of_label)  # forms send the same labels with every lead


@dataclass(frozen=True)
class Card:
    """A business's card: the built-in fields, then its own in their order."""

    own: tuple[CardField, ...] = ()
    _by_id: dict[str, CardField] = field(init=False, repr=False, compare=False)
    _by_label: dict[str, CardField] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        everything = self.fields
        object.__setattr__(self, "_by_id", {each.id: each for each in everything})
        object.__setattr__(self, "_by_label", {label_key(each.label): each for each in reversed(everything)})

    @classmethod
    def of(cls, own: Iterable[CardField]) -> Card:
        """A card with these own fields, given in card order."""
        return cls(tuple(own))

    def find(self, key: str) -> CardField | None:
        """The field that a caller's key names: by id, else by label, the first in card order if two share it."""
        return self._by_id.get(key) or self._by_label.get(label_key(key))

    @property
    def fields(self) -> tuple[CardField, ...]:
        """All, in card order."""
        return (*BUILT_IN, *self.own)

    @property
    def labels(self) -> dict[str, str]:
        """What the business calls its own fields, by id."""
        return {each.id: each.label for each in self.own}

    def first_of(self, type_: str) -> CardField | None:
        """The first field of one type, such as `opt-in`."""
        return next((each for each in (*BUILT_IN, *self.own) if each.type == type_), None)


def most_chars(card_field: CardField) -> int:
    """What fits on the card; the rest of a longer text is in the message alone."""
    return ADDRESS_MOST_CHARS if card_field.type == "address" else TEXT_MOST_CHARS


def fit(card_field: CardField, value: str) -> str | CannotHold:
    """The text that is stored for `value` (cleaned, not blank), or why the field's type cannot hold it.

    Over-long text is cut to `most_chars`: compare lengths to know.
    """
    return _FITTERS.get(card_field.type, _fit_line)(card_field, value)


def _fit_line(card_field: CardField, value: str) -> str:
    return cut(" ".join(value.split("\n")), most_chars(card_field))[0]


def _fit_lines(card_field: CardField, value: str) -> str:
    return cut(value, most_chars(card_field))[0]


def _fit_option(card_field: CardField, value: str) -> str | CannotHold:
    wanted = label_key(value)
    for option in card_field.options:
        if label_key(option) == wanted:
            return option
    return CannotHold("none of its options")


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _fit_date(_: CardField, value: str) -> str | CannotHold:
    if not _DATE.fullmatch(value):
        return CannotHold("a date is written YYYY-MM-DD")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return CannotHold("no day of the calendar")


def _fit_boolean(yes: str, no: str) -> Callable[[CardField, str], str | CannotHold]:
    def fit_boolean(_: CardField, value: str) -> str | CannotHold:
        try:
            return {True: yes, False: no, None: no}[read_boolean(value)]
        except ValueError:
            return CannotHold("neither yes nor no")

    return fit_boolean


def _fit_email(_: CardField, value: str) -> str | CannotHold:
    if split_email(value) is None or not fits_bytes(value, EMAIL_MOST_BYTES):
        return CannotHold("no email address")
    return value


def _fit_phone(_: CardField, value: str) -> str | CannotHold:
    return value if looks_like_phone(value) else CannotHold("no phone number")


def _fit_identifier(_: CardField, value: str) -> str | CannotHold:
    return value if fits_bytes(value, UNIQUE_ID_MOST_BYTES) else CannotHold("longer than an identifier may be")


def _fit_status(_: CardField, value: str) -> str | CannotHold:
    return read_status(value) or CannotHold("no status")


_FITTERS: dict[str, Callable[[CardField, str], str | CannotHold]] = {
    "dropdown": _fit_option,
    "datepicker": _fit_date,
    "checkbox": _fit_boolean("true", "false"),
    "opt-in": _fit_boolean("1", "0"),
    "email": _fit_email,
    "phone": _fit_phone,
    "identifier": _fit_identifier,
    "status": _fit_status,
    "address": _fit_lines,
}
