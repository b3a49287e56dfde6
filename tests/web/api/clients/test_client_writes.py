"""Clients written by the API in upstream's shapes (api.md 3.3), and what bad input is told."""

import json

import pytest

from leadhall.clients.fields import create_field
from tests.web.leads import send_lead

CLIENTS = "/platform/v1/clients"


@pytest.fixture
def write(ask, world):
    """Ask as the first owner; answers the status and the body."""

    async def write(method, path, body=None, token=None, **more):
        told = await ask(method, path, token=token or world.first.token, json=body, **more)
        return told.status, told.json

    return write


@pytest.fixture
async def lead(ask, world):
    return await send_lead(ask, world.first.token, email="dana@example.com", phone="+1 415 555 0132", tags="web")


async def client_of(write, uid):
    return (await write("GET", f"{CLIENTS}/{uid}"))[1]["data"]["client"]


async def test_a_created_client_is_answered_whole_with_a_token_of_its_own(write, ask, world):
    given = {
        "first_name": "Dana", "email": "dana@example.com", "mobile_phone": "+1 415 555 0132", "tags": "web, vip",
        "status": "customer", "source_name": "Site", "utm_params": {"utm_campaign": "Spring"}, "opt_in": "1",
        "staff_id": world.colleague, "last_name": None, "business_id": world.first.uid,
    }  # fmt: skip
    status, told = await write("POST", CLIENTS, given)
    client = told["data"]["client"]

    assert (status, told["status"]) == (201, "OK")
    assert (client["customer_status"], client["tags"], client["normalized_phone"]) == (
        "customer",
        ["web", "vip"],
        "+14155550132",
    )
    assert client["source_data"] == {"name": "Site", "channel": None, "campaign": "Spring", "website_url": None}
    assert client["matters"][0]["uid"] == client["id"] == client["uid"]
    who = await ask.get("/oauth/userinfo", token=told["data"]["token"])
    assert who.json["matters"] == [{"uid": client["uid"], "display_name": "Dana"}]
    assert {**client, "source_data": 0, "spam": 0} == await client_of(write, client["uid"]) | {
        "source_data": 0,
        "spam": 0,
    }


async def test_a_known_email_is_a_409_in_upstreams_words(write, lead):
    status, told = await write("POST", CLIENTS, {"first_name": "Dana", "email": "DANA@example.com"})

    assert (status, told["error"], told["message"]) == (409, "Client already exist", "Client already exist")


async def test_without_a_first_name_nobody_is_made(write):
    status, told = await write("POST", CLIENTS, {"email": "x@example.com"})

    assert (status, told["error"]) == (422, "First name can't be blank")


async def test_a_client_made_under_a_key_is_made_once_and_its_token_shown_once(write):
    headers = {"idempotency-key": "a-client"}
    first = await write("POST", CLIENTS, {"first_name": "Dana"}, headers=headers)
    again = await write("POST", CLIENTS, {"first_name": "Dana"}, headers=headers)

    assert (first[0], again[0], again[1]["error_code"]) == (201, 409, "already_done")


async def test_an_update_changes_what_is_given_and_reads_show_it_at_once(write, lead, owner, world):
    given = {
        "last_name": "Levi",
        "status": "Loyal",
        "tags": "a, b",
        "source_name": "Fair",
        "address": None,
        "phone": "",
    }
    status, told = await write("PUT", f"{CLIENTS}/{lead['uid']}", given)
    client = told["data"]["client"]

    assert status == 200
    assert (client["last_name"], client["customer_status"], client["tags"], client["source"]) == (
        "Levi",
        "loyal",
        ["a", "b"],
        "Fair",
    )
    assert client["mobile_phone"] == "+1 415 555 0132"
    assert await client_of(write, lead["uid"]) == client
    listed = (await write("GET", f"{CLIENTS}?updated_at[gte]={client['updated_at']}"))[1]["data"]["clients"]
    assert [each["last_name"] for each in listed] == ["Levi"]
    actors = await owner.fetch("select distinct actor, because from card_change")
    assert [tuple(row) for row in actors] == [(world.first.owner, "edit")]


@pytest.mark.parametrize("blank", ["", "  ", None])
async def test_a_blank_for_tags_or_an_object_is_absent_and_an_empty_list_is_none(write, lead, blank):
    given = {"tags": blank, "utm_params": blank, "last_name": "Levi"}
    status, told = await write("PUT", f"{CLIENTS}/{lead['uid']}", given)
    by_matter = await write("PUT", f"/business/clients/v1/matters/{lead['uid']}", {"tags": blank})

    assert (status, told["data"]["client"]["tags"], by_matter[0]) == (200, ["web"], 200)
    assert (await client_of(write, lead["uid"]))["tags"] == ["web"]
    await write("PUT", f"{CLIENTS}/{lead['uid']}", {"tags": []})
    assert (await client_of(write, lead["uid"]))["tags"] == []


