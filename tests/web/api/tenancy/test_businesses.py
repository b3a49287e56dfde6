import json

import pytest

from tests.world import bearer

LIST = "/v3/business_administration/businesses"
BUSINESSES = "/platform/v1/businesses"
NEW = {
    "admin_account": {
        "email": "Olga@new.example",
        "first_name": "Olga",
        "last_name": "New",
        "password": "tulip-boat-9",
    },
    "business": {"name": "New Kitchens", "country_name": "United Kingdom", "time_zone": "London", "logo_url": "x"},
    "meta": {"external_id": "new.kitchens", "external_reference_id": "N-1"},
}


async def test_a_staff_token_learns_its_business_by_asking_for_one(ask, world):
    told = (await ask.get(f"{LIST}?per_page=1", token=world.first.token)).json
    (only,) = told["data"]["businesses"]

    assert (only["uid"], only["owner_uid"]) == (world.first.uid, world.first.owner)
    assert only["owner_email"] == "ann@acme.example"
    assert told["paging"] == {"page": 1, "per_page": 1, "total": 1}
    assert told["success"] is True


async def test_a_directory_sees_its_own_businesses_in_pages_and_no_others(ask, world):
    pages = [(await ask.get(f"{LIST}?per_page=1&page={n}", token=world.directory.token)).json for n in (1, 2, 3)]

    assert [[each["uid"] for each in page["data"]["businesses"]] for page in pages] == [
        [world.first.uid],
        [world.second.uid],
        [],
    ]
    assert {page["paging"]["total"] for page in pages} == {2}


async def test_an_app_sees_the_businesses_that_have_it_and_no_others_of_the_directory(ask, world, owner):
    async def seen(token):
        told = (await ask.get(LIST, token=token)).json
        return [each["uid"] for each in told["data"]["businesses"]], told["paging"]["total"]

    assert await seen(world.app.free_token) == await seen(world.app.token) == ([world.first.uid], 1)
    await owner.execute("update app_installation set uninstalled_at = now()")
    assert await seen(world.app.free_token) == await seen(world.app.token) == ([], 0)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name=PLUMB", ["first"]),
        ("external_id=bright.dental", ["second"]),
        ("external_reference_id=crm-1", ["first"]),
        ("email=BEN@bright.example", ["second"]),
        ("email=nothing", []),
        ("is_blocked=true", []),
        ("name=%25", []),
        ("name=' or 1=1 --", []),
    ],
)
async def test_businesses_are_found_by_what_is_known_of_them(ask, world, query, found):
    told = await ask.get(f"{LIST}?{query.replace(' ', '%20')}", token=world.directory.token)

    assert [each["uid"] for each in told.json["data"]["businesses"]] == [getattr(world, name).uid for name in found]


async def test_uids_are_found_by_one_of_three_and_one_is_needed(ask, world):
    found = await ask.get(f"{BUSINESSES}?external_reference_id=CRM-2", token=world.directory.token)
    foreign = await ask.get(f"{BUSINESSES}?external_id=corner.law", token=world.directory.token)
    none = await ask.get(BUSINESSES, token=world.directory.token)

    assert found.json == {"status": "OK", "data": {"businesses": [world.second.uid]}}
    assert foreign.json["data"]["businesses"] == []
    assert (none.status, none.json["error_code"]) == (422, "missing")


async def test_a_business_is_made_with_its_owner_and_a_token_that_works(ask, world, owner):
    told = await ask.post(BUSINESSES, token=world.directory.token, json=NEW)
    made = told.json["data"]["business"]

    assert told.status == 200
    assert made["business"]["time_zone"] == "Europe/London"
    assert (made["business"]["country_name"], made["business"]["logo_url"]) == ("GB", "x")
    assert made["meta"]["external_id"] == "new.kitchens"
    assert made["admin_account"]["first_name"] == "Olga"
    listed = await ask.get(LIST, token=made["meta"]["auth_token"])
    assert [each["uid"] for each in listed.json["data"]["businesses"]] == [made["business"]["id"]]
    rows = await owner.fetch(
        "select facts -> 'events' as events from outbox where kind in ('business', 'staff') order by uid"
    )
    assert [row["events"] for row in rows] == [["business/created"], ["staff/created"]]


