"""Leases end by the database's clock. When that clock leaps ahead, they have not really ended: this notices."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

LEAP_S = 20.0
LOOK_EVERY_S = 10.0


class ClockWatch:
    """Compares the database's clock with our monotonic one. `settle_s`: how long leases rest after a leap."""

    def __init__(self, settle_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._settle_s = settle_s
        self._clock = clock
        self._anchor: tuple[datetime, float] | None = None
        self._looked_at = 0.0
        self._leapt_at: float | None = None

    @property
    def wants_look(self) -> bool:
        return self._anchor is None or self._clock() - self._looked_at >= LOOK_EVERY_S

    def see(self, there: datetime) -> None:
        """What the database's clock shows now. After a leap ahead the old reckoning holds until leases have ended."""
        self._looked_at = self._clock()
        if self._anchor is not None and there > self.leases_before():
            if self._leapt_at is None:
                self._leapt_at = self._looked_at
            if self._looked_at - self._leapt_at < self._settle_s:
                return
        self._leapt_at = None
        self._anchor = (there, self._looked_at)

    def leases_before(self) -> datetime:
        """While the database's clock shows less than this, a lease that ended there has ended."""
        if self._anchor is None:
            raise RuntimeError("the database's clock was not seen yet")
        there, here = self._anchor
        return there + timedelta(seconds=self._clock() - here + LEAP_S)
