"""HTTP to addresses that others chose: no private network, no redirect, no cookie, no proxy, and an end to patience.

The guard (guard.py) is asked about the address that a socket is about to connect to.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from leadhall.core.guard import Blocked, Guard, name_of
from leadhall.core.patience import Patience

CONNECT_WITHIN_S = 5.0
TOTAL_WITHIN_S = 15.0
ANSWER_MOST_BYTES = 64 * 1024
NAMES_AT_ONCE = 16

_host: ContextVar[str] = ContextVar("_host", default="")


@dataclass(frozen=True)
class Answered:
    """What came back: the status, the headers, and the body up to 64 KiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False


class Names(AbstractResolver):
    """The system's resolver in threads of its own: slow name servers keep nobody else waiting."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(NAMES_AT_ONCE, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port, family)
        return [
            ResolveResult(hostname=host, host=str(at[0]), port=int(at[1]), family=kind, proto=proto, flags=0)
            for kind, _, proto, _, at in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: int) -> Any:
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


class Outbound:
    """Posts to addresses that others chose, over connections that are kept and used again.

    Concurrency is its caller's matter. Make it within a running loop, and close it.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        user_agent: str,
        resolver: AbstractResolver | None = None,
        authorities: ssl.SSLContext | None = None,
    ) -> None:
        """`authorities` vouch for certificates instead of the system's."""
        self.guard = guard
        self._names = resolver or Names()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._names, socket_factory=self._socket, limit=0, ssl=authorities or True
            ),
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_WITHIN_S, sock_connect=CONNECT_WITHIN_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Post and read at most 64 KiB of the answer, a redirect's too, which is never followed.

        A connection that broke before anything came back is tried once more: receivers know a call by its id.

        Raises BadUrl; TimeoutError; OSError (Blocked among them) or aiohttp.ClientError when nothing came back.
        """
        read = self.guard.check_url(url)
        token = _host.set(name_of(read))
        try:
            with Patience(TOTAL_WITHIN_S):
                return await self._post_twice(read, body, headers)
        finally:
            _host.reset(token)

    async def _post_twice(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Answered:
        try:
            return await self._post(url, body, headers)
        except aiohttp.ServerDisconnectedError:  # a kept connection that the other side closed: once more on a new one
            return await self._post(url, body, headers)

    async def _post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Answered:
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            content, cut = await _read(response)
            return Answered(response.status, response.headers, content, cut)

    def _socket(self, info: Any) -> socket.socket:
        """Called for each address right before it is connected to: the last word is here."""
        family, kind, proto, _, at = info
        host = _host.get()
        if not self.guard.lets(host, str(at[0])):
            raise Blocked(f"{host} is at {at[0]}, which is not a public address")
        return socket.socket(family=family, type=kind, proto=proto)

    async def close(self) -> None:
        await self._session.close()
        await self._names.close()


async def _read(response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """The body up to the limit. Of a longer one the rest is not read: its connection is dropped."""
    body = bytearray()
    while piece := await response.content.readany():
        body += piece
        if len(body) > ANSWER_MOST_BYTES:
            response.close()
            return bytes(body[:ANSWER_MOST_BYTES]), True
    return bytes(body), False
