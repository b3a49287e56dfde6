"""Answers: bytes and headers to ASGI messages, each with our X-Request-Id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec

Send = Callable[[Any], Awaitable[None]]
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
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
        (b"cache-control", cache),
        NO_SNIFF,
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": b"" if head_only else body})
