"""Intake beside a bad relay: how long callers wait while mail cannot be sent, next to how long while it can.

Windows with a fault of the relay and windows without take turns, each with the same leads at the same pace; what came
of them is drained in between, so that none works off another's mail. What else a machine does strikes both alike.

Two figures are judged, the median and the p99 of each window against its neighbour's, each by the median of its ratios:
waits of one window are no independent draws, for a stall strikes all that wait; windows are. The p99 of a window is a
few waits, and its ratio to that of its neighbour is mostly luck: five pairs settle it where they hold the target, and
else there are more, and a sign test tells a move from luck.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import chain, count
from math import comb
from statistics import median, quantiles

import aiohttp
from bench.ours import World

from proof.crash.callers import ANSWER_WITHIN_S, PATH
from proof.proxy import FaultProxy, Mode

RELAY_FAULTS: tuple[Mode, ...] = ("blackhole", "refuse", "rate")
"""A tarpit; nobody home; a narrow line."""
TURNS, TURNS_MOST = 5, 15
LUCK_MOST = 0.02
"""A move is shown where so many pairs have it that chance alone does that less often: 6 of 6, 12 of 15."""
LEADS, PACE_S = 250, 0.012
MOVES_MOST = 1.10

_numbers = count(1)


@dataclass
class Beside:
    """Milliseconds that callers waited, window by window, clean and with the fault."""

    clean: list[list[float]] = field(default_factory=list)
    struck: list[list[float]] = field(default_factory=list)

    @property
    def moves(self) -> float:
        """How much the median wait moves: the median over neighbours."""
        return median(self._ratios(median))

    @property
    def p99_moves(self) -> float:
        """How much the p99 moves: the median over neighbours."""
        return median(self._ratios(p99))

    @property
    def holds(self) -> bool:
        """Both below the target, by the medians."""
        return self.moves < MOVES_MOST and self.p99_moves < MOVES_MOST

    @property
    def p99_luck(self) -> float:
        """How often chance alone has as many pairs whose p99 moves by the target or more (sign test, one-sided)."""
        ratios = self._ratios(p99)
        above = sum(ratio >= MOVES_MOST for ratio in ratios)
        return sum(comb(len(ratios), most) for most in range(above, len(ratios) + 1)) / 2 ** len(ratios)

    @property
    def p99_is_shown_to_move(self) -> bool:
        return self.p99_moves >= MOVES_MOST and self.p99_luck <= LUCK_MOST

    def _ratios(self, figure: Callable[[list[float]], float]) -> list[float]:
        return [figure(struck) / figure(clean) for clean, struck in zip(self.clean, self.struck, strict=True)]

    def told(self) -> dict[str, float]:
        clean, struck = list(chain(*self.clean)), list(chain(*self.struck))
        return {
            "pairs": len(self.clean),
            "leads": len(clean),
            "clean_p50_ms": median(clean),
            "struck_p50_ms": median(struck),
            "moves": self.moves,
            "clean_p99_ms": p99(clean),
            "struck_p99_ms": p99(struck),
            "p99_moves": self.p99_moves,
            "p99_luck": self.p99_luck,
        }


def p99(waits: list[float]) -> float:
    return quantiles(waits, n=100)[98]


Drain = Callable[[], Awaitable[None]]
Settled = Callable[[Beside], bool]


async def beside(
    world: World,
    port: int,
    proxy: FaultProxy,
    fault: Mode,
    drained: Drain,
    *,
    settled: Settled,
) -> Beside:
    """Take turns until it is settled; who comes first changes, for what came first may have warmed the other."""
    found = Beside()
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    async with aiohttp.ClientSession(timeout=timeout, headers=world.headers()) as session:
        for turn in range(TURNS_MOST):
            for strikes in (True, False) if turn % 2 else (False, True):
                await proxy.become(fault if strikes else "clean")
                (found.struck if strikes else found.clean).append(await _window(session, port))
                await proxy.become("clean")
                await drained()
            if settled(found):
                break
    return found


async def _window(session: aiohttp.ClientSession, port: int) -> list[float]:
    """Leads at a steady pace, whatever the answers take."""
    sending = []
    for _ in range(LEADS):
        sending.append(asyncio.create_task(_wait_of_one(session, port)))
        await asyncio.sleep(PACE_S)
    return list(await asyncio.gather(*sending))


async def _wait_of_one(session: aiohttp.ClientSession, port: int) -> float:
    n = next(_numbers)
    body = {
        "identifier_type": "email",
        "email": f"beside{n}@example.com",
        "first_name": "Dana",
        "request_title": f"Beside {n}",
        "notifications": "email",
    }
    began = time.perf_counter()
    async with session.post(f"http://127.0.0.1:{port}{PATH}", json=body) as answer:
        await answer.read()
        if answer.status != 201:
            raise RuntimeError(f"a lead was answered {answer.status}: {(await answer.text())[:200]}")
    return (time.perf_counter() - began) * 1000
