"""A request to our own application without a server: the whole way of a lead, in this process."""

from __future__ import annotations

from typing import Any

import msgspec

from leadhall.app import Application
from leadhall.cli.faults import CliFault
from leadhall.cli.http import Answer


async def post_inside(application: Application, path: str, token: str, body: Any) -> dict[str, Any]:
    """Post JSON while the application is running; the decoded 201. CliFault for any other answer."""
    answer = await _ask(application, path, token, msgspec.json.encode(body))
    if answer.status != 201:  # noqa: PLR2004 - HTTP's Created
        raise CliFault(f"{path} answered {answer.status}: {answer.body}")
    decoded: dict[str, Any] = msgspec.json.decode(answer.body)
    return decoded


async def _ask(application: Application, path: str, token: str, body: bytes) -> Answer:
    status, chunks = 0, []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            chunks.append(message.get("body", b""))

    await application(_scope(path, token, len(body)), receive, send)
    return Answer(status, b"".join(chunks).decode())


def _scope(path: str, token: str, length: int) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", str(length).encode()),
            (b"authorization", f"Bearer {token}".encode()),
            (b"user-agent", b"leadhall demo"),
        ],
    }
