"""`GET /platform/v1/clients` and `/{uid}`, in upstream's shapes."""

import asyncio
import re
from urllib.parse import unquote

import pytest

from leadhall.clients.fields import create_field
from tests.web.conftest import with_settings
from tests.web.leads import send_lead

UPSTREAMS_KEYS = {
    "id", "first_name", "last_name", "email", "mobile_phone", "normalized_phone", "address", "customer_status", "tags",
    "opt_in", "source", "source_url", "channel", "campaign", "custom_field1", "custom_field2", "custom_field3",
    "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
def listed(ask, world):
    async def listed(query="", token=None, **more):
        told = await ask.get(f"/platform/v1/clients{query}", token=token or world.first.token, **more)
        assert told.status == 200, told.content
        return told.json["data"]["clients"]

    return listed


@pytest.fixture
def refused(ask, world):
    async def refused(query, token=None):
        told = await ask.get(f"/platform/v1/clients{query}", token=token or world.first.token)
        return told.status, [(fault["code"], fault["field"]) for fault in told.json["errors"]]

    return refused


async def uids_of(listed, query):
    return [client["uid"] for client in await listed(query)]


async def test_a_business_without_clients_has_an_empty_list(ask, world):
    told = await ask.get("/platform/v1/clients", token=world.first.token)

    assert (told.status, told.json) == (200, {"status": "OK", "data": {"clients": []}})


async def test_a_listed_client_has_upstreams_keys_and_both_names_of_its_id(ask, world, listed):
    lead = await send_lead(ask, world.first.token, phone="+1 (415) 555-0132", tags="web, new", source="Site")

    [client] = await listed()

    assert set(client) == UPSTREAMS_KEYS | {"uid", "business_uid"}
    assert client["id"] == client["uid"] == lead["uid"]
    assert client["business_uid"] == world.first.uid
    assert (client["mobile_phone"], client["normalized_phone"]) == ("+1 (415) 555-0132", "+14155550132")
    assert (client["customer_status"], client["tags"], client["source"]) == ("lead", ["web", "new"], "Site")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", client["created_at"])


async def test_the_uid_that_a_lead_was_answered_with_gets_its_client(ask, world):
    lead = await send_lead(ask, world.first.token)
    told = await ask.get(f"/platform/v1/clients/{lead['uid']}", token=world.first.token)
    client = told.json["data"]["client"]

    assert told.status == 200
    assert set(client) == UPSTREAMS_KEYS | {"uid", "matter_term", "matters"}
    assert [(each["uid"], each["display_name"]) for each in client["matters"]] == [(lead["uid"], "Dana")]


async def test_a_client_that_is_not_there_is_a_422_and_anothers_client_is_not_there(ask, world):
    theirs = await send_lead(ask, world.outsider.business.token)
    answers = []
    for uid in (theirs["uid"], "nobody"):
        told = await ask.get(f"/platform/v1/clients/{uid}", token=world.first.token)
        body = told.json
        assert body.pop("request_id") == told.header("x-request-id")
        answers.append((told.status, body))

    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1]["error_code"]) == (422, "not_found")


@pytest.mark.parametrize("path", ["/apigw", "/api2"])
async def test_the_gateways_prefixes_reach_the_same_clients(ask, world, path):
    lead = await send_lead(ask, world.first.token)
    told = await ask.get(f"{path}/platform/v1/clients/{lead['uid']}", token=world.first.token)

    assert told.json["data"]["client"]["uid"] == lead["uid"]


async def test_clients_come_newest_first_and_in_pages(ask, world, listed):
    made = [(await send_lead(ask, world.first.token))["uid"] for _ in range(5)][::-1]

    assert await uids_of(listed, "?per_page=2") == made[:2]
    assert await uids_of(listed, "?per_page=2&page=3") == made[4:]
    assert await uids_of(listed, "?per_page=2&page=4") == []


