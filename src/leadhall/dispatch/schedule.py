"""When a try that failed is made again, and when no more (reliability.md P5). Pure; chance is handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MINUTE, HOUR = 60, 3_600
JITTER = 0.2
HONOURED_MOST_S = 24 * HOUR
OWN_FAULTS_MOST = 9
"""Tries of a row on which we ourselves stumble: a poison row."""


@dataclass(frozen=True)
class Schedule:
    """`waits_s[n]` passes after try n + 1; after the last try it is given up.

    `most_age_s` ends a row whose tries do not count because its provider refuses everything.
    """

    waits_s: tuple[int, ...]
    most_age_s: int

    @property
    def tries(self) -> int:
        return len(self.waits_s) + 1

    def wait_s(self, tries: int, chance: Callable[[], float]) -> float | None:
        """Seconds to wait after so many tries, 20 % more or less; None after the last. `chance` is in [0, 1)."""
        if tries >= self.tries:
            return None
        return self.waits_s[max(tries, 1) - 1] * (1 + JITTER * (2 * chance() - 1))


WEBHOOK = Schedule(
    (5, 5 * MINUTE, 30 * MINUTE, *(hours * HOUR for hours in (2, 5, 10, 14, 20, 24))), most_age_s=5 * 24 * HOUR
)
EMAIL = Schedule(
    (MINUTE, 5 * MINUTE, 15 * MINUTE, *(hours * HOUR for hours in (1, 3, 6, 12, 24))), most_age_s=3 * 24 * HOUR
)
SMS = Schedule((30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR), most_age_s=26 * HOUR)
SCHEDULES = {"webhook": WEBHOOK, "email": EMAIL, "sms": SMS}


def schedule_of(channel: str) -> Schedule:
    """A channel of its own without figures of its own is tried like mail."""
    return SCHEDULES.get(channel, EMAIL)


PAUSES_S = (MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE)
"""How long a sender rests that refuses us for the first, second … time in a row, unless it asks for a time itself."""
