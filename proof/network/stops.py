"""SIGTERM under load: whoever was being answered is answered, and the server is gone in time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import time
from dataclasses import dataclass, field

from bench.ours import World
from bench.processes import Server

from proof.crash.callers import PATH, Told

CALLERS = 12
IN_FLIGHT_SINCE_S = 0.03
"""What was sent so long before the signal is in flight."""
LOAD_S = 0.4
EXIT_MOST_S = 15.0


@dataclass
class Stopped:
    """Of all stops together."""

    stops: int = 0
    in_flight: int = 0
    cut: int = 0
    refused: list[str] = field(default_factory=list)
    """What was in flight and answered otherwise than 201."""
    longest_exit_s: float = 0.0
    told: list[Told] = field(default_factory=list)


@dataclass
class _Request:
    title: str
    sent_at: float
    answer: bytes = b""


async def stop_under_load(server: Server, world: World, stopped: Stopped, end_by: signal.Signals) -> None:
    """Let callers at it, and end it by a signal."""
    requests: list[_Request] = []
    ending = asyncio.Event()
    callers = [asyncio.create_task(_call(server.port, world, n, requests, ending)) for n in range(CALLERS)]
    await asyncio.sleep(LOAD_S)
    at = time.monotonic()
    server.signal(end_by)
    ending.set()
    exited = await asyncio.to_thread(server.wait, EXIT_MOST_S + 5)
    stopped.longest_exit_s = max(stopped.longest_exit_s, time.monotonic() - at if exited else float("inf"))
    if not exited:
        await asyncio.to_thread(server.stop)
    await asyncio.gather(*callers)
    _count(requests, at, stopped)


def _count(requests: list[_Request], at: float, stopped: Stopped) -> None:
    stopped.stops += 1
    for request in requests:
        answered = request.answer.startswith(b"HTTP/1.1 201")
        if answered:
            stopped.told.append(_told(request))
        if request.sent_at > at - IN_FLIGHT_SINCE_S:
            continue
        stopped.in_flight += 1
        stopped.cut += not request.answer
        if request.answer and not answered:
            stopped.refused.append(request.answer[:120].decode(errors="replace"))


def _told(request: _Request) -> Told:
    reply = json.loads(request.answer.partition(b"\r\n\r\n")[2])
    ids = [reply[name] for name in ("uid", "conversation_uid", "message_uid")]
    return Told(request.title, _email(request.title), *ids)


def _email(title: str) -> str:
    return f"{title.replace(' ', '.').lower()}@example.com"


_titles = iter(range(10**9))


async def _call(port: int, world: World, n: int, requests: list[_Request], ending: asyncio.Event) -> None:
    """One lead after the other, each on a connection of its own, until the signal."""
    while not ending.is_set():
        title = f"Stop {next(_titles)} of caller {n}"
        body = json.dumps(
            {"identifier_type": "email", "email": _email(title), "first_name": "Dana", "request_title": title}
        ).encode()
        head = [f"POST {PATH} HTTP/1.1", "Host: x", "Connection: close", "Content-Type: application/json"]
        head += [f"{name}: {value}" for name, value in world.headers().items()] + [f"Content-Length: {len(body)}"]
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
                request = _Request(title, time.monotonic())
                requests.append(request)
                request.answer = await reader.read(-1)
            finally:
                writer.close()
