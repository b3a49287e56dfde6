"""How many refusals of one source are worth a row: 10 a minute, the rest is counted only (api.md 0.7)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from leadhall.web.api.visit import Visit

ROWS_A_MINUTE = 10
MINUTE_S = 60.0
CHEAP_TO_CAUSE = frozenset({413, 429})


class LogBudget:
    """Rows written in the current minute, by IP for strangers and by token for 413 and 429."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minute = 0
        self._rows: Counter[tuple[str, str]] = Counter()
        self.left_out = 0

    def allows(self, visit: Visit, status: int) -> bool:
        """Whether this refusal still gets a row of its own; one that does not is counted in `left_out`."""
        if visit.caller is None:
            source = ("ip", visit.ip or "")
        elif status in CHEAP_TO_CAUSE:
            source = ("token", visit.caller.token_uid)
        else:
            return True
        minute = int(self._clock() // MINUTE_S)
        if minute != self._minute:
            self._minute = minute
            self._rows.clear()
        self._rows[source] += 1
        self.left_out += self._rows[source] > ROWS_A_MINUTE
        return self._rows[source] <= ROWS_A_MINUTE
