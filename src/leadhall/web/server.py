"""Runs the app under granian, in this very process: one process less than granian's own supervisor would take.

Its socket is opened with SO_REUSEPORT, so several such processes share a port
(LEADHALL_WORKERS). SIGTERM and SIGINT stop it: no new connections, those in flight have
ten seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import structlog
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from leadhall.core.circles import look_seldom
from leadhall.web.answers import Send
from leadhall.web.body import Receive

log = structlog.get_logger(__name__)

HEAD_WITHIN_MS = 10_000
HEAD_MOST_BYTES = 16 * 1024
BACKLOG = 2_048
IN_FLIGHT_WITHIN_S = 10.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Served(Protocol):
    """An ASGI app with a context in which it takes requests; app.Application is one."""

    def running(self) -> AbstractAsyncContextManager[Any]: ...
    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None: ...


def run(application: Served, *, host: str, port: int, listening: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, in an event loop of its own. `listening` is called once requests are taken."""
    uvloop.run(serve(application, host=host, port=port, listening=listening))


async def serve(application: Served, *, host: str, port: int, listening: Callable[[], None] | None = None) -> None:
    """Serve in the running loop. OSError when the port is taken; app.UnsafeDurability before anything is opened."""
    async with application.running():
        look_seldom()
        server = _server(application, host, port)
        stop = asyncio.Event()
        with _stopped_by_signals(stop):
            serving = asyncio.create_task(server.serve(), name="granian")
            stopping = asyncio.create_task(stop.wait(), name="stop")
            await asyncio.sleep(0)
            if listening is not None and not serving.done():
                listening()
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            await _stop(server, serving)


def _server(application: Served, host: str, port: int) -> Server:
    return Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_WITHIN_MS, max_buffer_size=HEAD_MOST_BYTES),
        log_enabled=False,
    )


@contextlib.contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for each in STOP_SIGNALS:
        loop.add_signal_handler(each, stop.set)
    try:
        yield
    finally:
        for each in STOP_SIGNALS:
            loop.remove_signal_handler(each)


async def _stop(server: Server, serving: asyncio.Task[None]) -> None:
    """No new connections; what is being answered has ten seconds. Raises what granian died of, if it did."""
    log.info("stopping")
    server.stop()  # type: ignore[no-untyped-call] # granian tells no types here
    done, _ = await asyncio.wait((serving,), timeout=IN_FLIGHT_WITHIN_S)
    if not done:
        log.warning("requests cut off", after_s=IN_FLIGHT_WITHIN_S)
        serving.cancel()
        return
    serving.result()