async def test_a_full_page_links_the_next_by_where_it_ended(ask, world):
    made = [(await send_lead(ask, world.first.token))["uid"] for _ in range(3)][::-1]
    seen, url = [], "/platform/v1/clients?per_page=2"
    while url:
        told = await ask.get(url, token=world.first.token)
        seen += [client["uid"] for client in told.json["data"]["clients"]]
        link = told.header("link")
        url = link and re.fullmatch(r'<(.*)>; rel="next"', link)[1]

    assert seen == made


@pytest.mark.parametrize("per_page", [100, 101, 5000])
async def test_a_page_of_more_than_a_hundred_is_one_of_a_hundred(services, listed, owner, world, per_page):
    await owner.executemany(
        "insert into client (business_id, uid) values ($1, $2)", [(world.first.id, f"c{n:015}") for n in range(101)]
    )

    assert len(await listed(f"?per_page={per_page}")) == 100


@pytest.mark.parametrize("term", ["Dana@Example.COM", "dana@example.com", "%20dana@example.com%20"])
async def test_a_client_is_found_by_email_however_it_is_spelled(ask, world, listed, term):
    lead = await send_lead(ask, world.first.token, email="dana@example.com")
    await send_lead(ask, world.first.token)

    assert await uids_of(listed, f"?search_by=email&search_term={term}") == [lead["uid"]]


@pytest.mark.parametrize("term", ["%2B14155550132", "(415)%20555-0132", "415-555-0132"])
async def test_a_client_is_found_by_phone_however_it_is_written(ask, world, listed, term):
    lead = await send_lead(ask, world.first.token, phone="+1 415 555 0132")
    await send_lead(ask, world.first.token, phone="+1 415 555 0133")

    assert await uids_of(listed, f"?search_by=phone&search_term={term}") == [lead["uid"]]


async def test_a_phone_that_is_no_number_is_found_as_it_was_written(ask, world, listed):
    lead = await send_lead(ask, world.first.token, phone="555-0123")

    assert await uids_of(listed, "?search_by=phone&search_term=555-0123") == [lead["uid"]]


@pytest.mark.parametrize("by", ["search_by=uid&", ""])
async def test_a_client_is_found_by_uid(ask, world, listed, by):
    lead = await send_lead(ask, world.first.token)

    assert await uids_of(listed, f"?{by}search_term={lead['uid']}") == [lead["uid"]]


@pytest.mark.parametrize("query", ["?search_by=email&search_term=nobody@example.com", "?search_by=email&search_term=x"])
async def test_who_is_not_in_the_book_is_not_found(ask, world, listed, query):
    await send_lead(ask, world.first.token)

    assert await listed(query) == []


async def test_blank_parameters_are_absent(ask, world, listed):
    lead = await send_lead(ask, world.first.token)

    assert await uids_of(listed, "?search_term=&search_by=&page=&business_id=whatever") == [lead["uid"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?updated_at[gte]=2020-01-01T00:00:00Z", True),
        ("?updated_at%5Blte%5D=2020-01-01T00:00:00Z", False),
        ("?search_by=updated_at&updated_at[gte]=2020-01-01", True),
        ("?updated_at[gte]=2999-01-01T00:00:00%2B02:00", False),
        ("?updated_at[gte]=2020-01-01T00:00:00+02:00", True),
        ("?phone_exists=true", False),
        ("?phone_exists=no", True),
    ],
)
async def test_clients_are_filtered_by_when_they_changed_and_whether_they_have_a_phone(
    ask, world, listed, query, found
):
    await send_lead(ask, world.first.token)

    assert bool(await listed(query)) is found


@pytest.mark.parametrize(
    ("query", "status", "faults"),
    [
        ("?page=0", 422, [("invalid", "page")]),
        ("?page=x", 422, [("invalid", "page")]),
        ("?page=-1", 422, [("invalid", "page")]),
        ("?page=99999999999999999999999", 422, [("invalid", "page")]),
        ("?per_page=0", 422, [("invalid", "per_page")]),
        ("?search_by=shoe_size&search_term=9", 422, [("invalid", "search_by")]),
        ("?search_by=email", 422, [("missing", "search_term")]),
        ("?search_by=updated_at", 422, [("missing", "updated_at[gte]")]),
        (
            "?updated_at[gte]=soon&phone_exists=maybe",
            422,
            [("invalid", "updated_at[gte]"), ("invalid", "phone_exists")],
        ),
        ("?page=1&page=2", 400, [("duplicate_key", None)]),
        ("?search_term=%ff", 400, [("unreadable", None)]),
        ("?search_term=%00", 400, [("unreadable", None)]),
        ("?" + "&".join(f"a{n}=1" for n in range(101)), 400, [("unreadable", None)]),
    ],
)
async def test_a_parameter_that_cannot_be_read_is_refused_with_its_name(refused, query, status, faults):
    assert await refused(query) == (status, faults)


