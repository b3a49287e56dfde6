"""The worker's hand at imports: jobs that came by the API, a portion a turn, the oldest first."""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from leadhall.clients.desk import open_desk
from leadhall.core.db import Connection
from leadhall.core.errors import Busy, Refusal
from leadhall.core.of_the_world import is_of_the_world
from leadhall.core.waking import woken
from leadhall.transfer.jobs import SQL, Job, finish
from leadhall.transfer.mapping import map_columns
from leadhall.transfer.run import Import, take_portion
from leadhall.transfer.sheet import read_sheet

log = structlog.get_logger(__name__)

POLL_S = 1.0


class Importer:
    """Does jobs that wait. `taken` counts their rows."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._wake = asyncio.Event()
        self._read: tuple[str, Import] | None = None
        self.taken = 0

    def wake(self) -> None:
        """Something may wait."""
        self._wake.set()

    async def run(self, *, poll_s: float = POLL_S) -> None:
        """Import, for as long as the worker runs."""
        while True:
            self._wake.clear()
            if not await self.round():
                self._read = None
                await woken(self._wake, within_s=poll_s)

    async def round(self) -> bool:
        """One portion of the oldest job; False when none waits. A database that is away is waited for."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(SQL["waiting"])
                if row is None:
                    return False
                await self._take(connection, Job(**row))
        except Exception as fault:
            if _passes(fault):
                log.warning("imports cannot be done now", fault=type(fault).__name__)
            else:
                log.exception("an import failed")
            return False
        return True

    async def _take(self, connection: Connection, job: Job) -> None:
        """The next portion. A fault ends the job and says why; what was taken before stays."""
        try:
            async with connection.transaction():
                file = await self._file(connection, job)
                done = await take_portion(connection, job, file)
                self.taken += done.taken - job.taken
        except Exception as fault:
            if _passes(fault):
                raise
            if not isinstance(fault, Refusal):
                log.exception("an import ended by a fault", job=job.uid)
            words = str(fault) if isinstance(fault, Refusal) else "An unexpected fault of ours: see the server's log"
            await finish(connection, job, error=words)

    async def _file(self, connection: Connection, job: Job) -> Import:
        """The file, read once a job and not once a portion."""
        if self._read is None or self._read[0] != job.uid:
            content = await connection.fetchval(SQL["file"], job.business_id, job.uid)
            sheet = await asyncio.to_thread(read_sheet, content)
            desk = await open_desk(connection, job.business_id, job.actor)
            self._read = (job.uid, Import(sheet, map_columns(desk.card, sheet.headings, job.mapping)))
        return self._read[1]


def _passes(fault: Exception) -> bool:
    """Whether the job is not to blame: the same may be tried again."""
    return is_of_the_world(fault) or isinstance(fault, Busy)
