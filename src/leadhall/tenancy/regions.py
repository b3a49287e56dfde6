"""Country, time zone, locale and currency of a business, as callers write them.

Each reader answers the form we keep, or raises ValueError with what is wrong.
Time zones: the IANA names of tzdata, and the names Rails gives them, which upstream's callers send.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from zoneinfo import available_timezones

from leadhall.core.sql import text_of

_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_NO_ZONES = {"localtime", "Factory"}


def read_country(text: str) -> str:
    """An ISO 3166-1 alpha-2 code in capitals."""
    code = text.strip().upper()
    if code not in _countries():
        raise ValueError("must be a country code of two letters, such as US (ISO 3166)")
    return code


def read_country_name(text: str) -> str:
    """A code, or the English name that tzdata has for a country: `United States` is US."""
    return _country_names().get(text.strip().lower()) or read_country(text)


def read_time_zone(text: str) -> str:
    """An IANA name, from an IANA or a Rails name in any case: `Mountain Time (US & Canada)` is America/Denver."""
    zone = _time_zones().get(text.strip().lower())
    if zone is None:
        raise ValueError("must be a time zone such as Europe/Berlin or Eastern Time (US & Canada)")
    return zone


def read_locale(text: str) -> str:
    """A language tag such as en, pt-BR or en_gb, as written."""
    if not _LOCALE.fullmatch(text.strip()):
        raise ValueError("must be a language such as en or pt-BR")
    return text.strip()


def read_currency(text: str) -> str:
    """The shape of an ISO 4217 code, in capitals; whether such a currency exists is not asked."""
    code = text.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise ValueError("must be a currency code of three letters, such as USD (ISO 4217)")
    return code


@cache
def _countries() -> frozenset[str]:
    table = (resources.files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


@cache
def _country_names() -> dict[str, str]:
    table = (resources.files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {name.lower(): code for code, name in lines} | {"united kingdom": "GB", "usa": "US", "uk": "GB"}


@cache
def _time_zones() -> dict[str, str]:
    iana = {name.lower(): name for name in available_timezones() - _NO_ZONES}
    rails = tomllib.loads(text_of(__package__, "rails_time_zones.toml"))
    return iana | {name.lower(): zone for name, zone in rails.items()}
