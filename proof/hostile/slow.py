"""A thousand connections that come byte by byte, and how long honest callers wait beside them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp

from proof.hostile.framings import PATH, Writer

DRIP_EVERY_S = 1.0
HEAD_WITHIN_S = 10.0
HONEST, REST_S = 8, 0.05
FILES_BESIDES = 256


@dataclass
class Waited:
    """Seconds that honest callers waited, and what became of the slow connections."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    open_at_least: int = 0
    reopened: int = 0

    def p99_ms(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000 if ordered else float("inf")


def file_limit(needed: int) -> int:
    """Raise the limit of open files as far as it goes; what it is now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed + FILES_BESIDES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, needed + FILES_BESIDES), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


async def beside_the_slow(port: int, headers: Mapping[str, str], connections: int, for_s: float) -> Waited:
    """Half of them drip their head, half their body. One that the server closes is opened again."""
    waited = Waited()
    openness = Counter[str]()
    slow = [asyncio.create_task(_drip(port, dict(headers), n, openness, waited)) for n in range(connections)]
    try:
        async with asyncio.timeout(30):
            while openness["now"] < connections:  # noqa: ASYNC110 - a counter that a thousand tasks move
                await asyncio.sleep(0.05)
        waited.open_at_least = connections
        watching = asyncio.create_task(_watch(openness, waited))
        await _ask_honestly(port, headers, for_s, waited)
        watching.cancel()
    finally:
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
    return waited


async def _watch(openness: Counter[str], waited: Waited) -> None:
    while True:
        waited.open_at_least = min(waited.open_at_least, openness["now"])
        await asyncio.sleep(0.1)


async def _drip(port: int, headers: dict[str, str], n: int, openness: Counter[str], waited: Waited) -> None:
    write = Writer(headers)
    whole = write.whole(f"slow {n}")
    head_end = whole.index(b"\r\n\r\n") + 4
    at_once = 40 if n % 2 else head_end
    patience_s: float | None = HEAD_WITHIN_S * (0.3 + 0.6 * (n % 100) / 100)  # else all are closed in one moment
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            openness["now"] += 1
            try:
                writer.write(whole[:at_once])
                async with asyncio.timeout(patience_s):
                    await _drip_on(reader, writer, whole[at_once:-1])
            finally:
                openness["now"] -= 1
                writer.close()
        patience_s = None
        waited.reopened += 1


async def _drip_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rest: bytes) -> None:
    """A byte a second until the server has enough."""
    for byte in rest:
        writer.write(bytes([byte]))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRIP_EVERY_S):
                await reader.read(1)  # an answer or the end of it
                return


async def _ask_honestly(port: int, headers: Mapping[str, str], for_s: float, waited: Waited) -> None:
    until = time.monotonic() + for_s
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=15), headers={**headers, "Content-Type": "application/json"}
    ) as asking:

        async def ask(n: int) -> None:
            count = 0
            while time.monotonic() < until:
                count += 1
                person = {"identifier_type": "email", "email": f"honest{n}.{count}@example.com", "first_name": "Dana"}
                body = json.dumps(person | {"request_title": "beside the slow"})
                began = time.monotonic()
                async with asking.post(f"http://127.0.0.1:{port}{PATH}", data=body) as answer:
                    await answer.read()
                waited.seconds.append(time.monotonic() - began)
                waited.statuses[answer.status] += 1
                await asyncio.sleep(REST_S)

        await asyncio.gather(*(ask(n) for n in range(HONEST)))
