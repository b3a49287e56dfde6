"""Every secret of the run, and every spelling of it that somebody could read it by."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

LEAST_CHARS = 16
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_OF_OURS = re.compile(r"lh_[a-z]+_([A-Za-z0-9_-]{43})_[0-9a-f]{6}")
_KNOWN_BY_LOOK = re.compile(
    r"lh_[a-z]+_[A-Za-z0-9_-]{43}_[0-9a-f]{6}|whsec_[A-Za-z0-9+/=_-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+"
)
_KNOWN_BY_NAME = re.compile(r"(^|_)(token|secret|password|code|api_key)$")


@dataclass(frozen=True)
class Secret:
    kind: str
    text: str

    def spellings(self) -> Iterator[str]:
        """As it is, in a URL, in hexadecimal (as bytes are dumped), and in base64 wherever it begins."""
        core = found[1] if (found := _OF_OURS.search(self.text)) else self.text
        yield core
        yield quote(core, safe="")
        yield core.encode().hex()
        for before in range(3):
            encoded = base64.b64encode(b"." * before + core.encode()).decode()
            yield encoded[(before * 8 + 5) // 6 : -4]  # what neighbours cannot change


class Canaries:
    """The secrets so far: made by us, or heard from the server, which tells each of its own once."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._all: dict[str, Secret] = {}

    def __iter__(self) -> Iterator[Secret]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def by_kind(self) -> Counter[str]:
        return Counter(each.kind for each in self)

    def make(self, kind: str) -> str:
        """A new one of ours."""
        text = "canary" + "".join(self._chance.choices(_LETTERS, k=32))
        return self.add(kind, text)

    def add(self, kind: str, text: str) -> str:
        if len(text) >= LEAST_CHARS:
            self._all.setdefault(text, Secret(kind, text))
        return text

    def hear(self, kind: str, text: str) -> None:
        """Whatever looks like a secret of ours."""
        for found in _KNOWN_BY_LOOK.findall(text):
            self.add(kind, found)

    def hear_value(self, kind: str, value: Any) -> None:
        """What an answer calls a token, a secret, a password or a code."""
        for name, each in _named(value):
            if _KNOWN_BY_NAME.search(name):
                self.add(f"{kind} {name}", each)


def _named(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _named(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, name)
    elif isinstance(value, str):
        yield name, value


@dataclass(frozen=True)
class Hit:
    where: str
    kind: str

    def __str__(self) -> str:
        """Without the secret itself: this line is published."""
        return f"{self.where}: {self.kind}"


def look(places: Iterable[tuple[str, str]], canaries: Iterable[Secret]) -> list[Hit]:
    """Which secrets stand in which of these texts."""
    needles = [(secret.kind, spelling) for secret in canaries for spelling in dict.fromkeys(secret.spellings())]
    hits = {Hit(where, kind): None for where, text in places for kind, needle in needles if needle in text}
    return list(hits)
