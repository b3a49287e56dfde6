"""Work that is woken, and looks by itself from time to time in case a word was lost."""

from __future__ import annotations

import asyncio
import contextlib


async def woken(wake: asyncio.Event, *, within_s: float | None) -> None:
    """Return when somebody wakes us, else after `within_s`; None: not before."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await wake.wait()
