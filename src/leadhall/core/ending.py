"""How a task is ended for sure: a cancellation that meets an answer on its way may be swallowed below it.

`asyncio.wait_for` of Python 3.11 does that when what it waits for is done at the same moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

log = structlog.get_logger(__name__)

CANCEL_AGAIN_S = 4.0


async def end(task: asyncio.Task[Any], *, again_s: float = CANCEL_AGAIN_S) -> None:
    """Cancel it until it is done; `again_s` is what it may take to put its things in order."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=again_s)


@asynccontextmanager
async def at_work(
    work: Coroutine[Any, Any, None], name: str | None = None, *, again_s: float = CANCEL_AGAIN_S
) -> AsyncIterator[None]:
    """A task beside everything else, ended when we leave. What it died of meanwhile is logged, not raised."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await end(task, again_s=again_s)
        if not task.cancelled() and (fault := task.exception()):
            log.error("work in the background died", work=task.get_name(), exc_info=fault)
