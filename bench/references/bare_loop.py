"""The least that an aiohttp client can do: the same POSTs to the same sinks, from a bare loop, until it is stopped.

python -m bench.references.bare_loop <how many at once> <bytes of a body> <URL> …
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from itertools import cycle

import aiohttp
import uvloop

HEADERS = {
    "Content-Type": "application/json",
    "webhook-id": "1m8cekvvx3bvayqp:webhook:1",
    "webhook-timestamp": "1790000000",
    "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
}


async def post_for_ever(session: aiohttp.ClientSession, urls: Iterator[str], body: bytes) -> None:
    while True:
        async with session.post(next(urls), data=body, headers=HEADERS) as response:
            await response.read()


async def main(at_once: int, most_bytes: int, *urls: str) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        in_turn = cycle(urls)
        await asyncio.gather(*[post_for_ever(session, in_turn, b"x" * most_bytes) for _ in range(at_once)])


uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
