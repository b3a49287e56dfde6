"""Callers who time everything: a lead again and again until it is stored, and readers beside them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import aiohttp
from bench.ours import World

from proof.crash.callers import ANSWER_WITHIN_S, Caller

MAY_BE_ANSWERED = frozenset({200, 503})


class TimedCaller(Caller):
    """`longest_try_s` of any try, answered how ever, since it was last set to 0."""

    longest_try_s = 0.0

    async def _send(self, session: aiohttp.ClientSession, body: dict[str, Any]) -> tuple[dict[str, Any], bool] | None:
        began = time.monotonic()
        try:
            return await super()._send(session, body)
        finally:
            self.longest_try_s = max(self.longest_try_s, time.monotonic() - began)


class Reader:
    """Asks for clients all the time."""

    def __init__(self, world: World, port: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.longest_try_s = 0.0
        self.ending = False
        self._headers = world.headers()
        self._url = f"http://127.0.0.1:{port}/platform/v1/clients"

    async def work(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        async with aiohttp.ClientSession(timeout=timeout, headers=self._headers) as session:
            while not self.ending:
                began = time.monotonic()
                try:
                    async with session.get(self._url) as answer:
                        self.statuses[answer.status] += 1
                        if answer.status not in MAY_BE_ANSWERED:
                            self.wrong.append(f"{answer.status} {(await answer.text())[:200]}")
                except TimeoutError:
                    self.wrong.append(f"no answer within {ANSWER_WITHIN_S:.0f} s")
                except (aiohttp.ClientError, OSError):
                    pass
                self.longest_try_s = max(self.longest_try_s, time.monotonic() - began)
                await asyncio.sleep(0.05)