async def test_business_uid_names_the_business_of_a_new_client(write, world, owner):
    first, second, directory = world.first.uid, world.second.uid, world.directory.token
    named = {"first_name": "Dana", "business_uid": second}
    made = await write("POST", CLIENTS, named, token=directory)
    two = await write("POST", CLIENTS, named, token=directory, headers={"x-on-behalf-of": first})
    within = await write("POST", CLIENTS, named | {"business_id": first}, token=directory)
    foreign = await write("POST", CLIENTS, named | {"business_uid": world.outsider.business.uid}, token=directory)
    by_staff = await write("POST", CLIENTS, named)
    blank = await write("POST", CLIENTS, named | {"business_uid": " "})

    assert made[0] == 201
    assert [(status, told["error_code"]) for status, told in (two, within)] == [(422, "business_mismatch")] * 2
    assert [(status, told["errors"][0]["code"]) for status, told in (foreign, by_staff)] == [
        (401, "business_not_reachable")
    ] * 2
    assert blank[0] == 201
    assert [row["business_id"] for row in await owner.fetch("select business_id from client order by uid")] == [
        world.second.id,
        world.first.id,
    ]


async def test_a_whole_client_may_be_sent_back_and_force_nullifying_clears(write, lead):
    client = await client_of(write, lead["uid"])
    status, told = await write("PUT", f"{CLIENTS}/{lead['uid']}", client)
    assert (status, told["data"]["client"]) == (200, client)

    given = {"mobile_phone": "", "first_name": None, "force_nullifying": "true"}
    client = (await write("PUT", f"{CLIENTS}/{lead['uid']}", given))[1]["data"]["client"]
    assert (client["mobile_phone"], client["normalized_phone"], client["first_name"]) == (None, None, "Dana")


async def test_opt_in_by_the_api_is_consent_and_a_withdrawal_holds(write, ask, lead, owner, world):
    await create_field(owner, world.first.id, label="News", type_="opt-in")
    for given, shown in ((True, "1"), ("0", "0")):
        told = (await write("PUT", f"{CLIENTS}/{lead['uid']}", {"opt_in": given}))[1]
        client = told["data"]["client"]
        assert (client["opt_in"], client["custom_field1"], client["matters"][0]["fields"][0]["value"]) == (shown,) * 3
    await send_lead(ask, world.first.token, email="dana@example.com", opt_in=True)

    told = (await write("PUT", f"{CLIENTS}/{lead['uid']}", {}))[1]
    assert told["data"]["client"]["opt_in"] == "0"


async def test_spam_is_said_of_all_conversations_of_a_client(write, lead):
    inbox = f"{CLIENTS}/{lead['uid']}/conversations?folder=inbox"
    await write("PUT", f"{CLIENTS}/{lead['uid']}", {"spam": True})
    assert (await write("GET", "/platform/v1/conversations?folder=inbox"))[1]["data"]["conversations"] == []
    await write("PUT", f"{CLIENTS}/{lead['uid']}", {"spam": False})

    assert len((await write("GET", inbox))[1]["data"]["conversations"]) == 1


async def test_a_deleted_client_is_answered_in_upstreams_words_and_comes_again_as_a_new_one(write, ask, lead, world):
    status, told = await write("DELETE", f"{CLIENTS}/{lead['uid']}")
    client = told["data"]["client"]

    assert (status, client["customer_status"], client["matters"]) == (200, "inactive", [])
    assert client["email"] == f"dana@example.com.d{lead['uid']}"
    assert (await write("GET", f"{CLIENTS}/{lead['uid']}"))[0] == 422
    later = await send_lead(ask, world.first.token, email="dana@example.com")
    assert (later["created"], later["uid"] != lead["uid"]) == (True, True)


async def test_bulk_changes_opt_in_of_all_or_of_none(write, ask, lead, owner, world):
    other = await send_lead(ask, world.first.token)
    both = [{"id": lead["uid"], "opt_in": True}, {"id": other["uid"], "opt_in": "0"}]
    assert (await write("PUT", f"{CLIENTS}/bulk", {"clients": both}))[1]["data"]["updated"] is False
    await create_field(owner, world.first.id, label="News", type_="opt-in")

    status, told = await write("PUT", f"{CLIENTS}/bulk", {"clients": both})
    assert (status, told["data"]["updated"], told["data"]["count"]) == (200, True, 2)
    refused = await write("PUT", f"{CLIENTS}/bulk", {"clients": [*both, {"id": "nobody", "opt_in": True}]})
    assert refused[0] == 422
    records = await owner.fetch("select client_uid, value from consent where act = 'api' order by uid")
    assert [tuple(row) for row in records] == [(lead["uid"], True), (other["uid"], False)]


