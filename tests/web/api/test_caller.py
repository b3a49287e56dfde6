from ipaddress import ip_network
from types import SimpleNamespace

import pytest

from leadhall.settings import Settings
from leadhall.web.api.caller import client_ip, credentials, on_behalf_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def a_scope(*headers, client=("203.0.113.9", 1)):
    return {"headers": [(name.encode(), value.encode()) for name, value in headers], "client": client}


def services(trusted=()):
    return SimpleNamespace(settings=Settings(trusted_proxies=trusted))


@pytest.mark.parametrize(
    "given",
    [
        "Bearer T0k.en-_~+/=",
        "bearer T0k.en-_~+/=",
        "Bearer   T0k.en-_~+/=",
        'Token token="T0k.en-_~+/="',
        "Token token=T0k.en-_~+/=",
        "token T0k.en-_~+/=",
        'TOKEN token = "T0k.en-_~+/="',
        'Token token="T0k.en-_~+/=", nonce="def"',
    ],
)
def test_a_token_is_read_in_every_spelling_that_callers_use(given):
    assert credentials(a_scope(("authorization", given))) == "T0k.en-_~+/="


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer a b", "Basic dTpw", "T0ken", "Token", 'Token token=""']
)
def test_what_is_no_token_is_none(given):
    assert credentials(a_scope(("authorization", given))) is None


def test_without_the_header_there_is_no_token():
    assert credentials(a_scope()) is None


@pytest.mark.parametrize("forwarded", ["198.51.100.7", "198.51.100.7, 10.0.0.1"])
def test_what_a_stranger_says_of_its_address_is_not_believed(forwarded):
    assert client_ip(services(PROXIES), a_scope(("x-forwarded-for", forwarded))) == "203.0.113.9"
    assert client_ip(services(), a_scope(("x-forwarded-for", forwarded), client=("10.0.0.1", 1))) == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "ip"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("198.51.100.7, 10.9.9.9, fd00::1", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("10.9.9.9", "10.9.9.9"),
        ("unknown", "10.0.0.1"),
        ("198.51.100.7, nonsense", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_tells_the_address_and_of_its_tale_only_what_proxies_wrote(forwarded, ip):
    scope = a_scope(("x-forwarded-for", forwarded), client=("10.0.0.1", 1))

    assert client_ip(services(PROXIES), scope) == ip


def test_two_forwarded_headers_are_one_list():
    scope = a_scope(("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.7"), client=("10.0.0.1", 1))

    assert client_ip(services(PROXIES), scope) == "198.51.100.7"


def test_a_unix_socket_has_no_address():
    assert client_ip(services(PROXIES), a_scope(client=None)) is None


@pytest.mark.parametrize(("given", "named"), [(" biz ", "biz"), ("  ", None), ("", None)])
def test_a_blank_on_behalf_of_is_none(given, named):
    assert on_behalf_of(a_scope(("x-on-behalf-of", given))) == named
