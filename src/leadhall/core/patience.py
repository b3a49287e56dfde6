"""How long somebody may wait: one timer a process looks at all who wait; a timer each costs a lead or a call 9 µs."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Self

LOOK_EVERY_S = 0.1


class Patience:
    """A budget of waiting, spent in one or several `with` blocks; a block that overspends it ends by TimeoutError.

    The same as `asyncio.timeout`, but for when it ends: up to `LOOK_EVERY_S` late.
    """

    __slots__ = ("_began", "_over", "_spent_s", "_task", "_watch", "most_s")

    def __init__(self, most_s: float) -> None:
        self.most_s = most_s
        self._spent_s = 0.0  # in the blocks before this one
        self._began = 0.0
        self._over = False
        self._task: asyncio.Task[Any] | None = None
        self._watch: _Watch | None = None

    def __enter__(self) -> Self:
        self._watch = _watch_here()
        self._task = asyncio.current_task(self._watch.loop)
        self._began = self._watch.begin(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        task, self._task = self._task, None
        if self._watch is not None:
            self._spent_s += self._watch.end(self) - self._began
        if self._over and task is not None:
            self._over = False
            if task.uncancel() == 0 and kind is asyncio.CancelledError:
                raise TimeoutError from None

    @property
    def spent_s(self) -> float:
        """How long was waited so far."""
        if self._task is None or self._watch is None:
            return self._spent_s
        return self._spent_s + self._watch.now() - self._began

    def lose_if_spent(self, now: float) -> None:
        """Cancel the task that waits when its time is over."""
        if self._spent_s + now - self._began > self.most_s and not self._over and self._task is not None:
            self._over = True
            self._task.cancel()


class _Watch:
    """Who waits now in one event loop, looked at while there is anybody."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.now = loop.time
        self._waiting: set[Patience] = set()
        self._looks = False

    def begin(self, one: Patience) -> float:
        """Look after `one` from now on; tells when that is."""
        self._waiting.add(one)
        if not self._looks:
            self._looks = True
            self.loop.call_later(LOOK_EVERY_S, self._look)
        return self.now()

    def end(self, one: Patience) -> float:
        """Look after `one` no longer; tells when that is."""
        self._waiting.discard(one)
        return self.now()

    def _look(self) -> None:
        now = self.now()
        for one in self._waiting:
            one.lose_if_spent(now)
        self._looks = bool(self._waiting)
        if self._looks:
            self.loop.call_later(LOOK_EVERY_S, self._look)


_watches: dict[int, _Watch] = {}


def _watch_here() -> _Watch:
    """The watch of the loop that runs in this thread. Asking for the loop is a system call before Python 3.12."""
    thread = threading.get_ident()
    watch = _watches.get(thread)
    if watch is None or not watch.loop.is_running():
        watch = _watches[thread] = _Watch(asyncio.get_running_loop())
    return watch
