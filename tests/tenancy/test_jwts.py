"""JWTs of ours: everything that could be turned is pinned, and whatever is sent raises nothing."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from leadhall.tenancy.jwts import AUDIENCE, ISSUER, OurJwt, issue_jwt, may_be_jwt, read_jwt

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
GOOD = {"iss": ISSUER, "aud": AUDIENCE, "jti": "token", "sub": "principal", "exp": 1 << 40}


def signed(claims=GOOD, key=KEY, alg="HS256", **header):
    return jwt.encode({"alg": alg, "typ": "JWT"} | header, claims, OctKey.import_key(key), algorithms=[alg])


def unsigned(header, claims, signature=""):
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, signature])


def test_what_we_issue_stands_for_its_token():
    text = issue_jwt(KEY, "token", subject="principal", for_s=60)

    assert may_be_jwt(text)
    assert read_jwt(KEY, text) == OurJwt("token", None)


def test_further_claims_never_replace_ours():
    text = issue_jwt(KEY, "token", subject="p", for_s=60, claims={"jti": "another", "exp": 0, "extra": 1})

    assert read_jwt(KEY, text) == OurJwt("token", None)


def test_one_past_its_time_says_when_it_ended():
    ended = int(time.time()) - 5

    assert read_jwt(KEY, signed(GOOD | {"exp": ended})) == OurJwt("token", float(ended))


@pytest.mark.parametrize(
    "claims",
    [
        *[
            {name: value for name, value in GOOD.items() if name != left_out}
            for left_out in ("iss", "aud", "jti", "exp")
        ],
        GOOD | {"iss": "another"},
        GOOD | {"aud": "another"},
        GOOD | {"aud": [AUDIENCE, "another"], "iss": "x"},
        GOOD | {"jti": 5},
        GOOD | {"exp": "tomorrow"},
        GOOD | {"nbf": 1 << 40},
        GOOD | {"iat": 1 << 40},
        GOOD | {"iss": "another", "exp": 1},
    ],
)
def test_other_claims_make_it_none_of_ours(claims):
    assert read_jwt(KEY, signed(claims)) is None


@pytest.mark.parametrize(
    "text",
    [
        signed(key=OTHER_KEY),
        signed(alg="HS512"),
        signed(typ="at+jwt"),
        unsigned({"alg": "none", "typ": "JWT"}, GOOD),
        unsigned({"alg": "None", "typ": "JWT"}, GOOD),
        unsigned({"alg": "HS256", "typ": "JWT"}, GOOD),
        unsigned({"alg": "HS256", "typ": "JWT"}, GOOD, "AAAA"),
        unsigned({"typ": "JWT"}, GOOD, "AAAA"),
        unsigned({"alg": ["HS256"], "typ": "JWT"}, GOOD, "AAAA"),
        unsigned({"alg": "HS256", "crit": ["b64"], "b64": False}, GOOD, "AAAA"),
        unsigned({"alg": "RS256", "jwk": {"kty": "oct", "k": "AAAA"}}, GOOD, "AAAA"),
        unsigned([], GOOD, "AAAA"),
        signed().rpartition(".")[0] + ".",
        signed()[:-2],
        signed() + ".",
        "eyJ..",
        "eyJ" + "[" * 4000 + "..",
        "eyJ\udcff.x.y",
        "",
    ],
)
def test_a_forged_or_broken_one_is_none_of_ours(text):
    assert read_jwt(KEY, text) is None


def test_a_header_nested_without_end_is_none_of_ours():
    nested = base64.urlsafe_b64encode(b"[" * 3000).decode()

    assert read_jwt(KEY, f"{nested}.{nested}.AAAA") is None


@given(st.text(max_size=200))
def test_no_text_raises(text):
    assert read_jwt(KEY, text) is None


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_changed_letter_makes_it_none_of_ours(place, letter):
    text = signed()
    place %= len(text) - 1  # the last letter holds bits that count for nothing
    changed = text[:place] + letter + text[place + 1 :]

    assert changed == text or read_jwt(KEY, changed) is None


@pytest.mark.parametrize("secret", ["lh_staff_x", "a.b.c", "eyJa.b", "eyJ" + "a" * 5000 + ".b.c"])
def test_other_secrets_are_not_taken_for_jwts(secret):
    assert not may_be_jwt(secret)
