"""Intake beside a bad relay: how long callers wait while mail cannot be sent, next to how long while it can.

Windows with a fault of the relay and windows without take turns, each with the same leads at the same pace; what came
of them is drained in between, so that none works off another's mail. What else a machine does strikes both alike.

Two figures are judged, the median and the p99 of each window against its neighbour's, each by the median of its ratios:
waits of one window are no independent draws, for a stall strikes all that wait; windows are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import chain, count
from statistics import median, quantiles

import aiohttp
from bench.ours import World

from proof.crash.callers import ANSWER_WITHIN_S, PATH
from proof.proxy import FaultProxy, Mode

RELAY_FAULTS: tuple[Mode, ...] = ("blackhole", "refuse", "rate")
"""A tarpit; nobody home; a narrow line."""
TURNS = 5
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

    def _ratios(self, figure: Callable[[list[float]], float]) -> list[float]:
        return [figure(struck) / figure(clean) for clean, struck in zip(self.clean, self.struck, strict=True)]

    def told(self) -> dict[str, float]:
        clean, struck = list(chain(*self.clean)), list(chain(*self.struck))
        return {
            "leads": len(clean),
            "clean_p50_ms": median(clean),
            "struck_p50_ms": median(struck),
            "moves": self.moves,
            "clean_p99_ms": p99(clean),
            "struck_p99_ms": p99(struck),
            "p99_moves": self.p99_moves,
        }


def p99(waits: list[float]) -> float:
    return quantiles(waits, n=100)[98]


Drain = Callable[[], Awaitable[None]]


async def beside(
    world: World,
    port: int,
    proxy: FaultProxy,
    fault: Mode,
    drained: Drain,
    *,
    turns: int = TURNS,
) -> Beside:
    """Take turns; who comes first changes, for what came first may have warmed the other."""
    found = Beside()
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    async with aiohttp.ClientSession(timeout=timeout, headers=world.headers()) as session:
        for turn in range(turns):
            for strikes in (True, False) if turn % 2 else (False, True):
                await proxy.become(fault if strikes else "clean")
                (found.struck if strikes else found.clean).append(await _window(session, port))
                await proxy.become("clean")
                await drained()
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
