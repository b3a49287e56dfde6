"""At most so many rows a minute for one key: a flood of refusals may not become a flood of writes."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

ROWS_A_MINUTE = 10
KEYS_MOST = 10_000
PERIOD_S = 60.0


class Allowance:
    """Rows that may still be written for a token or an IP in this minute; what was refused is counted."""

    def __init__(
        self,
        most: int = ROWS_A_MINUTE,
        *,
        period_s: float = PERIOD_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._period_s = period_s
        self._clock = clock
        self._taken: dict[Hashable, int] = {}
        self._until = 0.0
        self.refused = 0

    def take(self, key: Hashable) -> bool:
        """Whether one more row may be written for this key."""
        now = self._clock()
        if now >= self._until:
            self._taken.clear()
            self._until = now + self._period_s
        taken = self._taken.get(key, 0)
        if taken >= self._most or (not taken and len(self._taken) >= KEYS_MOST):
            self.refused += 1
            return False
        self._taken[key] = taken + 1
        return True
