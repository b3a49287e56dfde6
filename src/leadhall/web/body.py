"""The body of a request: bounded before it is parsed, and never waited for longer than honest senders need."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from leadhall.core.errors import TooLarge, Unreadable
from leadhall.web.head import Scope, header

INTAKE_MOST_BYTES = 64 * 1024
BODY_WITHIN_S = 20.0
LEAST_BYTES_PER_S = 1024  # what came earns so much more time
KEPT_OF_TOO_LARGE_BYTES = 4 * 1024

Receive = Callable[[], Awaitable[Any]]


class TooSlow(Unreadable):
    """The body did not arrive in time. The answer closes the connection."""


class BodyTooLarge(TooLarge):
    """More than `most_bytes` came. `start` is the first 4 KiB, for the request log."""

    def __init__(self, most_bytes: int, start: bytes) -> None:
        super().__init__(f"The body is larger than {most_bytes // 1024} KiB")
        self.start = start


class Gone(Exception):
    """The caller hung up before the body was whole: there is nobody to answer."""


async def read_body(scope: Scope, receive: Receive, most_bytes: int) -> bytes:
    """The whole body, of at most `most_bytes`.

    BodyTooLarge (without reading the rest), TooSlow (20 s, and one more for each KiB that came),
    Unreadable for a broken Content-Length, Gone when the caller is.
    """
    enough = KEPT_OF_TOO_LARGE_BYTES if _announced_bytes(scope) > most_bytes else most_bytes + 1
    patience = _Patience()
    try:
        body, whole = await _read(receive, enough, patience)
    except asyncio.CancelledError:
        if not patience.ended_us():
            raise
        raise TooSlow("The body did not arrive in time: send it at once") from None
    finally:
        patience.end()
    if enough <= most_bytes or not whole:
        raise BodyTooLarge(most_bytes, body[:KEPT_OF_TOO_LARGE_BYTES])
    return body


class _Patience:
    """Cancels the task that waits when its time is over: asyncio.timeout at half its price, on the hot route."""

    __slots__ = ("_began", "_loop", "_over", "_task", "_timer")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task(self._loop)
        self._over = False
        self._began = self._loop.time()
        self._timer = self._loop.call_at(self._began + BODY_WITHIN_S, self._lose)

    def _lose(self) -> None:
        self._over = True
        if self._task is not None:
            self._task.cancel()

    def extend(self, after_s: float) -> None:
        """The time is over so long after the beginning."""
        self._timer.cancel()
        self._timer = self._loop.call_at(self._began + after_s, self._lose)

    def end(self) -> None:
        self._timer.cancel()

    def ended_us(self) -> bool:
        """Whether a cancellation was ours alone, and nobody else's too."""
        return self._over and self._task is not None and self._task.uncancel() == 0


async def _read(receive: Receive, enough: int, patience: _Patience) -> tuple[bytes, bool]:
    """What came until the end or until it was `enough` bytes, and whether that was all."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        piece = message.get("body", b"")
        body = body + piece if body else piece
        if len(body) >= enough:
            return body, False
        if not message.get("more_body", False):
            return body, True
        if piece:
            patience.extend(BODY_WITHIN_S + len(body) / LEAST_BYTES_PER_S)


def _announced_bytes(scope: Scope) -> int:
    announced = header(scope, b"content-length")
    if announced is None:
        return 0
    if not (announced.isascii() and announced.isdigit()) or len(announced) > len(str(2**63)):
        raise Unreadable("Content-Length is not a number of bytes", field="content-length")
    return int(announced)
