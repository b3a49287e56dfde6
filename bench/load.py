"""The load generator: keep-alive connections that each send one lead, wait for the answer, and send the next.

A process of its own (`python -m bench.load`), so that its processor time is known and is nobody
else's. Every body is another person with another text, made before the clock starts. It says
`{"at": "start"}` and `{"at": "end"}` as the window opens and closes, so that the parent can read
the processor clocks, and then its result. What it acknowledges stands in the file `--ids`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import uvloop

from bench.people import Crowd

CREATED = b"201"
MADE_BEFORE_START = 30_000
DRAIN_WITHIN_S = 15.0
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb'"conversation_uid": ?"([^"]+)"')


class Load:
    """What was sent and answered so far, over all connections."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.answers: list[tuple[float, float, bytes]] = []  # when it came, how long it took, the body; 201s only
        self.refused: Counter[str] = Counter()
        self.open = True
        self.waiting = 0
        self.drained = asyncio.Event()  # nothing is sent any more and all is answered


class Caller(asyncio.Protocol):
    """One connection."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._buffer = b""
        self._sent_at = 0.0  # 0: nothing is on its way
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._send()

    def _send(self) -> None:
        assert self._transport
        if not self._load.open:
            self._transport.close()
            return
        request = next(self._load.requests)
        self._load.waiting += 1
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, head_end)
        body_start = head_end + 4
        if length is None or len(self._buffer) - body_start < int(length[1]):
            return
        self._settle(self._buffer[9:12], self._buffer[body_start:])
        self._buffer = b""
        self._send()

    def _settle(self, status: bytes, body: bytes) -> None:
        now = time.perf_counter()
        if status == CREATED:
            self._load.answers.append((now, now - self._sent_at, body))
        else:
            self._load.refused[status.decode()] += 1
        self._done_waiting()

    def _done_waiting(self) -> None:
        self._sent_at = 0.0
        self._load.waiting -= 1
        if not (self._load.open or self._load.waiting):
            self._load.drained.set()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._sent_at:
            self._load.refused["connection lost"] += 1
            self._done_waiting()


def requests(url: str, headers: dict[str, str], seed: int, businesses: Sequence[str] = ()) -> Iterator[bytes]:
    """Whole HTTP requests, each with a body of its own; with `businesses`, half of them name the first."""
    parts = urlsplit(url)
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines).encode() + b"\r\nContent-Length: "
    crowd = Crowd(seed)
    while True:
        body = crowd.body(businesses)
        yield head + str(len(body)).encode() + b"\r\n\r\n" + body


def made_before(endless: Iterator[bytes], count: int) -> Iterator[bytes]:
    """The same requests, the first `count` of them made now instead of under the clock."""
    ready = [next(endless) for _ in range(count)]

    def all_of_them() -> Iterator[bytes]:
        yield from ready
        yield from endless

    return all_of_them()


async def run(url: str, load: Load, *, connections: int, warm_s: float, seconds: float) -> tuple[float, float, float]:
    """Load for `warm_s + seconds`, then drain. Answers when the window opened and closed, and our CPU seconds in it."""
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: Caller(load), parts.hostname or "127.0.0.1", parts.port or 80)
    await asyncio.sleep(warm_s)
    start, cpu = time.perf_counter(), time.process_time()
    say({"at": "start"})
    await asyncio.sleep(seconds)
    end, cpu = time.perf_counter(), time.process_time() - cpu
    say({"at": "end"})
    load.open = False
    with contextlib.suppress(TimeoutError):
        if load.waiting:
            async with asyncio.timeout(DRAIN_WITHIN_S):
                await load.drained.wait()
    return start, end, cpu


def say(fact: dict[str, object]) -> None:
    print(json.dumps(fact), flush=True)


def result(load: Load, start: float, end: float, cpu_s: float) -> dict[str, object]:
    """What the window saw: leads acknowledged in it, their latencies, our own share of a processor."""
    took_ms = sorted(took * 1000 for at, took, _ in load.answers if start <= at < end)
    count = len(took_ms)
    return {
        "leads": count,
        "seconds": end - start,
        "p50_ms": took_ms[count // 2] if count else None,
        "p99_ms": took_ms[min(count * 99 // 100, count - 1)] if count else None,
        "acknowledged": len(load.answers),
        "refused": dict(load.refused),
        "unanswered": load.waiting,
        "generator_cpu_share": cpu_s / (end - start),
    }


def acknowledged(load: Load) -> list[str]:
    """The conversation uid of every 201, also those before and after the window."""
    found = (_ID.search(body) for _, _, body in load.answers)
    return [match[1].decode() for match in found if match]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--warm", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--header", action="append", default=[], help="Name: value")
    parser.add_argument("--ids", type=Path, help="file for the acknowledged uids, a line each")
    parser.add_argument("--ready", type=int, default=MADE_BEFORE_START, help="requests made before the clock starts")
    parser.add_argument("--businesses", type=Path, help="file of business uids, a line each")
    asked = parser.parse_args()
    businesses = asked.businesses.read_text().split() if asked.businesses else ()
    headers = dict(line.split(": ", 1) for line in asked.header)
    load = Load(made_before(requests(asked.url, headers, asked.seed, businesses), asked.ready))
    window = uvloop.run(run(asked.url, load, connections=asked.connections, warm_s=asked.warm, seconds=asked.seconds))
    if asked.ids:
        asked.ids.write_text("".join(f"{uid}\n" for uid in acknowledged(load)))
    say({"at": "done", **result(load, *window)})


if __name__ == "__main__":
    main()
