"""The words of letters in the reader's language; English where a language is not there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from leadhall.core.sql import text_of

LANGUAGES = ("en", "he", "es", "fr", "de")
RIGHT_TO_LEFT = {"he"}
_OLD_NAMES = {"iw": "he"}


@dataclass(frozen=True)
class Words:
    """`words("notice.subject", name=…, title=…)`: our sentences, filled with anybody's text."""

    language: str
    locale: str
    _texts: dict[str, str]

    def __call__(self, key: str, /, **values: Any) -> str:
        return self._texts[key].format(**values)

    def find(self, key: str) -> str | None:
        return self._texts.get(key)

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def moment(self, at: datetime, time_zone: str) -> str:
        """A time as people of this language write it, on the business's clock."""
        return format_datetime(at, "d MMMM y, HH:mm", tzinfo=ZoneInfo(time_zone), locale=self.locale)


def words_in(locale: str | None) -> Words:
    """For a locale as a business or a user has it: he, iw_IL, pt-BR (which gets English)."""
    language = (locale or "en").replace("_", "-").partition("-")[0].lower()
    language = _OLD_NAMES.get(language, language)
    return _words(language if language in LANGUAGES else "en")


@cache
def _words(language: str) -> Words:
    tree = tomllib.loads(text_of(__package__, f"words/{language}.toml"))
    return Words(language, language, _flat(tree))


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat
