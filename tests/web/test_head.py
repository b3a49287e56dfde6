import pytest

from leadhall.core.errors import Unreadable
from leadhall.web.head import (
    URL_MOST_BYTES,
    Misframed,
    UrlTooLong,
    address,
    check_head,
    client_request_id,
    header,
    user_agent,
    utf8_header,
)


def a_scope(*headers, path="/x", query=b""):
    return {"path": path, "raw_path": path.encode(), "query_string": query, "headers": [(b"host", b"h"), *headers]}


def test_an_honest_head_is_let_through():
    check_head(a_scope((b"content-length", b"3"), (b"accept", b"a"), (b"accept", b"b")))


@pytest.mark.parametrize(
    "name", ["host", "content-length", "content-type", "authorization", "x-on-behalf-of", "idempotency-key"]
)
def test_a_header_that_may_stand_once_is_refused_twice(name):
    with pytest.raises(Unreadable) as refused:
        check_head(a_scope((name.encode(), b"1"), (name.encode(), b"1")))
    assert refused.value.first.field == name


@pytest.mark.parametrize("headers", [[], [(b"host", b"")]])
def test_a_request_names_the_host_it_is_for(headers):
    with pytest.raises(Unreadable):
        check_head(a_scope() | {"headers": headers})


def test_two_framings_are_one_too_many():
    with pytest.raises(Unreadable):
        check_head(a_scope((b"content-length", b"3"), (b"transfer-encoding", b"chunked")))


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"identity", b"", b"chunked, chunked"])
def test_a_body_is_coded_in_chunks_or_not_at_all(coding):
    with pytest.raises(Misframed):
        check_head(a_scope((b"transfer-encoding", coding)))
    check_head(a_scope((b"transfer-encoding", b" Chunked")))


@pytest.mark.parametrize("text", ["http://[", "http://[::1", "https://a[b]/", "//]", "http://\u2100.example"])
def test_of_an_address_that_is_none_every_part_is_blank(text):
    assert tuple(address(text)) == ("", "", "", "", "")
    assert address("https://a.example:8000/x").netloc == "a.example:8000"


def test_an_address_of_eight_kib_is_read_and_a_longer_one_refused():
    check_head(a_scope(path="/", query=b"x" * (URL_MOST_BYTES - 1)))

    with pytest.raises(UrlTooLong):
        check_head(a_scope(path="/", query=b"x" * URL_MOST_BYTES))


def test_a_header_is_read_by_name():
    scope = a_scope((b"x-a", b"\xe9"))

    assert header(scope, b"x-a") == "é"
    assert header(scope, b"x-b") is None


def test_utf8_in_a_header_is_read_as_such():
    assert utf8_header(a_scope((b"x-a", "Müller".encode())), b"x-a") == "Müller"
    assert utf8_header(a_scope((b"x-a", b"M\xfcller")), b"x-a") == "Müller"


def test_what_the_log_keeps_of_a_head_is_cut():
    scope = a_scope((b"user-agent", b"a" * 9000), (b"x-request-id", b"b" * 9000))

    assert len(user_agent(scope)) == 512
    assert len(client_request_id(scope)) == 255