@pytest.mark.parametrize("uid", ["%00", "%ff", "..", "%F0%9F%98%80", "a" * 4000, "%0a"])
async def test_no_path_that_a_caller_sends_is_a_fault_of_ours(ask, world, uid):
    told = await ask.get(unquote(f"/platform/v1/clients/{uid}", errors="replace"), token=world.first.token)

    assert told.status in (404, 422)


async def test_a_directory_reads_for_the_business_it_names(ask, world):
    lead = await send_lead(ask, world.first.token)
    for headers, query in (
        ({"x-on-behalf-of": world.first.uid}, ""),
        ({"x-on-behalf-of": world.first.nickname.upper()}, ""),
        ({}, f"?business_id={world.first.external_reference_id}"),
    ):
        told = await ask.get(f"/platform/v1/clients{query}", token=world.directory.token, headers=headers)
        assert [client["uid"] for client in told.json["data"]["clients"]] == [lead["uid"]]


async def test_a_directory_that_names_no_business_is_told_which_parameter_is_missing(refused, world):
    assert await refused("", token=world.directory.token) == (422, [("missing", "business_id")])


async def test_a_business_out_of_reach_and_one_that_is_not_are_refused_alike(ask, world):
    answers = []
    for name in (world.outsider.business.uid, "nobody"):
        told = await ask.get("/platform/v1/clients", token=world.directory.token, headers={"x-on-behalf-of": name})
        body = told.json
        body.pop("request_id")
        answers.append((told.status, body))

    assert answers[0] == answers[1]
    assert answers[0][0] == 401


async def test_a_token_for_websites_may_not_read_clients(ask, world):
    told = await ask.get("/platform/v1/clients", token=world.directory.website_token)

    assert (told.status, told.json["error"]) == (401, "Unauthorized")
    assert told.json["errors"][0]["code"] == "token_kind"


async def test_opt_in_shows_only_on_a_card_with_such_a_field(ask, world, listed, owner):
    await send_lead(ask, world.first.token, opt_in="yes")
    assert [client["opt_in"] for client in await listed()] == [None]

    await create_field(owner, world.first.id, label="News", type_="opt-in")
    await asyncio.sleep(1.05)  # what is known of a business is kept for a second

    assert [client["opt_in"] for client in await listed()] == ["1"]


async def test_own_card_fields_show_on_the_client(ask, world, owner):
    field = await create_field(owner, world.first.id, label="Budget")
    lead = await send_lead(ask, world.first.token, request_data={"budget": "15,000"})
    told = await ask.get(f"/platform/v1/clients/{lead['uid']}", token=world.first.token)
    client = told.json["data"]["client"]

    assert (client["custom_field1"], client["custom_field2"]) == ("15,000", None)
    assert client["matters"][0]["fields"] == [
        {"id": field.id, "label": "Budget", "type": "singleline", "value": "15,000"}
    ]


@with_settings(rate_per_s=1.0)
async def test_a_hasty_caller_is_told_when_to_come_back(ask, world):
    told = [await ask.get("/platform/v1/clients", token=world.first.token) for _ in range(6)]

    assert [each.status for each in told] == [200] * 5 + [429]
    assert told[0].header("ratelimit-policy") == '"principal";q=5;w=5'
    assert told[0].header("ratelimit") == '"principal";r=4;t=1'
    assert told[5].header("retry-after") == "1"
    assert told[5].json["error"] == "Too many requests"
