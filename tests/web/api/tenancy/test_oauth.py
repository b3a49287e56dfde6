import base64

import pytest

from leadhall.core.secrets import hash_of
from leadhall.tenancy.apps import get_app
from leadhall.tenancy.oauth import grant_code
from leadhall.tenancy.sessions import memberships_of

TOKEN = "/oauth/token"
BACK = "https://app.example/back"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def credentials(world, **more):
    return {
        "grant_type": "client_credentials",
        "client_id": world.app.client_id,
        "client_secret": world.app.client_secret,
    } | more


@pytest.fixture
async def code(world, owner):
    """A code granted by the first owner, asked for with a challenge."""
    app = await get_app(owner, world.app.uid)
    user_id = await owner.fetchval("select user_id from staff where uid = $1", world.first.owner)
    (who,) = await memberships_of(owner, user_id)
    return await grant_code(owner, app, who, user_id=user_id, redirect_uri=BACK, scope="openid", challenge=CHALLENGE)


async def test_client_credentials_give_an_access_token_by_json_form_query_and_basic(ask, world):
    given = credentials(world)
    form = "&".join(f"{name}={value}" for name, value in given.items())
    basic = base64.b64encode(f"{world.app.client_id}:{world.app.client_secret}".encode()).decode()
    told = [
        await ask.post(TOKEN, json=given),
        await ask.post(TOKEN, body=form.encode(), headers={"content-type": "application/x-www-form-urlencoded"}),
        await ask.post(f"{TOKEN}?{form}"),
        await ask.post(f"{TOKEN}?grant_type=client_credentials", headers={"authorization": f"Basic {basic}"}),
    ]

    assert [each.status for each in told] == [200] * 4
    assert {each.json["token_type"] for each in told} == {"Bearer"}
    assert {each.json["expires_in"] for each in told} == {3600}
    assert isinstance(told[0].json["created_at"], int)


async def test_an_access_token_works_as_the_app_does(ask, world):
    access = (await ask.post(TOKEN, json=credentials(world))).json["access_token"]
    for business, status in ((world.first, 200), (world.second, 401)):
        told = await ask.get("/platform/v1/fields", token=access, headers={"x-on-behalf-of": business.uid})
        assert told.status == status


async def test_however_often_an_app_asks_one_token_stands_behind(ask, world, owner):
    for _ in range(3):
        await ask.post(TOKEN, json=credentials(world))

    assert await owner.fetchval("select count(*) from token where label = 'oauth'") == 1


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": None}, 400, "invalid_request"),
        ({"client_id": {}}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "authorization_code"}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "made-up", "redirect_uri": BACK}, 400, "invalid_grant"),
        ({"client_secret": None, "client_assertion": "a.b.c", "client_assertion_type": "jwt"}, 400, "invalid_request"),
    ],
)
async def test_refusals_are_worded_as_oauth_has_them(ask, world, change, status, error):
    told = await ask.post(TOKEN, json=credentials(world) | change)

    assert (told.status, told.json["error"]) == (status, error)
    assert told.json["error_description"]
    assert told.json["request_id"]


async def test_a_code_becomes_a_token_of_the_business_with_an_id_token(ask, world, code, key):
    body = credentials(world, grant_type="authorization_code", code=code, redirect_uri=BACK, code_verifier=VERIFIER)
    told = (await ask.post(TOKEN, json=body)).json
    claims = told["id_token"].split(".")[1]

    assert (await ask.get("/platform/v1/fields", token=told["access_token"])).status == 200
    assert world.first.uid in base64.urlsafe_b64decode(claims + "==").decode()
    assert (await ask.get("/platform/v1/fields", token=told["id_token"])).status == 401


@pytest.mark.parametrize(
    "change", [{"code_verifier": "x" * 43}, {"code_verifier": None}, {"redirect_uri": "https://evil.example"}]
)
async def test_a_code_that_does_not_fit_is_used_up(ask, world, code, change):
    body = credentials(world, grant_type="authorization_code", code=code, redirect_uri=BACK, code_verifier=VERIFIER)
    wrong, right = await ask.post(TOKEN, json=body | change), await ask.post(TOKEN, json=body)

    assert (wrong.json["error"], right.json["error"]) == ("invalid_grant", "invalid_grant")


async def test_a_code_is_exchanged_only_with_the_address_that_it_was_sent_to(ask, world, code):
    body = credentials(world, grant_type="authorization_code", code=code, code_verifier=VERIFIER)
    without, right = await ask.post(TOKEN, json=body), await ask.post(TOKEN, json=body | {"redirect_uri": BACK})

    assert (without.status, without.json["error"]) == (400, "invalid_request")
    assert without.json["error_description"] == "Mandatory parameter redirect_uri is missing"
    assert right.status == 200


async def test_a_code_is_exchanged_once_and_within_its_time(ask, world, code, owner):
    body = credentials(world, grant_type="authorization_code", code=code, redirect_uri=BACK, code_verifier=VERIFIER)
    await owner.execute("update oauth_code set expires_at = now() where hash = $1", hash_of(code))
    late = await ask.post(TOKEN, json=body)
    await owner.execute("update oauth_code set expires_at = now() + interval '1 minute'")
    first, second = await ask.post(TOKEN, json=body), await ask.post(TOKEN, json=body)

    assert [late.status, first.status, second.status] == [400, 200, 400]


async def test_a_service_gets_its_token_in_both_shapes(ask, world):
    body = {"service_id": world.app.client_id, "service_secret": world.app.client_secret}
    told = (await ask.post("/oauth/service/token", json=body)).json

    assert told["success"] is True
    assert told["data"]["token"] == told["access_token"]
    assert told["data"]["expires_in"] == told["expires_in"] == 3600


async def test_a_wrong_service_secret_is_401(ask, world):
    body = {"service_id": world.app.client_id, "service_secret": "0" * 64}

    assert (await ask.post("/oauth/service/token", json=body)).status == 401
