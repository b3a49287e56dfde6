"""A caller sends one lead after the other, each again and again until it is answered 201."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp
from bench.ours import World

PATH = "/platform/v1/leadgen"
PEOPLE = 60
ANSWER_WITHIN_S = 15.0
MOST_REST_S = 0.04
REST_WHEN_ENOUGH_S = 1.0
AGAIN_AFTER_S = 0.03
AGAIN_SHARE = 0.05
MAY_BE_ANSWERED = frozenset({201, 409, 503})


@dataclass(frozen=True, slots=True)
class Told:
    """An acknowledged lead and the ids its caller was told."""

    title: str
    email: str
    client_uid: str
    conversation_uid: str
    message_uid: str
    tries: int = 1
    replayed: bool = False


class Caller:
    """Half of its leads come from people whom other callers know too. A few are sent once more after their 201."""

    def __init__(self, number: int, world: World, ports: Sequence[int], chance: Random, *, keyed: bool) -> None:
        self.number = number
        self.told: list[Told] = []
        self.wrong: list[str] = []
        """Answers that nobody should get."""
        self.longest_s = 0.0
        self.ending = False
        self.most_rest_s = MOST_REST_S
        self._headers = world.headers()
        self._ports = ports
        self._port = number % len(ports)
        self._chance = chance
        self._keyed = keyed
        self._count = 0

    async def work(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while not self.ending:
                body = self._body()
                told = await self._until_201(session, body)
                self.told.append(told)
                if self._keyed and self._chance.random() < AGAIN_SHARE:
                    self.told.append(await self._until_201(session, body))
                await asyncio.sleep(self._chance.uniform(0, self.most_rest_s))

    def _body(self) -> dict[str, Any]:
        self._count += 1
        known = self._chance.random() < 0.5
        name = f"person{self._chance.randrange(PEOPLE)}" if known else f"caller{self.number}.{self._count}"
        return {
            "identifier_type": "email",
            "email": f"{name}@example.com",
            "first_name": "Dana",
            "request_title": f"Lead {self._count} of caller {self.number}",
            "request_data": {"Budget": str(self._chance.randrange(10**6))},
            "tags": "storm",
            "notifications": "email",
        }

    async def _until_201(self, session: aiohttp.ClientSession, body: dict[str, Any]) -> Told:
        tries = 0
        while True:
            tries += 1
            began = time.monotonic()
            answer = await self._send(session, body)
            if answer:
                self.longest_s = max(self.longest_s, time.monotonic() - began)
                reply, replayed = answer
                ids = [reply[name] for name in ("uid", "conversation_uid", "message_uid")]
                return Told(body["request_title"], body["email"], *ids, tries, replayed)
            self._port = (self._port + 1) % len(self._ports)
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _send(self, session: aiohttp.ClientSession, body: dict[str, Any]) -> tuple[dict[str, Any], bool] | None:
        """The 201, or None when it is to be sent again."""
        key = {"Idempotency-Key": body["request_title"]} if self._keyed else {}
        url = f"http://127.0.0.1:{self._ports[self._port]}{PATH}"
        try:
            async with session.post(url, json=body, headers=self._headers | key) as answer:
                if answer.status == 201:
                    return await answer.json(), "Idempotent-Replayed" in answer.headers
                if answer.status not in MAY_BE_ANSWERED:
                    self.wrong.append(f"{answer.status} {(await answer.text())[:200]}")
        except TimeoutError:
            self.wrong.append(f"no answer within {ANSWER_WITHIN_S:.0f} s")
        except (aiohttp.ClientError, OSError):
            pass  # a server was killed
        return None
