"""Which addresses that others chose may be called: none of a private network, unless the operator allows it.

The guard looks at the address that a socket is about to connect to, not at what the URL says: a name may mean
another address a moment later, and an address may be spelled in a hundred ways.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from yarl import URL

URL_MOST_CHARS = 2000
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


class Blocked(OSError):
    """The address is none that a stranger may send us to."""


class BadUrl(ValueError):
    """A URL that we never open; the message goes on from its field's name."""


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
        host = name_of(read)
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


def name_of(url: URL) -> str:
    return (url.raw_host or "").lower()
