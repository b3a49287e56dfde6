"""Phone numbers: kept as they came, with their E.164 form when they have one. Never a reason to refuse a lead.

The library decides. A number written plainly from its `+` is looked up in the library's own
tables first, which takes a tenth of the time and finds the same form, or asks the library.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import msgspec
import phonenumbers

FEWEST_DIGITS = 3
MOST_DIGITS = 40  # E.164 has 15; callers add extensions and second numbers
MOST_CHARS = 80
MOST_CODE_DIGITS = 3
_PLAIN = re.compile(r"\+[1-9][\d ().-]{6,24}", re.ASCII)
_WITHOUT_SIGNS = str.maketrans("", "", "+ ().-")


class Phone(msgspec.Struct, frozen=True, gc=False):
    """`e164` is None for what cannot be dialled from abroad."""

    raw: str
    e164: str | None = None

    @property
    def valid(self) -> bool:
        """Its country hands such numbers out. Asked of the library only when read: intake never does (80 µs)."""
        return self.e164 is not None and phonenumbers.is_valid_number(phonenumbers.parse(self.e164))


def read_phone(text: str, country: str) -> Phone:
    """Read a number; one without a `+` is of `country` (ISO 3166-1 alpha-2, the business's). Never raises."""
    return _read(text, country.upper()) if len(text) <= MOST_CHARS else Phone(text)


def looks_like_phone(text: str) -> bool:
    """The cheap check before the library's: short, and with a number of digits that some phone could have."""
    if len(text) > MOST_CHARS:
        return False
    return FEWEST_DIGITS <= sum(map(str.isdigit, text)) <= MOST_DIGITS


@lru_cache(maxsize=4096)
def _read(text: str, country: str) -> Phone:
    plain = plain_e164(text)
    if plain or not looks_like_phone(text):
        return Phone(text, plain)
    return _ask_the_library(text, country)


def plain_e164(text: str) -> str | None:
    """The form of a plain international number of a possible length; None where the library must look closer."""
    if not _PLAIN.fullmatch(text):
        return None
    digits = text.translate(_WITHOUT_SIGNS)
    for length in range(1, MOST_CODE_DIGITS + 1):
        plan = _plan_of(int(digits[:length]))
        if plan:
            possible_lengths, prefix = plan
            national = digits[length:]
            doubtful = national.startswith("0") or (prefix is not None and prefix.match(national))
            return f"+{digits}" if len(national) in possible_lengths and not doubtful else None
    return None


@cache
def _plan_of(code: int) -> tuple[frozenset[int], re.Pattern[str] | None] | None:
    """How long national numbers of a country code may be, and what they may carry in front; None for no code."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code)
    if not regions:
        return None
    of_no_region = regions[0] == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
    tables = phonenumbers.PhoneMetadata
    table = tables.metadata_for_nongeo_region(code) if of_no_region else tables.metadata_for_region(regions[0])
    if table is None or table.general_desc is None:
        return None
    prefix = table.national_prefix_for_parsing
    return frozenset(table.general_desc.possible_length), re.compile(prefix) if prefix else None


def _ask_the_library(text: str, country: str) -> Phone:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return Phone(text)
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return Phone(text)  # also a number without its area code, which E.164 cannot say
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(text, e164)
