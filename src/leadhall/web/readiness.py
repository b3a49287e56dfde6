"""Is the database there, up to date, and set to keep what it acknowledges? Looked at every second."""

from __future__ import annotations

import asyncio
from typing import Literal

import asyncpg
import structlog

from leadhall.core.db import Database
from leadhall.schema.durability import durability_faults
from leadhall.schema.migrate import pending

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
LOOK_WITHIN_S = 3.0
State = Literal["starting", "ready", "away", "pending", "unsafe"]

MEANINGS: dict[State, str] = {
    "starting": "The database has not been looked at yet",
    "ready": "Ready",
    "away": "The database is not reachable",
    "pending": "The database is not at this version: run `leadhall migrate`",
    "unsafe": "PostgreSQL is set to lose acknowledged leads: turn fsync, full_page_writes and synchronous_commit on",
}


class UnsafeDurability(Exception):
    """PostgreSQL is set to lose acknowledged leads, and nobody said that this is wanted."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            f"{', '.join(faults)} is off in PostgreSQL, so an acknowledged lead could be lost. "
            "Turn it on, or set LEADHALL_ALLOW_UNSAFE_DURABILITY=1"
        )


class Readiness:
    """What /readyz tells. `faults` name the PostgreSQL settings under which leads may be lost."""

    def __init__(self, database: Database, *, allow_unsafe: bool) -> None:
        self._database = database
        self._allow_unsafe = allow_unsafe
        self._connection: asyncpg.Connection | None = None
        self._looking = asyncio.Lock()
        self.state: State = "starting"
        self.faults: list[str] = []

    async def watch(self) -> None:
        """Look every second, for as long as the server runs."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> State:
        """Look once; a change is logged. Two who look at a time (the start, the watch) take turns."""
        try:
            async with self._looking, asyncio.timeout(LOOK_WITHIN_S):
                state = await self._state()
        except Exception as error:
            state = "away"
            self.close()
            if self.state != state:
                log.warning("database away", exc_info=error)
        if state != self.state:
            log.info("readiness", state=state, was=self.state)
        self.state = state
        return state

    async def _state(self) -> State:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.connect("intake")
        self.faults = await durability_faults(self._connection)
        if await pending(self._connection):
            return "pending"
        return "unsafe" if self.faults and not self._allow_unsafe else "ready"

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
