import pytest

from leadhall.core.secrets import hash_of

TOKENS = "/platform/v1/tokens"


async def listed(ask, token):
    return (await ask.get(TOKENS, token=token)).json["data"]["tokens"]


async def test_a_caller_sees_its_own_token_first_and_whole_and_the_others_masked(ask, world):
    told = await ask.get(TOKENS, token=world.directory.token)
    own, *others = told.json["data"]["tokens"]

    assert told.status == 201
    assert (own["token"], own["masked"]) == (world.directory.token, False)
    assert others
    assert all(each["masked"] and len(each["token"]) < 20 for each in others)
    assert world.outsider.business.uid not in {each["business_uid"] for each in others}


async def test_the_callers_own_token_is_first_also_when_a_thousand_newer_ones_are_there(ask, world, owner):
    await owner.execute(
        """insert into token (hash, uid, principal, kind, directory_id, scopes)
           select n::text::bytea, 'z' || n, 'z' || n, 'directory', $1, '{}' from generate_series(1, 1001) n""",
        world.directory.id,
    )
    whole, limited = [await listed(ask, each) for each in (world.directory.token, world.directory.website_token)]

    assert (whole[0]["token"], len(whole)) == (world.directory.token, 1000)
    assert [each["token"] for each in limited] == [world.directory.website_token]


@pytest.mark.parametrize("kind", ["directory", "app"])
async def test_a_token_of_listed_businesses_finds_itself_and_those_of_its_businesses(ask, world, owner, kind):
    secret = {"directory": world.directory.token, "app": world.app.free_token}[kind]
    await owner.execute("update token set only_businesses = $1 where hash = $2", [world.first.id], hash_of(secret))
    own, *others = await listed(ask, secret)

    assert (own["token"], own["masked"]) == (secret, False)
    assert {each["business_uid"] for each in others} == {world.first.uid}


async def test_staff_and_apps_see_their_own_tokens_alone(ask, world):
    staff = await listed(ask, world.first.token)
    app = await listed(ask, world.app.token)

    assert {each["staff_uid"] for each in staff} == {world.first.owner}
    assert {each["app_uid"] for each in app} == {world.app.uid}


async def test_a_website_token_sees_itself_alone_and_makes_none(ask, world):
    told = await listed(ask, world.directory.website_token)
    refused = await ask.post(TOKENS, token=world.directory.website_token, json={"business_id": world.first.uid})

    assert [each["token"] for each in told] == [world.directory.website_token]
    assert (refused.status, refused.json["errors"][0]["code"]) == (401, "token_kind")


async def test_a_directory_makes_a_token_of_a_business_that_works_at_once(ask, world):
    made = await ask.post(TOKENS, token=world.directory.token, json={"business_id": world.second.nickname})
    secret = made.json["data"]["token"]

    assert made.status == 201
    assert (await ask.get("/platform/v1/fields", token=secret)).status == 200
    assert {each["staff_uid"] for each in await listed(ask, secret)} == {world.second.owner}


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("directory", lambda w: {"app_id": w.app.uid, "business_id": w.first.uid}, 201),
        ("directory", lambda w: {"app_id": w.app.client_id}, 201),
        ("directory", lambda w: {"app_id": w.app.uid, "business_id": w.second.uid}, 404),
        ("directory", lambda w: {"directory_id": w.directory.uid}, 201),
        ("directory", lambda w: {"directory_id": w.outsider.directory.uid}, 404),
        ("directory", lambda w: {"user_id": w.colleague}, 201),
        ("directory", lambda w: {"user_id": w.outsider.business.owner}, 404),
        ("directory", lambda w: {"business_id": w.outsider.business.uid}, 401),
        ("directory", lambda _: {"business_id": "nobody"}, 401),
        ("directory", lambda _: {}, 400),
        ("staff", lambda w: {"business_id": w.first.uid}, 201),
        ("staff", lambda w: {"user_id": w.colleague}, 404),
        ("staff", lambda w: {"directory_id": w.directory.uid}, 404),
        ("app", lambda w: {"app_id": w.app.uid}, 201),
        ("app", lambda w: {"user_id": w.first.owner, "app_id": "other"}, 404),
    ],
)
async def test_who_may_make_a_token_for_whom(ask, world, who, body, status):
    token = {"directory": world.directory.token, "staff": world.first.token, "app": world.app.token}[who]

    assert (await ask.post(TOKENS, token=token, json=body(world))).status == status


