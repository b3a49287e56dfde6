"""An event loop for tests of deadlines: nobody waits, and a machine that stutters changes nothing."""

from __future__ import annotations

import asyncio
import functools
import selectors


class HastyLoop(asyncio.SelectorEventLoop):
    """Its time stands still while anybody works, and jumps to the next timer when everybody waits."""

    def __init__(self):
        self.passed_s = 0.0
        super().__init__(_Impatient(self))

    def time(self):
        return self.passed_s


class _Impatient(selectors.DefaultSelector):
    def __init__(self, loop):
        super().__init__()
        self._loop = loop

    def select(self, timeout=None):
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits for what no timer ends")
        if not ready:
            self._loop.passed_s += timeout
        return ready


def hasty(test):
    """Run an async test on a loop of this kind."""

    @functools.wraps(test)
    def run(*arguments, **named):
        with asyncio.Runner(loop_factory=HastyLoop) as runner:
            runner.run(test(*arguments, **named))

    return run


def now_s():
    """The time of the running loop."""
    return asyncio.get_running_loop().time()
