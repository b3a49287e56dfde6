"""How much one may ask of one process: requests in flight, and requests a second (reliability.md P9).

The buckets are leaky ones in the GCRA form: one number a key, the time at which it would be
empty again. Times are monotonic seconds.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

from leadhall.core.errors import Busy, RateLimited
from leadhall.web.answers import Header

IN_FLIGHT_MOST = 1_000
IN_FLIGHT_MOST_OF_AN_IP = 50
RETRY_AFTER_S = 1.0
BURST_FACTOR = 5
DIRECTORY_RATE_PER_S = 200.0
BUCKETS_MOST = 20_000


class InFlight:
    """Requests being answered: at most 1,000 a process and 50 an IP; loopback and trusted proxies are not counted."""

    def __init__(self, trusted: tuple[Any, ...] = ()) -> None:
        self._trusted = trusted
        self._of: Counter[str] = Counter()
        self._uncounted: dict[str, bool] = {}
        self._of_nobody = _Flight(self, None)  # it holds nothing of one request
        self.now = 0

    def one(self, ip: str) -> _Flight:
        """A context for one request, while it is being answered. Entering raises Busy when there are too many."""
        return self._of_nobody if self._is_uncounted(ip) else _Flight(self, ip)

    def enter(self, ip: str | None) -> None:
        """Count one more; `ip` None is not counted of its own."""
        if self.now >= IN_FLIGHT_MOST or (ip is not None and self._of[ip] >= IN_FLIGHT_MOST_OF_AN_IP):
            raise Busy(RETRY_AFTER_S, "Too many requests are being answered right now; please send it again")
        self.now += 1
        if ip is not None:
            self._of[ip] += 1

    def leave(self, ip: str | None) -> None:
        self.now -= 1
        if ip is not None:
            self._of[ip] -= 1
            if not self._of[ip]:
                del self._of[ip]

    def _is_uncounted(self, ip: str) -> bool:
        known = self._uncounted.get(ip)
        if known is None:
            if len(self._uncounted) >= BUCKETS_MOST:
                self._uncounted.clear()
            known = self._uncounted[ip] = is_local(ip) or is_one_of(ip, self._trusted)
        return known


class _Flight:
    __slots__ = ("_flights", "_ip")

    def __init__(self, flights: InFlight, ip: str | None) -> None:
        self._flights = flights
        self._ip = ip

    def __enter__(self) -> None:
        self._flights.enter(self._ip)

    def __exit__(self, *_: object) -> None:
        self._flights.leave(self._ip)


def is_local(ip: str) -> bool:
    """Whether this peer is on the machine itself: loopback, or a Unix socket, which has no address."""
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return not ip


def is_one_of(ip: str, networks: tuple[Any, ...]) -> bool:
    """Whether the address lies in one of these networks."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    return any(address in network for network in networks)


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a limit, as its answer says it: `burst` requests at once, refilled in `window_s`."""

    burst: int
    window_s: int
    left: int
    full_in_s: int

    def headers(self) -> list[Header]:
        """`RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10."""
        return [
            (b"ratelimit-policy", b'"principal";q=%d;w=%d' % (self.burst, self.window_s)),
            (b"ratelimit", b'"principal";r=%d;t=%d' % (self.left, self.full_in_s)),
        ]


class Limiter:
    """Requests a second for each principal and business, and for each directory. Buckets are this process's own."""

    def __init__(self, rate_per_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate_per_s = rate_per_s
        self._clock = clock
        self._full_at: dict[tuple[Any, ...], float] = {}

    def take(
        self,
        principal: str,
        business: int | str | None,
        directory_id: int | None,
        *,
        rate_per_s: float | None = None,
        burst: int | None = None,
    ) -> Quota | None:
        """Take one request's worth. None where no limit holds; RateLimited when the bucket is empty.

        `rate_per_s` and `burst` are the token's columns: None is the instance's, 0 unlimited.
        """
        if not self._rate_per_s:
            return None
        now = self._clock()
        if directory_id is not None:
            self._pour((directory_id,), DIRECTORY_RATE_PER_S, int(DIRECTORY_RATE_PER_S) * BURST_FACTOR, now)
        rate = self._rate_per_s if rate_per_s is None else rate_per_s
        if not rate:
            return None
        most = burst or max(1, ceil(rate * BURST_FACTOR))
        used_s = self._pour((principal, business), rate, most, now)
        return Quota(most, ceil(most / rate), max(0, int(most - used_s * rate)), ceil(used_s))

    def take_of(self, key: tuple[Any, ...], *, most: int, within_s: int) -> None:
        """Take one of an operation's own limit: `most` at once, filled again in `within_s`. RateLimited."""
        if self._rate_per_s:
            self._pour(key, most / within_s, most, self._clock())

    def _pour(self, key: tuple[Any, ...], rate: float, burst: int, now: float) -> float:
        """Seconds until the bucket is full again after one more. RateLimited when it would run over."""
        used_s = max(0.0, self._full_at.get(key, now) - now) + 1 / rate
        over_s = used_s - burst / rate
        if over_s > 1e-9:  # noqa: PLR2004 - what adding fractions leaves
            raise RateLimited(over_s)
        if len(self._full_at) >= BUCKETS_MOST:
            self._forget_full(now)
        self._full_at[key] = now + used_s
        return used_s

    def _forget_full(self, now: float) -> None:
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