@pytest.mark.parametrize(
    ("business", "account", "country"),
    [
        (None, "Germany", "DE"),
        ("FR", "Germany", "FR"),
        ("FR", "Atlantis", "FR"),
        (None, None, "US"),
        (None, "Atlantis", ["admin_account.country_name must be a country code of two letters, such as US (ISO 3166)"]),
    ],
)
async def test_the_country_of_the_owners_account_is_the_business_unless_it_has_its_own(
    ask, world, business, account, country
):
    body = {
        "admin_account": {"email": "olga@new.example", "country_name": account},
        "business": {"name": "New Kitchens", "country_name": business},
    }
    data = (await ask.post(BUSINESSES, token=world.directory.token, json=body)).json["data"]

    assert (data if isinstance(data, list) else data["business"]["business"]["country_name"]) == country


async def test_a_body_that_is_json_within_json_is_read_as_what_it_says(ask, world):
    told = await ask.post(BUSINESSES, token=world.directory.token, body=json.dumps(json.dumps(NEW)).encode())

    assert told.status == 200


async def test_all_faults_of_a_new_business_are_told_in_upstreams_words(ask, world, owner):
    body = {"admin_account": {"password": "short"}, "business": {"country_name": "Atlantis", "name": {}}}
    told = await ask.post(BUSINESSES, token=world.directory.token, json=body)

    assert (told.status, told.json["message"]) == (400, "Unable to create business")
    assert "admin_account.email is required" in told.json["data"]
    assert len(told.json["errors"]) == len(told.json["data"]) == 4
    assert await owner.fetchval("select count(*) from business") == 3


async def test_a_guessable_password_is_not_taken_and_its_owner_is_invited_instead(ask, world, owner):
    body = NEW | {"admin_account": {"email": "olga@new.example", "password": "password123"}}
    told = await ask.post(BUSINESSES, token=world.directory.token, json=body)

    assert told.status == 200
    assert await owner.fetchval("select password_hash from app_user where email_key = 'olga@new.example'") is None
    assert (
        await owner.fetchval("select facts ->> 'recipient' from outbox where kind = 'invitation'") == "olga@new.example"
    )


async def test_an_address_that_somebody_signs_in_with_owns_no_second_business(ask, world, owner):
    body = NEW | {"admin_account": {"email": "DEE@corner.example"}}
    told = await ask.post(BUSINESSES, token=world.directory.token, json=body)

    assert (told.status, told.json["data"]) == (400, ["admin_account.email already in use"])
    assert await owner.fetchval("select count(*) from business") == 3


async def test_a_taken_name_is_a_business_that_exists(ask, world):
    told = await ask.post(
        BUSINESSES, token=world.directory.token, json=NEW | {"meta": {"external_reference_id": "crm-1"}}
    )

    assert (told.status, told.json["message"]) == (409, "Business already exists")


async def test_a_business_is_got_by_any_of_its_names_and_a_foreign_one_is_not_there(ask, world):
    for name in (world.first.uid, world.first.nickname, world.first.external_reference_id):
        told = await ask.get(f"{BUSINESSES}/{name}", token=world.directory.token)
        assert told.json["data"]["business"]["business"]["id"] == world.first.uid
    missing = await ask.get(f"{BUSINESSES}/nobody", token=world.directory.token)
    foreign = await ask.get(f"{BUSINESSES}/{world.outsider.business.uid}", token=world.directory.token)

    assert missing.status == foreign.status == 404
    assert missing.json["message"] == foreign.json["message"] == "Business not found"


async def test_an_update_changes_what_is_given_and_nothing_else(ask, world, owner):
    before = await owner.fetchrow("select * from business where id = $1", world.first.id)
    body = {"business": {"phone": "+1 415 555 0101", "uid": "mine", "directory_id": 9, "closed_at": "now"}}
    told = await ask.post(f"{BUSINESSES}/{world.first.uid}", token=world.first.token, json=body)
    after = await owner.fetchrow("select * from business where id = $1", world.first.id)

    assert told.json["data"]["business"]["business"]["phone"] == "+1 415 555 0101"
    changed = {name for name in dict(before) if before[name] != after[name]}
    assert changed == {"phone", "updated_at"}


