"""The server while its database is away: alive, not ready, 503 for all else. When it comes, the application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from asyncpg.exceptions import PostgresError

from leadhall.app import Application
from leadhall.cli.serve.database import AWAY
from leadhall.core.ending import at_work
from leadhall.core.errors import Unavailable
from leadhall.core.ids import mint
from leadhall.schema.migrate import MigrationFault
from leadhall.web.answers import Send, encode_json, send_answer
from leadhall.web.api.health import ALIVE
from leadhall.web.api.refusals import send_refusal
from leadhall.web.body import Receive
from leadhall.web.readiness import MEANINGS, UnsafeDurability

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
AGAIN_AFTER_FAULT_S = 5.0
END_WITHIN_S = 12.0  # of a whole application: what it is writing, then its pools


class Waiting:
    """An ASGI app. `arrive` makes the application, once the database is there, migrated and known."""

    def __init__(self, arrive: Callable[[], Awaitable[Application]]) -> None:
        self._arrive = arrive
        self._application: Application | None = None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if self._application is not None:
            await self._application(scope, receive, send)
        elif scope["type"] == "http":
            await _answer(scope, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take requests; the application runs within, from the moment it can until the end."""
        async with at_work(self._become(), "arrival", again_s=END_WITHIN_S):
            yield

    async def _become(self) -> None:
        """Try until it runs, then for as long as nobody cancels."""
        while True:
            try:
                application = await self._arrive()
                async with application.running():
                    await self._serve(application)
            except AWAY:
                await asyncio.sleep(LOOK_EVERY_S)
            except (UnsafeDurability, MigrationFault, PostgresError) as fault:
                log.critical("the database is there but cannot be used", because=str(fault))
                await asyncio.sleep(AGAIN_AFTER_FAULT_S)

    async def _serve(self, application: Application) -> None:
        log.info("the database is there")
        self._application = application
        try:
            await asyncio.Event().wait()
        finally:
            self._application = None


async def _answer(scope: Any, send: Send) -> None:
    head_only = scope["method"] == "HEAD"
    if scope["path"] == "/livez":
        await send_answer(send, 200, encode_json(ALIVE), request_id=mint(), head_only=head_only)
    else:
        await send_refusal(send, Unavailable(MEANINGS["away"]), request_id=mint(), head_only=head_only)
