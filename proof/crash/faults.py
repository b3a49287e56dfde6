"""What strikes: a server, a worker, PostgreSQL, one backend, all sessions. A fault counts when it hit what lived."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from leadhall.cluster.processes import PROC
from proof.crash.keeper import Keeper
from proof.hall import Hall

KINDS = ("server", "worker", "postmaster", "postgres at once", "backend", "terminate all")
WEIGHTS = {"server": 4, "worker": 4, "postmaster": 2, "postgres at once": 2, "backend": 2, "terminate all": 4}
LEAST_S, MOST_S = 0.3, 1.5
PROCESSES_OF_A_KIND = 2
TRY_AGAIN_AFTER_S = 0.1
AFTER_PROGRESS_SHARE, PROGRESS_WITHIN_S = 0.8, 10.0
TARGET_WITHIN_S = 30.0
BACKEND_OF_LEADHALL = "postgres: leadhall leadhall"


class Faults:
    """`done` counts by kind. `acked` tells how many leads were acknowledged so far.

    Most faults come when `leads_between` were since the last one, else a slow machine would only see things recover;
    the others strike the recovering.
    """

    def __init__(
        self,
        our: Hall,
        keeper: Keeper,
        chance: Random,
        kinds: Sequence[str],
        acked: Callable[[], int],
        *,
        leads_between: int = 1,
    ) -> None:
        self.done: Counter[str] = Counter()
        self._acked = acked
        self._acked_then = -leads_between
        self._leads_between = leads_between
        self._hall = our
        self._keeper = keeper
        self._chance = chance
        self._kinds = kinds

    async def strike(self) -> str:
        """Wait 0.3 to 1.5 s, then one fault. When there is nothing to hit of a kind, another is drawn."""
        await asyncio.sleep(self._chance.uniform(LEAST_S, MOST_S))
        if self._chance.random() < AFTER_PROGRESS_SHARE:
            await self._progress()
        async with asyncio.timeout(TARGET_WITHIN_S):
            while True:
                (kind,) = self._chance.choices(self._kinds, [WEIGHTS[each] for each in self._kinds])
                if await self._hit(kind):
                    self.done[kind] += 1
                    return kind
                await asyncio.sleep(TRY_AGAIN_AFTER_S)

    async def _progress(self) -> None:
        """Wait until enough was acknowledged since the last fault, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PROGRESS_WITHIN_S):
                while self._acked() < self._acked_then + self._leads_between:  # noqa: ASYNC110 - callers tell no event
                    await asyncio.sleep(0.02)
        self._acked_then = self._acked()

    async def _hit(self, kind: str) -> bool:
        match kind:
            case "server" | "worker":
                return self._keeper.kill(kind, self._chance.randrange(PROCESSES_OF_A_KIND))
            case "postmaster":
                postmaster = self._hall.postmaster()
                return _kill([postmaster] if postmaster and await self._answers() else [])
            case "postgres at once":
                return _kill(self._hall.processes() if await self._answers() else [])
            case "backend":
                sessions = backends_of(self._hall)
                return _kill([self._chance.choice(sessions)] if sessions else [])
            case _:
                return bool(await self._terminate_all())

    async def _answers(self) -> bool:
        return await self._hall.ask("select 1") is not None

    async def _terminate_all(self) -> int | None:
        return await self._hall.ask(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where application_name like 'leadhall %' and pid <> pg_backend_pid()"
        )


def backends_of(our: Hall) -> list[int]:
    """PostgreSQL's processes that serve a session of Leadhall's."""
    return [pid for pid in our.processes() if _title(pid).startswith(BACKEND_OF_LEADHALL)]


def _kill(pids: Sequence[int]) -> bool:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return bool(pids)


def _title(pid: int) -> str:
    try:
        return Path(PROC, str(pid), "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
