"""Countries and time zones to choose from, in the reader's language."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from leadhall.tenancy.regions import read_country
from leadhall.web.console.words import Words

_NO_PLACES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/", "posix/", "right/")


def countries(words: Words) -> list[tuple[str, str]]:
    """Code and name, by name."""
    return list(_countries(words.locale))


@cache
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    named = Locale.parse(locale).territories
    found = [(code, name) for code, name in named.items() if _is_country(code)]
    return tuple(sorted(found, key=lambda each: each[1]))


def _is_country(code: str) -> bool:
    try:
        return read_country(code) == code
    except ValueError:
        return False


@cache
def time_zones() -> list[str]:
    """Names of places, and UTC."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NO_PLACES))
    return ["UTC", *places]