@pytest.mark.parametrize("body", [{"x": 1}, {"business": {"time_zone": "Mars"}}, {"business": {"name": []}}])
async def test_an_update_that_cannot_be_is_refused_whole(ask, world, owner, body):
    told = await ask.post(f"{BUSINESSES}/{world.first.uid}", token=world.directory.token, json=body)

    assert (told.status, told.json["message"]) == (400, "Incorrect parameters for update")


async def test_a_colleague_without_the_role_changes_nothing(ask, world):
    for url, body in (
        (f"{BUSINESSES}/{world.first.uid}", {"business": {"name": "Mine"}}),
        (f"{BUSINESSES}/{world.first.uid}/staffs", {"staff": {"email": "x@y.example", "display_name": "X"}}),
    ):
        told = await ask.post(url, token=world.colleague_token, json=body)
        assert (told.status, told.json["errors"][0]["code"]) == (401, "token_kind")


async def test_a_key_makes_one_business_and_its_secret_is_told_once(ask, world, owner):
    more = {"token": world.directory.token, "headers": {"idempotency-key": "b1"}, "json": NEW}
    first, again = await ask.post(BUSINESSES, **more), await ask.post(f"/apigw{BUSINESSES}", **more)

    assert (first.status, again.status, again.json["error_code"]) == (200, 409, "already_done")
    assert await owner.fetchval("select count(*) from business") == 4


async def test_userinfo_is_flat_and_tells_who_it_is(ask, world):
    staff = (await ask.get("/oauth/userinfo", token=world.first.token)).json
    client = (await ask.get("/oauth/userinfo", token=world.client_token)).json
    wrong = await ask.get("/oauth/userinfo", headers={k.lower(): v for k, v in bearer("nobody").items()})

    assert (staff["sub"], staff["role"], staff["business_uid"]) == (world.first.owner, "owner", world.first.uid)
    assert (staff["directory_uid"], staff["brand_theme"]["name"]) == (world.directory.uid, "Agency")
    assert (client["sub"], client["type"], client["matters"]) == (world.client_uid, "client", [])
    assert (wrong.status, wrong.json["error"]) == (401, "invalid_token")
    assert wrong.json["error_description"] == "The access token is invalid"


async def test_the_brand_is_the_callers_directorys(ask, world):
    told = (await ask.get("/platform/v1/directory/branding", token=world.outsider.business.token)).json

    assert told["success"] is True
    assert (told["data"]["uid"], told["data"]["name"]) == (world.outsider.directory.uid, "Rivals")


async def test_an_app_is_made_listed_and_can_sign_in(ask, world):
    body = {"name": "Forms", "redirect_uri": "https://a.example/b", "app_code_name": "forms", "scopes": {"0": "openid"}}
    made = (await ask.post("/platform/v1/apps", token=world.directory.token, json=body)).json["data"]
    listed = (await ask.get("/platform/v1/apps", token=world.directory.token)).json["data"]["apps"]
    grant = {"grant_type": "client_credentials"} | {name: made[name] for name in ("client_id", "client_secret")}

    assert {each["name"]: each["scopes"] for each in listed} == {"Zap": [], "Forms": ["openid"]}
    assert "client_secret" not in listed[0]
    assert (await ask.post("/oauth/token", json=grant)).status == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "x"}, 422),
        ({"name": None}, 422),
        ({"redirect_uri": "javascript:alert(1)"}, 422),
        ({"redirect_uri": "http://a.example"}, 422),
        ({"redirect_uri": "https://a.example/#x"}, 422),
        ({"app_code_name": "no blanks"}, 422),
    ],
)
async def test_an_app_that_cannot_be_is_refused(ask, world, change, status):
    body = {"name": "Forms", "redirect_uri": "https://a.example/back"} | change

    assert (await ask.post("/platform/v1/apps", token=world.directory.token, json=body)).status == status
