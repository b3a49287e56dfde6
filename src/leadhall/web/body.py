"""The body of a request: bounded before it is parsed, and never waited for longer than honest senders need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from leadhall.core.errors import TooLarge, Unreadable
from leadhall.core.patience import Patience
from leadhall.web.head import Misframed, Scope, header

INTAKE_MOST_BYTES = 64 * 1024
BODY_WITHIN_S = 20.0
LENGTH_MOST_DIGITS = 19  # of 2**63
LEAST_BYTES_PER_S = 1024  # what came earns so much more time
KEPT_OF_TOO_LARGE_BYTES = 4 * 1024
LINGER_MOST_BYTES, LINGER_S = 1024 * 1024, 1.0
"""What is too large is read on, to nowhere, so far and so long: who still writes would hear a reset, and no answer."""

Receive = Callable[[], Awaitable[Any]]


class TooSlow(Unreadable):
    """The body did not arrive in time. The answer closes the connection."""


class BodyTooLarge(TooLarge):
    """More than `most_bytes` came. `start` is the first 4 KiB, for the request log."""

    def __init__(self, most_bytes: int, start: bytes) -> None:
        super().__init__(f"The body is larger than {most_bytes // 1024} KiB")
        self.start = start


class Gone(Exception):
    """The body ended before it was whole: the caller hung up, or framed it wrongly and still hears the answer."""

    refusal = Misframed("The body ended before it was whole, or its chunks are not what they say")


async def read_body(scope: Scope, receive: Receive, most_bytes: int) -> bytes:
    """The whole body, of at most `most_bytes`.

    BodyTooLarge (keeping nothing of the rest), TooSlow (20 s, and one more for each KiB that came),
    Unreadable for a broken Content-Length, Gone when it ends too early.
    """
    announced = header(scope, b"content-length")
    length = 0 if announced is None else _bytes_of(announced)
    too_many = length > most_bytes
    enough = KEPT_OF_TOO_LARGE_BYTES if too_many else most_bytes + 1
    try:
        with Patience(BODY_WITHIN_S) as patience:
            body, whole = await _read(receive, enough, patience)
    except TimeoutError:
        raise TooSlow("The body did not arrive in time: send it at once") from None
    if enough <= most_bytes or not whole:
        if not whole and length <= LINGER_MOST_BYTES:
            await _linger(receive)
        raise BodyTooLarge(most_bytes, body[:KEPT_OF_TOO_LARGE_BYTES])
    return body


async def _read(receive: Receive, enough: int, patience: Patience) -> tuple[bytes, bool]:
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
        if not message.get("more_body"):
            return body, True
        if piece:
            patience.most_s = BODY_WITHIN_S + len(body) / LEAST_BYTES_PER_S


async def _linger(receive: Receive) -> None:
    """Read on, to nowhere, until the body ends, the caller goes, or it is too much of it."""
    left, more = LINGER_MOST_BYTES, True
    try:
        with Patience(LINGER_S):
            while more and left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                more = bool(message.get("more_body"))
    except TimeoutError:
        return


def _bytes_of(announced: str) -> int:
    if not (announced.isascii() and announced.isdigit()) or len(announced) > LENGTH_MOST_DIGITS:
        raise Unreadable("Content-Length is not a number of bytes", field="content-length")
    return int(announced)
