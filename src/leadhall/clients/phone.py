"""Phone numbers: kept as they came, with their E.164 form when they have one. Never a reason to refuse a lead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

FEWEST_DIGITS = 3
MOST_DIGITS = 40  # E.164 has 15; callers add extensions and second numbers
MOST_CHARS = 80


@dataclass(frozen=True, slots=True)
class Phone:
    """`e164` is None for what cannot be dialled from abroad."""

    raw: str
    e164: str | None = None

    @property
    def valid(self) -> bool:
        """Its country hands such numbers out. Asked of the library only when read: intake never does (80 µs)."""
        return self.e164 is not None and phonenumbers.is_valid_number(phonenumbers.parse(self.e164))


def read_phone(text: str, country: str) -> Phone:
    """Read a number; one without a `+` is of `country` (ISO 3166-1 alpha-2, the business's). Never raises."""
    if not looks_like_phone(text):
        return Phone(text)
    return _read(text, country.upper())


def looks_like_phone(text: str) -> bool:
    """The cheap check before the library's: short, and with a number of digits that some phone could have."""
    if len(text) > MOST_CHARS:
        return False
    return FEWEST_DIGITS <= sum(map(str.isdigit, text)) <= MOST_DIGITS


@lru_cache(maxsize=4096)
def _read(text: str, country: str) -> Phone:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return Phone(text)
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return Phone(text)  # also a number without its area code, which E.164 cannot say
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(text, e164)
