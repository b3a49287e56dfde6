"""What the request log keeps of heads and answers: bounded, and no secret of any spelling."""

import pytest

from leadhall.web.kept import ANSWER_MOST_BYTES, HEADERS_MOST_BYTES, READ_MOST_BYTES, kept_answer, kept_headers

SECRET = f"lh_staff_{'KheuIaxl-hV' * 4}_2a43dc"


def heads(*pairs):
    return kept_headers({"headers": [(name.encode(), value.encode()) for name, value in pairs]})


def test_headers_are_kept_as_they_came():
    assert heads(("accept", "*/*"), ("x-request-id", "é")) == "accept: */*\nx-request-id: é"


def test_no_headers_are_none():
    assert heads() is None


@pytest.mark.parametrize(
    "name",
    ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-apikey", "x-auth-token", "x-twilio-signature",
     "x-hub-signature-256", "x-shopify-hmac-sha256", "x-csrf-token", "x-functions-key", "x-access-key"],
)  # fmt: skip
def test_of_a_secret_header_the_name_alone_is_kept(name):
    assert heads((name, "hunter2 hunter2")) == f"{name}: (secret)"


def test_the_idempotency_key_is_no_secret():
    assert heads(("idempotency-key", "order-7")) == "idempotency-key: order-7"


@pytest.mark.parametrize(
    "value",
    [SECRET, f"Bearer {SECRET}x", "Basic dXNlcjpodW50ZXIy", f"https://a.example/?access_token={SECRET}",
     "https://a.example/?page=2&api_key=hunter2", "https://user:hunter2@a.example/", "eyJhbGciOi.eyJzdWIiOi.hunter2",
     "whsec_hunter2hunter2"],
)  # fmt: skip
def test_a_secret_in_another_header_is_left_out(value):
    kept = heads(("referer", value))

    assert "(secret)" in kept
    assert not any(word in kept for word in (SECRET, "hunter2", "dXNlcjpodW50ZXIy"))


def test_too_many_headers_are_cut_between_two_and_that_is_said():
    kept = heads(*[(f"x-{n}", "y" * 100) for n in range(100)])

    assert len(kept.encode()) <= HEADERS_MOST_BYTES + len("\n…".encode())
    assert kept.splitlines()[-2:] == [f"x-{len(kept.splitlines()) - 2}: {'y' * 100}", "…"]


@pytest.mark.parametrize(("read", "most"), [(True, READ_MOST_BYTES), (False, ANSWER_MOST_BYTES)])
def test_of_an_answer_the_start_is_kept(read, most):
    assert kept_answer(b"a" * most, read=read) == (b"a" * most, False)
    assert kept_answer(b"a" * (most + 1), read=read) == (b"a" * most, True)
    assert kept_answer(b"a" * 1_000_000, read=read) == (b"a" * most, True)


def test_a_secret_is_not_cut_in_half_and_missed():
    for start in range(ANSWER_MOST_BYTES - 70, ANSWER_MOST_BYTES + 10, 7):
        kept, _ = kept_answer(b" " * start + SECRET.encode() + b" " * 5000, read=False)
        assert SECRET[:20].encode() not in kept
