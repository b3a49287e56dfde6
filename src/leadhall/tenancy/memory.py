"""Answers of the database, kept for at most a second, so that what changes there is true everywhere within one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")

KEEP_S = 1.0
MOST_ANSWERS = 10_000


@dataclass(slots=True)
class _Question(Generic[V]):
    asked_at: float
    answer: asyncio.Future[V]
    before: _Question[V] | None = None
    """What was answered last, good until it has aged itself."""


class ShortMemory(Generic[K, V]):
    """Who asks the same thing within a second shares one question; an answer ages from when it was asked for.

    Past half its time it is asked for anew, while whoever comes still has the old one: nobody waits for what
    many ask. A failed question is forgotten at once. For one event loop.
    """

    def __init__(
        self,
        *,
        keep_s: float = KEEP_S,
        most: int = MOST_ANSWERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep_s = keep_s
        self._most = most
        self._clock = clock
        self._questions: dict[K, _Question[V]] = {}

    async def recall(self, key: K, ask: Callable[P, Awaitable[V]], *about: P.args, **more: P.kwargs) -> V:
        """The answer to `key`, remembered or asked for: `ask` is called with what stands behind it."""
        at_hand = self._at_hand(key, ask, *about, **more)
        if at_hand is not None:
            return at_hand.result()
        question = self._questions.get(key)
        if question is None or self._clock() - question.asked_at >= self._keep_s:
            question = self._put(key, ask(*about, **more))
        return await asyncio.shield(question.answer)

    def known(self, key: K, ask: Callable[P, Awaitable[V]], *about: P.args, **more: P.kwargs) -> V | None:
        """The answer to `key` if it is remembered, without a wait; None when `recall` must tell."""
        question = self._questions.get(key)
        if question is None:
            return None
        if question.answer.done() and self._clock() - question.asked_at < self._keep_s / 2:
            return question.answer.result()  # as nearly always
        at_hand = self._at_hand(key, ask, *about, **more)
        return None if at_hand is None else at_hand.result()

    def _at_hand(
        self, key: K, ask: Callable[P, Awaitable[V]], *about: P.args, **more: P.kwargs
    ) -> asyncio.Future[V] | None:
        question = self._questions.get(key)
        if question is not None and not question.answer.done():
            question = question.before
        if question is None:
            return None
        age_s = self._clock() - question.asked_at
        if age_s >= self._keep_s:
            return None
        if age_s >= self._keep_s / 2 and self._questions[key] is question:
            question.before = None
            self._put(key, ask(*about, **more), before=question)
        return question.answer

    def forget(self, key: K) -> None:
        """Whoever asks next asks anew."""
        self._questions.pop(key, None)

    def _put(self, key: K, answer: Awaitable[V], *, before: _Question[V] | None = None) -> _Question[V]:
        if len(self._questions) >= self._most:
            self._make_room()
        question = _Question(self._clock(), asyncio.ensure_future(answer), before)
        self._questions[key] = question
        question.answer.add_done_callback(lambda answer: self._forget_failed(key, answer))
        return question

    def _forget_failed(self, key: K, answer: asyncio.Future[V]) -> None:
        failed = answer.cancelled() or answer.exception() is not None
        question = self._questions.get(key)
        if failed and question is not None and question.answer is answer:
            del self._questions[key]

    def _make_room(self) -> None:
        """Drop what has aged; if nothing has, everything: nobody is wronged by asking once more."""
        oldest = self._clock() - self._keep_s
        kept = {key: question for key, question in self._questions.items() if question.asked_at > oldest}
        self._questions = kept if len(kept) < self._most else {}

    def __len__(self) -> int:
        return len(self._questions)
