"""The search of the secrets proof: it finds a secret in every spelling, and hears those that an answer tells."""

import base64
from random import Random

import pytest
from proof.secrets.canaries import Canaries, Hit, look

from leadhall.core.secrets import new_secret


@pytest.fixture
def canaries():
    return Canaries(Random(7))


@pytest.mark.parametrize(
    "spelled",
    [
        lambda s: f"token={s} ",
        lambda s: "\\x" + f"body {s}".encode().hex(),
        *(lambda s, n=n: base64.b64encode(b"x" * n + s.encode() + b"yz").decode() for n in range(3)),
    ],
)
@pytest.mark.parametrize(
    "secret", [new_secret("lh_staff"), "canary of another form, 32 letters"], ids=["ours", "another"]
)
def test_a_secret_is_found_however_it_is_spelled(canaries, spelled, secret):
    canaries.add("token", secret)

    assert look([("log", spelled(secret)), ("other", "nothing")], canaries) == [Hit("log", "token")]


def test_a_part_of_a_token_that_is_enough_to_guess_the_rest_is_found(canaries):
    secret = canaries.add("token", new_secret("lh_dir"))

    assert look([("log", secret[7:-7])], canaries)


def test_what_is_told_of_a_hit_does_not_tell_the_secret(canaries):
    secret = canaries.make("password")

    assert secret not in str(look([("log", secret)], canaries))


def test_answers_are_listened_to(canaries):
    jwt, token = "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", new_secret("lh_app")
    canaries.hear("told", f'"{jwt}" and {token}')
    canaries.hear_value("told", {"data": [{"client_secret": "s" * 20, "name": "n" * 20, "token": "short"}]})

    assert {each.text for each in canaries} == {jwt, token, "s" * 20}
