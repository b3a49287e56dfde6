"""ASGI's lifespan protocol around an async context: entered at start-up, left at shutdown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from leadhall.web.answers import Send
from leadhall.web.body import Receive

log = structlog.get_logger(__name__)


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
