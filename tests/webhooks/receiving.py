"""A receiver of webhooks: a real HTTP server that keeps what came and answers as told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Came:
    path: str
    headers: dict
    body: bytes


@dataclass
class Receiver:
    """`answers` are given in turn, the last one for ever: each a coroutine of a request, or a status."""

    port: int = 0
    came: list = field(default_factory=list)
    answers: list = field(default_factory=lambda: [200])
    connections: set = field(default_factory=set)
    accepted: int = 0  # TCP connections, also those on which no request came

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    async def __call__(self, request):
        self.connections.add(request.transport.get_extra_info("peername"))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append(Came(request.path, headers, await request.read()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=answer, text="heard") if isinstance(answer, int) else await answer(request)


class Counting(web.Server):
    def __call__(self):
        self.request_handler.accepted += 1
        return super().__call__()


def say(status, text="", **headers):
    async def answer(_):
        return web.Response(status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


async def hang(_):
    await asyncio.Event().wait()


async def ten_megabytes(request):
    response = web.StreamResponse(status=500)
    await response.prepare(request)
    for _ in range(160):
        await response.write(b"x" * 65536)
    return response


@asynccontextmanager
async def receiving(host="127.0.0.1", port=0, tls=None):
    receiver = Receiver()
    server = Counting(receiver)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, port, ssl_context=tls)
    await site.start()
    receiver.port = site._server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
