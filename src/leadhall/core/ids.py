"""Public ids: 16 characters of [a-z0-9], ordered by time.

45 bits of milliseconds and 35 bits that start random in each millisecond and
grow by a random step, as base-36 would waste; we write them in a 32-letter
alphabet, 16 letters x 5 bits = 80 bits. A uid discloses its time and is never
a capability.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
UID_LENGTH = 16
LOW_BITS = 35
LOW_LETTERS = 7
STEP_BITS = 20
NUMBER_DROPS_BITS = 27
FIRST, LAST = "", "~"
"""Before and after every uid, where nobody names a bound."""

_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]


def spell(number: int) -> str:
    """Write an 80-bit number in 16 letters, two at a time."""
    pairs = _PAIRS
    return "".join([pairs[(number >> shift) & 1023] for shift in range(70, -1, -10)])


def millisecond_of(uid: str) -> int:
    """The time a uid was minted, in ms since 1970; ValueError when it is not one of ours."""
    number = 0
    for letter in uid:
        number = number * 32 + ALPHABET.index(letter)
    return number >> LOW_BITS


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Mint:
    """Makes uids that never repeat and never go back within this process, whatever the clock does.

    The letters of the millisecond are spelled once for all uids of it: a lead takes four.
    """

    def __init__(self, now_ms: Callable[[], int] = now_ms) -> None:
        self._now_ms = now_ms
        self._random = random.Random()  # noqa: S311 - seeded by the system; a uid guards nothing
        self._bits = self._random.getrandbits
        self._begin(0)

    def __call__(self) -> str:
        now_ms = self._now_ms()
        if now_ms > self._ms:
            self._begin(now_ms)
        else:
            self._low += 1 + self._bits(STEP_BITS)
            if self._low >> LOW_BITS:
                self._begin(self._ms + 1)
        low, pairs = self._low, _PAIRS
        first, middle, last = pairs[low >> 20 & 1023], pairs[low >> 10 & 1023], pairs[low & 1023]
        return f"{self._start}{ALPHABET[low >> 30]}{first}{middle}{last}"

    def _begin(self, ms: int) -> None:
        self._ms = ms
        self._start = spell(ms << LOW_BITS)[: UID_LENGTH - LOW_LETTERS]
        self._low = self._bits(LOW_BITS - 2)

    def reseed(self) -> None:
        """Part ways with the process that we were forked from."""
        self._random.seed()


mint = Mint()
os.register_at_fork(after_in_child=mint.reseed)


def number_of(uid: str) -> int:
    """A whole number that stands for a uid where callers want one; below 2**53, so that JavaScript reads it exactly.

    Any text has one: two uids of ours never share it within a millisecond but by one chance in thousands.
    """
    number = 0
    for letter in uid[:UID_LENGTH]:
        number = number * 32 + max(ALPHABET.find(letter), 0)
    return number >> NUMBER_DROPS_BITS
