"""The console in its reader's language: catalogs of gettext, read as they lie in git (words/*.po), and Babel's formats.

English is the language of the source. A sentence that a catalog lacks is shown in English; a test sees to it
that none lacks any (tests/web/console/test_words.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from gettext import c2py
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.core import negotiate_locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from leadhall.conversations.threads import COUNTED_MOST

LANGUAGES = {"en": "English", "he": "עברית", "es": "Español", "fr": "Français", "de": "Deutsch"}
"""By code, each named in itself."""
RIGHT_TO_LEFT = frozenset({"he"})
_OLD_NAMES = {"iw": "he"}


def N_(text: str) -> str:  # noqa: N802 - gettext's name for it
    """Marks a sentence that is translated later, where it is shown."""
    return text


@dataclass(frozen=True)
class Words:
    """`words("Archive")`, `words.many("%(num)d lead", "%(num)d leads", 3)`, and dates and numbers of one reader."""

    language: str
    locale: str = "en"
    zone: str = "UTC"

    def __call__(self, text: str, /, **values: Any) -> str:
        translated = _texts(self.language).get(text) or text
        return translated % values if values else translated

    def form(self, one: str, several: str, number: int) -> str:
        """One sentence or the other, by the number, which stands in it as %(num)s."""
        forms = _plurals(self.language).get(one)
        if forms:
            found: str = forms[_rule(self.language)(number)]
            return found
        return one if number == 1 else several

    def many(self, one: str, several: str, number: int, /, **values: Any) -> str:
        """The same, filled in."""
        return self.form(one, several, number) % ({"num": self.number(number)} | values)

    def several(self, words: Sequence[str]) -> str:
        """Some, with an *and* before the last."""
        return format_list(words, locale=self.locale)

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.locale)

    def count(self, number: int) -> str:
        """What is counted to `COUNTED_MOST` and no further."""
        return self.number(number) if number < COUNTED_MOST else f"{self.number(COUNTED_MOST - 1)}+"

    def day(self, at: datetime | date) -> str:
        """A date alone."""
        local = at.astimezone(self._zone) if isinstance(at, datetime) else at
        return format_date(local, "medium", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """A date and a time, on the business's clock."""
        clock = format_time(at, "short", tzinfo=self._zone, locale=self.locale)
        return f"{self.day(at)}, {clock}"

    def short(self, at: datetime, now: datetime) -> str:
        """As lists show it: today the time, this year the day, else the date."""
        local, today = at.astimezone(self._zone), now.astimezone(self._zone)
        if local.date() == today.date():
            return format_time(local, "short", tzinfo=self._zone, locale=self.locale)
        if local.year == today.year:
            return self.day_and_month(local.date())
        return format_date(local, "short", locale=self.locale)

    def day_and_month(self, day: date) -> str:
        """A date of a year that is plain."""
        return format_date(day, self._day_and_month, locale=self.locale)

    def ago(self, at: datetime, now: datetime) -> str:
        """How long ago, in the largest unit."""
        return format_timedelta(at - now, add_direction=True, locale=self.locale)

    def lasting(self, seconds: float) -> str:
        """How long something took."""
        return format_timedelta(timedelta(seconds=seconds), locale=self.locale)

    @property
    def _day_and_month(self) -> str:
        pattern: str = Locale.parse(self.locale, sep="_").datetime_skeletons["MMMd"].pattern
        return pattern

    @property
    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")


def words_for(locale: str | None, zone: str = "UTC") -> Words:
    """Of a locale as users and businesses have it: he, iw_IL, en-GB; English where we have not that language."""
    parsed = _parsed(locale)
    if parsed is None or parsed.language not in LANGUAGES:
        return Words("en", "en", zone)
    return Words(parsed.language, str(parsed), zone)


def words_asked_for(accept_language: str | None) -> Words:
    """What a browser's Accept-Language asks for."""
    asked = [part.partition(";")[0].strip().replace("-", "_") for part in (accept_language or "").split(",")]
    wanted = [_OLD_NAMES.get(each, each) for each in asked if each and each != "*"]
    found = negotiate_locale(wanted[:20], list(LANGUAGES), aliases={})
    return words_for(found)


def _parsed(locale: str | None) -> Locale | None:
    text = (locale or "").replace("-", "_")
    language, _, rest = text.partition("_")
    language = _OLD_NAMES.get(language.lower(), language.lower())
    for tried in (f"{language}_{rest}" if rest else language, language):
        try:
            return Locale.parse(tried)
        except (ValueError, UnknownLocaleError, TypeError):
            continue
    return None


@cache
def _catalog(language: str) -> Any:
    if language == "en":
        return None
    with (resources.files(__package__) / "words" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def _texts(language: str) -> Mapping[str, str]:
    catalog = _catalog(language)
    if catalog is None:
        return {}
    return {each.id: each.string for each in catalog if each.id and isinstance(each.id, str) and not each.fuzzy}


@cache
def _plurals(language: str) -> Mapping[str, tuple[str, ...]]:
    catalog = _catalog(language)
    if catalog is None:
        return {}
    return {each.id[0]: each.string for each in catalog if isinstance(each.id, tuple) and all(each.string)}


@cache
def _rule(language: str) -> Any:
    """Which form a number takes, as the head of the catalog says; read by gettext's own reader of such rules."""
    return c2py(_catalog(language).plural_expr)
