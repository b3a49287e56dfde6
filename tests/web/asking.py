"""Asks an ASGI app as a server would, within the test's own loop."""

import asyncio
import json as json_module
from dataclasses import dataclass
from urllib.parse import urlsplit

EVENTS = b"text/event-stream; charset=utf-8"


@dataclass
class Told:
    status: int
    headers: list
    content: bytes

    @property
    def json(self):
        return json_module.loads(self.content)

    def header(self, name):
        values = [value.decode() for key, value in self.headers if key == name.encode()]
        assert len(values) < 2, f"{name} stands twice"
        return values[0] if values else None


class Asker:
    """`await ask.get("/livez")`; `token` is sent as a bearer, `body` as it stands, `json` as JSON."""

    def __init__(self, app):
        self._app = app

    async def get(self, url, **more):
        return await self("GET", url, **more)

    async def post(self, url, **more):
        return await self("POST", url, **more)

    async def __call__(
        self, method, url, *, token=None, headers=None, body=b"", json=None, ip="127.0.0.1", pieces=None
    ):
        parts = urlsplit(url)
        given = {"host": "leads.example.com", **(headers or {})}
        if json is not None:
            body = json_module.dumps(json).encode()
            given.setdefault("content-type", "application/json")
        if token:
            given["authorization"] = f"Bearer {token}"
        if body:
            given.setdefault("content-length", str(len(body)))
        listed = [(k.encode(), v.encode()) for k, v in given.items()] if isinstance(given, dict) else given
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(k, v) for k, v in listed if v != b"-"],
            "client": (ip, 50000) if ip else None,
            "server": ("127.0.0.1", 8000),
        }
        return await self.raw(scope, pieces or [body])

    async def raw(self, scope, pieces):
        waiting = list(pieces)
        sent = []
        heard = asyncio.Event()

        async def receive():
            if not waiting:
                await heard.wait()  # the caller goes away once it heard an event, and from nothing else
                return {"type": "http.disconnect"}
            piece = waiting.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

        async def send(message):
            sent.append(message)
            if message.get("more_body") and (b"content-type", EVENTS) in sent[0]["headers"]:
                heard.set()

        await self._app(scope, receive, send)
        start = sent[0]
        return Told(start["status"], list(start["headers"]), b"".join(each.get("body", b"") for each in sent[1:]))
