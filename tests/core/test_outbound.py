"""No stranger sends us where they may not go themselves, however they spell it; the control shows that they could."""

import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver

from leadhall.core.guard import BadUrl, Blocked, Guard, is_public
from leadhall.core.outbound import Outbound
from tests.corpus.private_urls import NAMES, private_urls
from tests.webhooks.receiving import receiving, say


class Told(AbstractResolver):
    """Name servers of ours. An answer that is a list of lists is given in turn: the first, then the next."""

    def __init__(self, names):
        self._names = {name.lower().rstrip("."): found for name, found in names.items()}
        self.asked = 0

    async def resolve(self, host, port=0, family=socket.AF_INET):  # noqa: ARG002 - the order of aiohttp
        self.asked += 1
        found = self._names.get(host.lower().rstrip("."))
        if found is None:  # what no server knows, the system reads: 0x7f.1, 2130706433 …
            try:
                found = [socket.inet_ntoa(socket.inet_aton(host))]
            except OSError:
                raise OSError("no such name") from None
        if isinstance(found[0], list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return [
            {
                "hostname": host,
                "host": each,
                "port": port,
                "family": socket.AF_INET6 if ":" in each else socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
            for each in found
        ]

    async def close(self):
        pass


class NoGuard(Guard):
    def check_url(self, url):
        return aiohttp.client.URL(url)

    def lets(self, host, address):  # noqa: ARG002 - whatever they are
        return True


@pytest.fixture
async def canary():
    """Hears every connection to this machine's port."""
    async with receiving() as found:
        yield found


@pytest.fixture
async def sender():
    made = []

    def sender(guard, names=None):
        made.append(Outbound(guard, user_agent="tests", resolver=Told(names or NAMES)))
        return made[-1]

    yield sender
    for each in made:
        await each.close()


async def reached(outbound, url):
    """Whether something answered; what else may happen is a refusal."""
    try:
        await outbound.post(url, b"{}", {})
    except (BadUrl, OSError, aiohttp.ClientError, ValueError, TimeoutError):
        return False
    return True


async def test_no_spelling_of_a_private_url_reaches_anything(canary, sender):
    urls = private_urls(canary.port)
    outbound = sender(Guard())

    assert len(urls) >= 150
    assert [url for url in urls if await reached(outbound, url)] == []
    assert (canary.came, canary.accepted) == ([], 0)


async def test_without_the_guard_the_canary_is_reached(canary, sender):
    outbound = sender(NoGuard())
    hosts = ["127.0.0.1", *(name for name, found in NAMES.items() if found == ["127.0.0.1"])]
    for url in private_urls(canary.port):
        if url.startswith(tuple(f"{scheme}://{host}:{canary.port}/" for host in hosts for scheme in ("http", "https"))):
            await reached(outbound, url)

    assert len(canary.came) >= 8
    assert canary.accepted >= 16


async def test_a_name_that_means_another_address_the_second_time_is_not_followed_there(canary, sender):
    outbound = sender(Guard(["::1"]), {"rebind.example": [["::1"], ["127.0.0.1"]]})
    async with receiving("::1", canary.port) as first:
        for _ in range(3):
            await reached(outbound, f"https://rebind.example:{canary.port}/")
            outbound._session.connector.clear_dns_cache()

        assert first.accepted == 1
    assert canary.accepted == 0


async def test_of_several_addresses_only_public_ones_are_tried(canary, sender):
    outbound = sender(Guard(), {"mixed.example": ["127.0.0.1", "::1"]})

    with pytest.raises(aiohttp.ClientConnectorError, match="not a public address"):
        await outbound.post(f"https://mixed.example:{canary.port}/", b"", {})
    assert canary.accepted == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_the_canary_is_an_answer_not_an_order(canary, sender, status):
    async with receiving() as first:
        first.answers = [say(status, Location=canary.url)]
        answered = await sender(Guard(["127.0.0.1"])).post(first.url, b"{}", {})

    assert answered.status == status
    assert canary.accepted == 0


async def test_what_the_operator_allows_is_reached(canary, sender):
    for allow in (["127.0.0.1"], ["127.0.0.0/8"], ["loop.example"], ["LOOP.example."]):
        assert await reached(sender(Guard(allow)), f"http://loop.example:{canary.port}/hook") is (
            "oop" in "".join(allow).lower()
        )
    assert await reached(sender(Guard(["127.0.0.1"])), canary.url)


async def test_an_allowed_host_opens_no_other(canary, sender):
    outbound = sender(Guard(["loop.example"]))

    assert not await reached(outbound, f"https://inner.example:{canary.port}/")
    assert not await reached(outbound, canary.url)


async def test_the_refusal_says_what_is_wrong():
    with pytest.raises(BadUrl, match="https"):
        Guard().check_url("http://example.com/")
    with pytest.raises(BadUrl, match="public"):
        Guard().check_url("https://10.0.0.1/")
    with pytest.raises(BadUrl, match="no user"):
        Guard().check_url("https://a:b@example.com/")


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]
)
def test_the_open_internet_is_open(address):
    assert is_public(address)
    host = f"[{address}]" if ":" in address else address
    assert str(Guard().check_url(f"https://{host}/hook"))


async def test_blocked_is_a_fault_of_the_network():
    assert issubclass(Blocked, OSError)


async def test_no_proxy_of_the_environment_is_used(canary, sender, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert await reached(sender(Guard(["127.0.0.1"])), canary.url)


async def test_no_cookie_is_kept(canary, sender):
    canary.answers = [say(200, Set_Cookie="a=b")]
    outbound = sender(Guard(["127.0.0.1"]))
    for _ in range(2):
        await outbound.post(canary.url, b"{}", {})

    assert "cookie" not in canary.came[1].headers


async def test_an_answer_is_read_to_the_limit_and_no_further(canary, sender):
    canary.answers = [say(200, "x" * 200_000), say(200, "short")]
    outbound = sender(Guard(["127.0.0.1"]))
    first, second = [await outbound.post(canary.url, b"{}", {}) for _ in range(2)]

    assert (len(first.body), first.cut) == (65536, True)
    assert (second.body, second.cut) == (b"short", False)
    assert len(canary.connections) == 2  # the one that had more to say was dropped