async def test_bulk_comes_as_a_form_too(ask, lead, owner, world):
    await create_field(owner, world.first.id, label="News", type_="opt-in")
    told = await ask(
        "PUT",
        f"{CLIENTS}/bulk",
        token=world.first.token,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=f"clients[0][id]={lead['uid']}&clients[0][opt_in]=true".encode(),
    )

    assert (told.status, told.json["data"]["count"]) == (200, 1)
    assert await owner.fetchval("select count(*) from consent where value") == 1


NOT_TAKEN_IN_BULK = [
    ([{"id": "LEAD", "opt_in": True, "status": "loyal"}], "Only 'opt_in' field is allowed in bulk updates"),
    ([{"id": "LEAD", "opt_in": True}] * 2, "The client LEAD stands twice"),
    ([{"id": "LEAD", "opt_in": "maybe"}], "opt_in must be true or false"),
    ([{"id": "LEAD", "opt_in": {"a": 1}}], "opt_in must be true or false"),
    ([{"id": 7, "opt_in": True}], "There is no such client"),
    (["LEAD"], "must be an object with id and opt_in"),
    ([], "Mandatory parameter clients is missing"),
    ("LEAD", "Mandatory parameter clients is missing"),
    ([{"id": f"u{n}", "opt_in": True} for n in range(5001)], "clients must be at most 5000"),
]


async def test_what_bulk_does_not_take_is_refused_by_name(write, lead, owner):
    for items, words in NOT_TAKEN_IN_BULK:
        body = json.loads(json.dumps({"clients": items}).replace("LEAD", lead["uid"]))
        status, told = await write("PUT", f"{CLIENTS}/bulk", body)
        assert (status, told["error"].replace(lead["uid"], "LEAD")) == (422, words)

    assert await owner.fetchval("select count(*) from consent") == 0


NOT_OF_A_CLIENT = [
    ({"role": "owner", "revision": 9}, [("invalid", "role"), ("invalid", "revision")]),
    ({"uid": "0m5x4kq2v7c9t1ab"}, [("invalid", "uid")]),
    ({"first_name": {"a": 1}}, [("not_text", "first_name")]),
    ({"last_name": "x" * 256}, [("too_long", "last_name")]),
    (
        {"email": "nobody", "status": "boss", "role": "x"},
        [("invalid", "role"), ("invalid", "email"), ("invalid", "status")],
    ),
    ({"opt_in": "maybe", "tags": {"a": {}}}, [("invalid", "opt_in"), ("not_text", "tags")]),
    ({"staff_id": "nobody"}, [("invalid", "staff_id")]),
    ({"custom_field1": "x"}, [("invalid", "custom_field1")]),
]


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_what_a_client_does_not_have_or_hold_is_refused_and_nothing_changes(write, lead, owner, method):
    before = await owner.fetch("select * from client")
    path, name = (CLIENTS, {"first_name": "Dana"}) if method == "POST" else (f"{CLIENTS}/{lead['uid']}", {})
    for given, faults in NOT_OF_A_CLIENT:
        status, told = await write(method, path, name | given)
        assert (status, [(each["code"], each["field"]) for each in told["errors"]]) == (422, faults)

    assert await owner.fetch("select * from client") == before


ABOUT_A_CLIENT = [
    ("PUT", CLIENTS + "/{}", {"last_name": "x"}),
    ("DELETE", CLIENTS + "/{}", None),
    ("GET", "/business/clients/v1/matters/{}", None),
    ("PUT", "/business/clients/v1/matters/{}/reassign", {"staff_uid": "x"}),
    ("POST", "/business/clients/v1/matters/{}/tags", {"tag": "x"}),
    ("GET", "/ext/v1/clients/{}/suggestions", None),
    ("POST", "/ext/v1/clients/{}/erase", None),
    ("GET", "/ext/v1/clients/{}/export", None),
    ("PUT", "/v3/clients/client_settings/{}", {"preferred_language": "de"}),
    ("GET", "/v3/clients/client_notes?matter_uid={}", None),
    ("POST", "/ext/v1/merges/{}/undo", None),
]


async def test_a_foreign_client_is_refused_exactly_as_a_missing_one(write, ask, world, owner):
    theirs = (await send_lead(ask, world.outsider.business.token))["uid"]
    before = await owner.fetch("select * from client")
    for method, path, body in ABOUT_A_CLIENT:
        answers = []
        for uid in (theirs, "nobody", "%00"):
            status, told = await write(method, path.format(uid), body)
            told.pop("request_id")
            answers.append((status, str(told).replace(uid, "UID")))
        assert answers[0] == answers[1]
        assert {status for status, _ in answers} <= {404, 422, 400}

    assert await owner.fetch("select * from client") == before
