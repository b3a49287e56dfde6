"""One HTTP/1.1 connection to a receiver: a request is written, and its answer is read by llhttp, within limits.

Requests on one line come one after the other. What else a receiver may say on it (a second answer, an upgrade, a word
before it was asked) ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

import httptools
from msgspec import Struct

ANSWER_MOST_BYTES = 64 * 1024
HEAD_MOST_BYTES = 32 * 1024
FIRST_FINAL_STATUS = 200


class Answered(Struct, frozen=True):
    """What came back: the status, the headers by their names in lower case, and the body up to 64 KiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False


class Broken(OSError):
    """No answer: the connection ended too soon, or what came was no HTTP."""


class Silent(Broken):
    """The connection ended before anything came."""


class Line(asyncio.Protocol):
    """A connection. `rests_since` is for whoever keeps it."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answered] | None = None
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._came = self._head_bytes = self._body_bytes = 0
        self._has_head = False
        self.rests_since = 0.0

    @property
    def is_open(self) -> bool:
        """Whether another request may be written."""
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: Sequence[bytes], within_s: float) -> asyncio.Future[Answered]:
        """Write a request; its answer, Broken, or TimeoutError."""
        loop = asyncio.get_running_loop()
        self._came, self._has_head = 0, False
        self._answer = answer = loop.create_future()
        timer = loop.call_later(within_s, self._fail, TimeoutError())
        answer.add_done_callback(lambda _: timer.cancel())
        if self._transport is None or self._transport.is_closing():
            self._fail(Silent("The connection was closed"))
        else:
            self._transport.writelines(request)
        return answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._came += len(data)
        if self._answer is None or self._answer.done():
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as fault:
            self._fail(Broken(f"The answer is no HTTP that we read ({type(fault).__name__})"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._has_head and exc is None and not {"content-length", "transfer-encoding"} & self._headers.keys():
            self._finish()
        elif self._came:
            self._fail(Broken("The connection ended in the middle of the answer"))
        else:
            self._fail(Silent("The connection ended before an answer came"))
        self._transport = None

    # what the parser hears

    def on_message_begin(self) -> None:
        self._headers, self._body, self._head_bytes, self._body_bytes, self._has_head = {}, [], 0, 0, False
        if self._answer is None or self._answer.done():
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > HEAD_MOST_BYTES:
            self._fail(Broken("The answer's headers have no end"))
        else:
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._has_head = self._parser.get_status_code() >= FIRST_FINAL_STATUS

    def on_body(self, body: bytes) -> None:
        self._body.append(body)
        self._body_bytes += len(body)
        if self._body_bytes > ANSWER_MOST_BYTES:
            self._finish(cut=True)

    def on_message_complete(self) -> None:
        if self._has_head:  # 100 Continue and its like are none
            self._finish()

    def _finish(self, *, cut: bool = False) -> None:
        """The answer is whole, or as long as we read it: then the rest goes unread and the line ends."""
        if cut or not self._parser.should_keep_alive():
            self.close()
        if self._answer is not None and not self._answer.done():
            body = b"".join(self._body)[:ANSWER_MOST_BYTES]
            self._answer.set_result(Answered(self._parser.get_status_code(), self._headers, body, cut))

    def _fail(self, fault: Exception) -> None:
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(fault)
