"""People who do not exist: skewed names, distinct addresses, and the body each of them sends.

A few names are very common and most are rare, as in life: a common prefix hides what an
index costs. `Crowd(seed)` is the same crowd each time; two seeds share no e-mail address.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import msgspec

BODY_BYTES = 750  # about what a contact form with a few answers sends


def _words(text: str) -> list[str]:
    return text.split()


_STARTS = _words("b br c ch d dr f g h j k l m n p r s sh st t v w y z")
_MIDDLES = _words("a ai ali an ara e ei ela en i ia ino o ola on ora u una")
_ENDS = _words("a as e el en er ez i ian in is ko ley man mann o on ov s sen ski ter th ton")
DOMAINS = ["example.com", "example.org", "example.net", *[f"mail{n}.example" for n in range(200)]]
_WORDS = _words(
    """kitchen cabinets roof gutter window garden fence paint tiles bathroom floor heating wall door lamp balcony quote
please call me back soon next week we would like new old broken small large before winter after the holidays about
square metres two three rooms budget open flexible morning evening thanks and with for our house flat office"""
)


def _skewed(count: int) -> list[float]:
    """Cumulative weights of a Zipf-like choice: the first is taken `count` times as often as the last."""
    return list(accumulate(1 / place for place in range(1, count + 1)))


def _names(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    names = {
        (chance.choice(_STARTS) + chance.choice(_MIDDLES) + chance.choice(_ENDS)).capitalize() for _ in range(count)
    }
    return sorted(names, key=lambda _: chance.random())


FIRST_NAMES = _names(1, 900)
LAST_NAMES = _names(2, 4_000)
_FIRST_WEIGHTS = _skewed(len(FIRST_NAMES))
_LAST_WEIGHTS = _skewed(len(LAST_NAMES))
_DOMAIN_WEIGHTS = _skewed(len(DOMAINS))


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str


class Crowd:
    """An endless row of distinct people."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._seed = seed
        self._count = 0

    def person(self) -> Person:
        chance = self._chance
        (first,) = chance.choices(FIRST_NAMES, cum_weights=_FIRST_WEIGHTS)
        (last,) = chance.choices(LAST_NAMES, cum_weights=_LAST_WEIGHTS)
        (domain,) = chance.choices(DOMAINS, cum_weights=_DOMAIN_WEIGHTS)
        self._count += 1
        return Person(
            first,
            last,
            f"{first}.{last}.{self._seed:x}{self._count:x}@{domain}".lower(),
            f"+1 {chance.randint(201, 989)} {chance.randint(200, 999)} {chance.randint(0, 9999):04}",
            f"{chance.randint(1, 999)} {chance.choice(LAST_NAMES)} St, Oakland, CA",
        )

    def body(self, businesses: Sequence[str] = ()) -> bytes:
        """What one person sends: a JSON body of `BODY_BYTES`, no two alike. Half of them name the first business."""
        form = _form(self.person())
        if businesses:
            first = self._chance.random() < 0.5 or len(businesses) == 1
            form["business_id"] = businesses[0] if first else self._chance.choice(businesses[1:])
        words = " ".join(self._chance.choices(_WORDS, k=60))
        room = BODY_BYTES - len(msgspec.json.encode(form))
        form["request_data"]["Tell Us About Your Project"] = words[: max(room, 0)]
        return msgspec.json.encode(form)


def _form(someone: Person) -> dict[str, Any]:
    return {
        "identifier_type": "email",
        "email": someone.email,
        "first_name": someone.first_name,
        "last_name": someone.last_name,
        "phone": someone.phone,
        "address": someone.address,
        "request_title": "Kitchen renovation",
        "request_data": {
            "Budget": "15,000",
            "Preferred date": "2026-12-04",
            "Tell Us About Your Project": "",
        },
        "message_data": {"Referrer": "autumn campaign"},
        "system_message": "From the autumn campaign: https://example.com/campaigns/autumn",
        "source": "Website",
        "source_url": "https://example.com/contact",
        "tags": "website, autumn",
        "notifications": "auto-reply,email",
    }
