"""hypothesis draws sequences and looks for one after which database and model differ."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import uvloop
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

MOST_CHARS_SHOWN = 4_000


class Way(ABC):
    """One way in which sequences come. Made with the login of a database, used in one event loop."""

    sequences: SearchStrategy[Any]

    def __init__(self, login: dict[str, Any]) -> None:
        self.login = login
        self.steps = 0
        self.seen: dict[str, int] = {}
        """What happened meanwhile, counted: that the interesting things did."""

    @abstractmethod
    async def open(self) -> None: ...

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    async def come(self, drawn: Any) -> None:
        """Let one sequence come, to a business of its own. AssertionError when the database differs."""

    def saw(self, what: str) -> None:
        self.seen[what] = self.seen.get(what, 0) + 1


@dataclass
class Found:
    sequences: int = 0
    steps: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    counterexample: str | None = None


def search(way: Way, sequences: int, *, seed: int, shrink: bool) -> Found:
    """Until a counterexample is found (made small, if asked), or so many sequences held."""
    found = Found()
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    last: list[str] = []

    @seeded(seed)
    @settings(
        max_examples=sequences, phases=phases, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(drawn=way.sequences)
    def one(drawn: Any) -> None:
        found.sequences += 1
        last[:] = [repr(drawn)]
        runner.run(way.come(drawn))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(way.open())
        try:
            one()
        except Exception as fault:  # noqa: BLE001 - a database that refuses what it should take differs too
            found.counterexample = f"{type(fault).__name__}: {fault} after {last[0]}"[:MOST_CHARS_SHOWN]
        finally:
            runner.run(way.close())
    found.steps, found.seen = way.steps, way.seen
    return found
