"""A server for a command that brings a loop of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading


@contextlib.contextmanager
def beside(server):
    """Run an asynchronous context manager in a thread with a loop; what it gives."""
    loop, ready, kept, over = asyncio.new_event_loop(), threading.Event(), [], []

    async def serve():
        stop = asyncio.Event()
        over.append(stop)
        async with server as one:
            kept.append(one)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait(10)
    try:
        yield kept[0]
    finally:
        loop.call_soon_threadsafe(over[0].set)
        thread.join()
        loop.close()
