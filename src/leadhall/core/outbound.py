"""HTTP to addresses that others chose: no private network, no redirect, no cookie, no proxy, and an end to patience.

The guard (guard.py) is asked about the address that a socket is about to connect to.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import Any, Protocol

import aiohappyeyeballs
from yarl import URL

from leadhall.core.guard import Blocked, Guard, name_of
from leadhall.core.line import Answered, Line, Silent

CONNECT_WITHIN_S = 5.0
TOTAL_WITHIN_S = 15.0
KEPT_S = 15.0
NAMES_AT_ONCE = 16
NEXT_ADDRESS_AFTER_S = 0.25
"""Happy eyeballs (RFC 8305): an address that says nothing is not waited for before another is tried."""
HEADS_MOST = 1024

Place = tuple[str, str, int]
AddrInfo = tuple[Any, ...]
"""As `socket.getaddrinfo` has them."""


class Resolver(Protocol):
    """Which addresses a name has."""

    async def resolve(self, host: str, port: int) -> list[AddrInfo]: ...

    async def close(self) -> None: ...


class Names:
    """The system's resolver in threads of its own: slow name servers keep nobody else waiting."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(NAMES_AT_ONCE, thread_name_prefix="names")

    async def resolve(self, host: str, port: int) -> list[AddrInfo]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host, port)

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[AddrInfo]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG))


class Outbound:
    """Posts to addresses that others chose, over connections that are kept and used again.

    Concurrency is its caller's matter. Make it within a running loop, and close it.
    """

    def __init__(self, guard: Guard, *, user_agent: str, resolver: Resolver | None = None) -> None:
        self.guard = guard
        self._names = resolver or Names()
        self._always = f"User-Agent: {user_agent}\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
        self._heads: dict[str, str] = {}
        self._kept: dict[Place, list[Line]] = {}
        self._tls: ssl.SSLContext | None = None
        self._sweeping: asyncio.TimerHandle | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Post and read at most 64 KiB of the answer, a redirect's too, which is never followed.

        A kept connection that ended before anything came back is tried once more on a new one: receivers know a call
        by its id. Raises BadUrl; TimeoutError; OSError (Blocked among them) when no answer came back.
        """
        read = self.guard.check_url(url)
        loop = asyncio.get_running_loop()
        request = (self._head(url, read, headers, len(body)), body)
        place = (read.scheme, name_of(read), read.port or 0)
        until = loop.time() + TOTAL_WITHIN_S
        line = self._take(place)
        if line is not None:
            try:
                return await self._ask(place, line, request, until)
            except Silent:  # the other side closed it before it heard us
                pass
        return await self._ask(place, await self._connect(read, place), request, until)

    async def _ask(self, place: Place, line: Line, request: tuple[bytes, bytes], until: float) -> Answered:
        loop = asyncio.get_running_loop()
        try:
            answered = await line.ask(request, until - loop.time())
        except BaseException:
            line.close()
            raise
        if line.is_open:
            self._keep(place, line)
        return answered

    def _head(self, url: str, read: URL, headers: Mapping[str, str], length: int) -> bytes:
        known = self._heads.get(url)
        if known is None:
            if len(self._heads) >= HEADS_MOST:
                self._heads.clear()
            known = f"POST {read.raw_path_qs} HTTP/1.1\r\nHost: {read.host_port_subcomponent}\r\n{self._always}"
            self._heads[url] = known
        more = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        if more.count("\n") != len(headers) or more.count("\r") != len(headers):
            raise ValueError("a header of more than one line")
        return f"{known}Content-Length: {length}\r\n{more}\r\n".encode()

    # connections

    def _take(self, place: Place) -> Line | None:
        """A kept connection that is still open, the one used last."""
        kept = self._kept.get(place)
        while kept:
            line = kept.pop()
            if line.is_open:
                return line
        return None

    def _keep(self, place: Place, line: Line) -> None:
        loop = asyncio.get_running_loop()
        line.rests_since = loop.time()
        self._kept.setdefault(place, []).append(line)
        if self._sweeping is None:
            self._sweeping = loop.call_later(KEPT_S, self._sweep)

    def _sweep(self) -> None:
        """Let go of what nobody needed for a while."""
        loop = asyncio.get_running_loop()
        rested = loop.time() - KEPT_S
        for place, lines in list(self._kept.items()):
            for line in [line for line in lines if line.rests_since <= rested or not line.is_open]:
                line.close()
                lines.remove(line)
            if not lines:
                del self._kept[place]
        self._sweeping = loop.call_later(KEPT_S, self._sweep) if self._kept else None

    async def _connect(self, url: URL, place: Place) -> Line:
        scheme, host, port = place
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_WITHIN_S):
            found = _literal(host, port) or await self._names.resolve(host, port)
            door = await aiohappyeyeballs.start_connection(
                found,
                happy_eyeballs_delay=NEXT_ADDRESS_AFTER_S,
                interleave=1,
                loop=loop,
                socket_factory=partial(self._socket, host),
            )
            try:
                _, line = await loop.create_connection(
                    Line,
                    sock=door,
                    ssl=self._context() if scheme == "https" else None,
                    server_hostname=(url.host or "").rstrip(".") if scheme == "https" else None,
                )
            except BaseException:
                door.close()
                raise
        return line

    def _context(self) -> ssl.SSLContext:
        """Certificates are verified against the system's authorities."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls

    def _socket(self, host: str, info: AddrInfo) -> socket.socket:
        """Called for each address right before it is connected to: the last word is here."""
        family, kind, proto, _, at = info
        if not self.guard.lets(host, str(at[0])):
            raise Blocked(f"{host} is at {at[0]}, which is not a public address")
        door = socket.socket(family=family, type=kind, proto=proto)
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return door

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
        for lines in self._kept.values():
            for line in lines:
                line.close()
        self._kept.clear()
        await self._names.close()


def _literal(host: str, port: int) -> list[AddrInfo]:
    """An address that stands in the URL itself; empty when it is a name."""
    try:
        address = ip_address(host)
    except ValueError:
        return []
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - of IP
    return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port))]
