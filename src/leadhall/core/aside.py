"""What blocks runs aside, in a thread that nobody waits for when we stop: DNS, a mailbox, a large mail."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T], name: str) -> T:
    """What `work` answers or raises. Cancelled, it goes on unheard until it ends by its own time limits."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone
            loop.call_soon_threadsafe(settle)

    def run() -> None:
        try:
            result = work()
        except BaseException as fault:  # noqa: BLE001 - raised again where it is waited for
            kept = fault
            tell(lambda: None if answer.done() else answer.set_exception(kept))
        else:
            tell(lambda: None if answer.done() else answer.set_result(result))

    threading.Thread(target=run, name=name, daemon=True).start()
    return await answer
