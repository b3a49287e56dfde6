"""How a task is ended for sure: a cancellation that meets an answer on its way may be swallowed below it."""

from __future__ import annotations

import asyncio
from typing import Any

CANCEL_AGAIN_S = 4.0


async def end(task: asyncio.Task[Any], *, again_s: float = CANCEL_AGAIN_S) -> None:
    """Cancel it until it is done; `again_s` is what it may take to put its things in order."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=again_s)
