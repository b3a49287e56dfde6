"""Single questions of many askers, put to the database together (the data loader of the field)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

GATHER_MOST_S = 0.05


class Loader(Generic[K, V]):
    """While one question is being answered, those that come gather for the next.

    There is no timer: a lone one goes at once. An answer that hangs holds up nobody: what gathered behind it goes after
    `GATHER_MOST_S`.

    `ask_all` tells what it knows by key; the rest is None. Its fault is everybody's who asked with it. For one event
    loop.
    """

    def __init__(self, ask_all: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask_all = ask_all
        self._gathered: dict[K, asyncio.Future[V | None]] = {}
        self._asking: set[asyncio.Task[None]] = set()

    async def ask(self, key: K) -> V | None:
        """The answer to `key`, or None when there is none."""
        answer = self._gathered.get(key)
        if answer is None:
            answer = self._gather(key)
        return await asyncio.shield(answer)  # whoever leaves takes nobody's answer along

    def _gather(self, key: K) -> asyncio.Future[V | None]:
        loop = asyncio.get_running_loop()
        answer = self._gathered[key] = loop.create_future()
        if not self._asking:
            self._go()
        elif len(self._gathered) == 1:
            loop.call_later(GATHER_MOST_S, self._go)
        return answer

    def _go(self) -> None:
        if not self._gathered:
            return
        asked, self._gathered = self._gathered, {}
        task = asyncio.get_running_loop().create_task(self._answer(asked))
        self._asking.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._asking.discard(task)
        if not self._asking:
            self._go()

    async def _answer(self, asked: Mapping[K, asyncio.Future[V | None]]) -> None:
        try:
            found = await self._ask_all(list(asked))
        except asyncio.CancelledError:
            for answer in asked.values():
                answer.cancel()
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, who asked hears it; else they would wait for ever
            for answer in asked.values():
                answer.set_exception(fault)
            return
        for key, answer in asked.items():
            answer.set_result(found.get(key))
