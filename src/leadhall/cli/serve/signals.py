"""Stop signals while the server does not listen to them itself.

Before it does, SIGTERM must unwind us like Ctrl-C; after it did, nothing may cut the stopping short.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stop:
    """Whether a stop was asked for.

    A KeyboardInterrupt may be lost: raised within a callback of a driver it is a broken connection to it, nothing more.
    """

    def __init__(self) -> None:
        self._asked = False

    def ask(self, *_: object) -> None:
        self._asked = True
        raise KeyboardInterrupt

    def look(self) -> None:
        """KeyboardInterrupt when it was asked for and got lost."""
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Stop signals raise KeyboardInterrupt in here; what was started is stopped on the way out: a success."""
    stop = Stop()
    before = {each: signal.signal(each, stop.ask) for each in STOP_SIGNALS}
    try:
        yield stop
    except KeyboardInterrupt:
        pass
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C or SIGTERM must not leave PostgreSQL behind: what happens here is bounded in time."""
    before = {each: signal.signal(each, signal.SIG_IGN) for each in STOP_SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def told(stop: asyncio.Event) -> Iterator[None]:
    """Stop signals set `stop`, in the running loop: raised within a callback they would end what just runs there."""
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in STOP_SIGNALS}
    for each in STOP_SIGNALS:
        loop.add_signal_handler(each, stop.set)
    try:
        yield
    finally:
        for each, handler in before.items():
            loop.remove_signal_handler(each)
            signal.signal(each, handler)
