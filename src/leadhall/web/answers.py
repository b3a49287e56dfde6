"""Answers: bytes and headers to ASGI messages, each with our X-Request-Id."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Any

import msgspec

from leadhall.core.ending import end

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
Header = tuple[bytes, bytes]

JSON = b"application/json"
NO_STORE = b"no-store"
NO_SNIFF: Header = (b"x-content-type-options", b"nosniff")

encode_json = msgspec.json.Encoder().encode


async def send_answer(
    send: Send,
    status: int,
    body: bytes,
    *,
    request_id: str,
    content_type: bytes = JSON,
    headers: Iterable[Header] = (),
    cache: bytes = NO_STORE,
    head_only: bool = False,
) -> None:
    """Send one whole answer. `head_only`: the answer to a HEAD, which has the length and no body."""
    start = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-request-id", request_id.encode()),
        (b"cache-control", cache),
        NO_SNIFF,
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": b"" if head_only else body})


async def send_stream(
    send: Send,
    receive: Receive,
    status: int,
    stream: AsyncGenerator[bytes, None],
    *,
    request_id: str,
    content_type: bytes,
    headers: Iterable[Header] = (),
    cache: bytes = NO_STORE,
) -> None:
    """Send what `stream` yields, as it comes; stop it when the caller goes away. Its faults cut the connection."""
    start = [
        (b"content-type", content_type),
        (b"x-request-id", request_id.encode()),
        (b"cache-control", cache),
        (b"x-accel-buffering", b"no"),  # nginx would hold events back
        NO_SNIFF,
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": start})
    leaving = asyncio.create_task(_left(receive))
    sending = asyncio.create_task(_send_all(send, stream))
    try:
        await asyncio.wait((leaving, sending), return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
    finally:
        for task in (leaving, sending):
            await end(task)
        await asyncio.gather(leaving, sending, return_exceptions=True)  # what they died of is nobody's any more
        await stream.aclose()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_all(send: Send, stream: AsyncGenerator[bytes, None]) -> None:
    async for piece in stream:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
