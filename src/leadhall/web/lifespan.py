"""What lives as long as the server: pools, work in the background, and ASGI's protocol that begins and ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

import asyncpg
import structlog

from leadhall.core.db import Database, Role
from leadhall.web.answers import Send
from leadhall.web.body import Receive

log = structlog.get_logger(__name__)

CLOSE_WITHIN_S = 3.0


async def lifespan(running: Callable[[], AbstractAsyncContextManager[Any]], receive: Receive, send: Send) -> None:
    """Speak the protocol for `running`. A start that fails is told to the server, which then stops."""
    await receive()
    step = "startup"
    try:
        async with running():
            await send({"type": "lifespan.startup.complete"})
            step = "shutdown"
            await receive()
    except Exception as error:
        log.critical("lifespan failed", step=step, exc_info=error)
        await send({"type": f"lifespan.{step}.failed", "message": str(error)})
    else:
        await send({"type": "lifespan.shutdown.complete"})


async def open_pool(stack: AsyncExitStack, database: Database, role: Role, most: int) -> asyncpg.Pool:
    """A pool that needs no database to be made, closed within a few seconds whatever hangs in it."""
    pool = database.pool(role, most=most)
    await pool
    stack.push_async_callback(_close, pool)
    return pool


async def _close(pool: asyncpg.Pool) -> None:
    try:
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await pool.close()
    except TimeoutError:
        pool.terminate()
