"""HTTP to addresses that others chose: no private network, no redirect, no cookie, no proxy, and an end to patience.

The guard looks at the address that a socket is about to connect to, not at what the URL says: a name may mean
another address a moment later, and an address may be spelled in a hundred ways.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

CONNECT_WITHIN_S = 5.0
TOTAL_WITHIN_S = 15.0
ANSWER_MOST_BYTES = 64 * 1024
URL_MOST_CHARS = 2000
NAMES_AT_ONCE = 16
URLS_MOST = 1024

# What is_global calls public and is not, or leads to what is not: ours to refuse by name.
_SHUT = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "169.254.0.0/16", "192.0.0.0/24", "192.31.196.0/24",
        "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24", "224.0.0.0/3",
    )
)  # fmt: skip
_SHUT_6 = tuple(
    ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
_OPEN_6 = ip_network("2000::/3")
"""All of IPv6 that is handed out; NAT64, mapped and compatible, local, multicast and the rest lie outside."""

_host: ContextVar[str] = ContextVar("_host", default="")


class Blocked(OSError):
    """The address is none that a stranger may send us to."""


class BadUrl(ValueError):
    """A URL that we never open; the message goes on from its field's name."""


@dataclass(frozen=True)
class Answered:
    """What came back: the status, the headers, and the body up to 64 KiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False


class Guard:
    """Which addresses may be called: public ones, and those that the operator allows by host or network."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        words = [word.strip().lower().strip("[]") for word in allow]
        networks = [net for word in words if (net := _network(word)) is not None]
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(networks)
        self._hosts = frozenset(word.rstrip(".") for word in words if _network(word) is None)
        self._read: dict[str, URL] = {}  # of those that passed: reading one costs as much as signing a call

    def check_url(self, url: str) -> URL:
        """The URL, when it could be called: https, or http to an allowed or loopback host. BadUrl."""
        read = self._read.get(url)
        if read is None:
            read = self._check(url)
            if len(self._read) >= URLS_MOST:
                self._read.clear()
            self._read[url] = read
        return read

    def _check(self, url: str) -> URL:
        read = _read_url(url)
        host = _name(read)
        address = _address(host)
        if read.scheme == "http" and not self._may_be_plain(host):
            raise BadUrl("must begin with https://")
        if address is not None and not self.lets(host, host):
            raise BadUrl(f"must be a public address, which {host} is not")
        return read

    def _may_be_plain(self, host: str) -> bool:
        return host == "localhost" or host in self._hosts or self._allows(host) or _is_loopback(host)

    def lets(self, host: str, address: str) -> bool:
        """Whether a call to `host` may connect to `address`."""
        return host.rstrip(".") in self._hosts or self._allows(address) or is_public(address)

    def _allows(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in net for net in self._networks)


def is_public(text: str) -> bool:
    """Whether an address belongs to the open internet, whatever it is dressed as."""
    address = _address(text)
    if address is None or not address.is_global or address.is_multicast:
        return False
    if isinstance(address, IPv6Address):
        return address in _OPEN_6 and not any(address in net for net in _SHUT_6)
    return not any(address in net for net in _SHUT)


def _network(word: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None


def _address(text: str) -> Any:
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address is not None and address.is_loopback


def _read_url(url: str) -> URL:
    """An http(s) URL that means the same to everybody who reads it, and to what connects. BadUrl."""
    if len(url) > URL_MOST_CHARS or any(not "!" <= letter <= "~" for letter in url):
        raise BadUrl(f"must be a URL of at most {URL_MOST_CHARS} characters, in ASCII and without blanks")
    try:
        read = URL(url)
        port = read.port
    except ValueError:
        raise BadUrl("must be a URL such as https://example.com/hook") from None
    if read.scheme not in ("http", "https") or not read.raw_host or not port or "\\" in url:
        raise BadUrl("must be a URL such as https://example.com/hook")
    if "@" in url.split("/")[2] or read.raw_user or read.raw_password:
        raise BadUrl("must hold no user and no password")
    return read


def _name(url: URL) -> str:
    return (url.raw_host or "").lower()


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

    def __init__(self, guard: Guard, *, user_agent: str, resolver: AbstractResolver | None = None) -> None:
        self.guard = guard
        self._names = resolver or Names()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=self._names, socket_factory=self._socket, limit=0),
            timeout=aiohttp.ClientTimeout(
                total=TOTAL_WITHIN_S, connect=CONNECT_WITHIN_S, sock_connect=CONNECT_WITHIN_S
            ),
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
        token = _host.set(_name(read))
        try:
            return await self._post(read, body, headers)
        except aiohttp.ServerDisconnectedError:  # a kept connection that the other side closed: once more on a new one
            return await self._post(read, body, headers)
        finally:
            _host.reset(token)

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
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > ANSWER_MOST_BYTES:
            response.close()
            return bytes(body[:ANSWER_MOST_BYTES]), True
    return bytes(body), False