async def test_what_is_made_reaches_no_further_than_what_made_it(ask, world, owner):
    await ask.post(TOKENS, token=world.test_token, json={"business_id": world.first.uid})

    row = await owner.fetchrow("select mode, issued_by, principal from token order by uid desc limit 1")
    assert row["mode"] == "test"
    assert row["issued_by"] != row["principal"]


async def test_the_body_cannot_give_more_than_the_caller_has(ask, world, owner):
    body = {"user_id": world.first.owner, "scopes": ["admin"], "mode": "live", "kind": "directory", "uid": "mine"}
    await ask.post(TOKENS, token=world.test_token, json=body)

    row = await owner.fetchrow("select kind, mode, uid from token order by uid desc limit 1")
    assert (row["kind"], row["mode"], row["uid"] == "mine") == ("staff", "test", False)


async def test_no_identifier_is_refused_in_upstreams_words(ask, world):
    told = await ask.post(TOKENS, token=world.directory.token, json={"x": 1})

    assert told.json["message"] == told.json["error"] == "At least one identifier must be provided"


async def test_a_revoked_token_is_told_and_opens_no_door(ask, world, owner):
    made = (await ask.post(TOKENS, token=world.directory.token, json={"business_id": world.first.uid})).json
    secret = made["data"]["token"]
    told = await ask.post(f"{TOKENS}/revoke", token=world.directory.token, json={"token": secret})

    assert (told.status, told.json["data"]) == (201, {"revoked_tokens": [secret]})
    assert (await ask.get(TOKENS, token=secret)).status == 401


async def test_a_token_that_is_not_ones_own_is_no_token_to_revoke(ask, world):
    for secret in (world.outsider.business.token, world.second.token, "nothing"):
        told = await ask.post(f"{TOKENS}/revoke", token=world.first.token, json={"token": secret})
        assert (told.status, told.json["error"]) == (422, "invalid token")
    assert (await ask.get(TOKENS, token=world.second.token)).status == 201


async def test_a_limited_token_revokes_itself_and_no_other(ask, world):
    website = world.directory.website_token
    other = await ask.post(f"{TOKENS}/revoke", token=website, json={"token": world.first.token})
    own = await ask.post(f"{TOKENS}/revoke", token=website, json={"token": website})

    assert (other.status, own.status) == (401, 201)


async def test_all_tokens_of_an_app_die_together(ask, world):
    told = await ask.post(f"{TOKENS}/revoke", token=world.directory.token, json={"app_id": world.app.uid})

    assert len(told.json["data"]["revoked_tokens"]) == 2
    assert (await ask.get(TOKENS, token=world.app.free_token)).status == 401


async def test_an_answer_that_held_a_secret_is_not_told_twice(ask, world):
    more = {"token": world.directory.token, "headers": {"idempotency-key": "k"}}
    first, again = [await ask.post(TOKENS, json={"business_id": world.first.uid}, **more) for _ in range(2)]

    assert (first.status, again.status, again.json["error_code"]) == (201, 409, "already_done")


async def test_neither_body_nor_query_of_tokens_is_kept_in_the_log(ask, world, services, owner):
    await ask.post(f"{TOKENS}/revoke?token=in-query", token=world.directory.token, json={"token": "a-secret"})
    await services.behind.flush()

    row = await owner.fetchrow("select body, facts from request_log where operation = 'revoke_token'")
    assert row["body"] is None
    assert "in-query" not in str(row["facts"])
