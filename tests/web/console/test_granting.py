"""OAuth's authorization code, from the page of consent to the token that works."""

import base64
import hashlib
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.web.console.browsing import csrf_in, words_of

BACK = "https://app.example/back?x=1"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
async def app_of_ours(owner, world):
    await owner.execute("update app set redirect_uri = $1, scopes = '{clients:read}' where id = $2", BACK, world.app.id)
    return world.app


def asking(app, path="/oauth/authorize", **more):
    asked = {"response_type": "code", "client_id": app.client_id, "redirect_uri": BACK, "state": "s & t"} | more
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value is not None})}"


async def answered(browser, url, business, answer="yes", **more):
    page = await browser.text(url)
    hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}
    fields = hidden | {"csrf": csrf_in(page), "business": business, "answer": answer} | more
    return await browser.post(urlsplit(url).path, fields, status=None)


def told(answer):
    parts = urlsplit(answer.header("location"))
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {name: v[0] for name, v in parse_qs(parts.query).items()}


@pytest.mark.parametrize("path", ["/oauth/authorize", "/app/oauth/authorize"])
async def test_consent_becomes_a_code_and_the_code_a_token_that_works(ann, ask, world, app_of_ours, path):
    url = asking(app_of_ours, path, code_challenge=CHALLENGE, code_challenge_method="S256", scope="openid")
    assert "Zap asks to work for a business of yours" in words_of(await ann.text(url))

    place, answer = told(await answered(ann, url, world.first.uid))
    assert (place, answer["state"], answer["x"]) == ("https://app.example/back", "s & t", "1")
    body = {"grant_type": "authorization_code", "client_id": app_of_ours.client_id, "code": answer["code"]}
    body |= {"client_secret": app_of_ours.client_secret, "redirect_uri": BACK, "code_verifier": VERIFIER}
    token = await ask.post("/oauth/token", json=body)
    assert token.status == 200, token.content
    assert "id_token" in token.json
    listed = await ask.get("/platform/v1/clients", token=token.json["access_token"])
    assert listed.status == 200, listed.content
    assert (await ask.post("/oauth/token", json=body)).status == 400


async def test_a_wrong_verifier_gets_nothing(ann, ask, world, app_of_ours):
    url = asking(app_of_ours, code_challenge=CHALLENGE, code_challenge_method="S256")
    _, answer = told(await answered(ann, url, world.first.uid))
    body = {"grant_type": "authorization_code", "client_id": app_of_ours.client_id, "code": answer["code"]}
    body |= {"client_secret": app_of_ours.client_secret, "code_verifier": "w" * 50, "redirect_uri": BACK}

    assert (await ask.post("/oauth/token", json=body)).json["error"] == "invalid_grant"


async def test_no_is_told_to_the_app(ann, world, app_of_ours):
    place, answer = told(await answered(ann, asking(app_of_ours), world.first.uid, "no"))

    assert place == "https://app.example/back"
    assert (answer["error"], answer["state"]) == ("access_denied", "s & t")


@pytest.mark.parametrize(
    "wrong", [{"redirect_uri": "https://evil.example/"}, {"client_id": "x"}, {"redirect_uri": None}]
)
async def test_nobody_is_sent_to_an_address_that_is_not_the_apps(ann, app_of_ours, wrong):
    await ann.text(asking(app_of_ours, **wrong), status=422)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
async def test_the_app_hears_what_is_wrong_with_its_request(ann, app_of_ours, wrong, error):
    answer = await ann.get(asking(app_of_ours, **wrong))

    assert told(answer)[1]["error"] == error


async def test_only_who_manages_a_business_lets_apps_in(cal, world, app_of_ours):
    assert "ask an owner or a manager" in words_of(await cal.text(asking(app_of_ours)))

    assert (await answered(cal, asking(app_of_ours), world.first.uid)).status == 422


async def test_no_app_is_let_into_a_foreign_business(ann, world, app_of_ours):
    assert (await answered(ann, asking(app_of_ours), world.outsider.business.uid)).status == 422


async def test_who_is_not_signed_in_signs_in_first_and_comes_back(stranger, app_of_ours):
    page = await stranger.text(asking(app_of_ours), status=401)

    assert 'name="next" value="/oauth/authorize?response_type=code' in page
