"""Webhooks as upstream's callers know them, and endpoints of ours."""

from __future__ import annotations

import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.ids import mint
from leadhall.events.catalogue import EVENTS
from tests.web.conftest import with_settings

URL = "https://example.com/hook"
SUBSCRIBE, UNSUBSCRIBE = "/platform/v1/webhook/subscribe", "/platform/v1/webhook/unsubscribe"
ENDPOINTS = "/ext/v1/webhooks"


@pytest.fixture
def subscribe(ask, world):
    async def subscribe(event="client/created", url=URL, token=None, path=SUBSCRIBE, headers=None):
        body = {"event": event, "target_url": url}
        return await ask.post(path, token=token or world.first.token, json=body, headers=headers)

    return subscribe


@pytest.fixture
def listed(ask, world):
    async def listed(token=None, query="", headers=None):
        told = await ask.get(f"/platform/v1/webhooks{query}", token=token or world.first.token, headers=headers)
        assert told.status == 200, told.content
        found = told.json["response"]["data"]["subscriptions"]
        return {f"{each['entity']}/{each['event_type']}": each["url"] for each in found}

    return listed


@pytest.fixture
async def made(ask, world):
    """An endpoint of the first business; its data and its secret."""
    told = await ask.post(ENDPOINTS, token=world.first.token, json={"target_url": URL, "events": ["lead/created"]})
    assert told.status == 201, told.content
    return told.json["data"]


async def test_subscribing_answers_as_upstream_does(subscribe):
    told = await subscribe()

    assert told.status == 201
    assert set(told.json) == {"status", "data"}
    assert told.json["status"] == "OK"
    assert told.json["data"]["subscription_id"].isdigit()


async def test_the_same_again_is_upstreams_422(subscribe):
    await subscribe()
    told = await subscribe()

    assert told.status == 422
    assert (told.json["status"], told.json["error"]) == ("Error", "Webhook already exists")
    assert told.json["error_code"] == "already_exists"


async def test_what_is_no_event_is_upstreams_400_with_those_there_are(subscribe):
    told = await subscribe("client/exploded")

    assert told.status == 400
    assert (told.json["message"], told.json["status"]) == ("Invalid event format", "Error")
    assert told.json["error"] == "Invalid event format"
    assert all(name in told.json["errors"][1]["message"] for name in EVENTS)


async def test_a_name_of_upstreams_of_which_nothing_comes_is_taken_and_listed(subscribe, listed):
    assert (await subscribe("account/promotional_blocked")).status == 201
    assert (await subscribe("customized_notification/update")).status == 201
    names = {"business/promotional_blocked", "customized_notification/update"}
    assert set(await listed()) == names
    assert set(await listed(query="?filter[event_type]=update")) == {"customized_notification/update"}


async def test_every_fault_of_a_body_is_named(ask, world):
    told = await ask.post(SUBSCRIBE, token=world.first.token, json={"target_url": "ftp://example.com"})

    assert told.status == 422
    assert [fault["field"] for fault in told.json["errors"]] == ["event", "target_url"]


@pytest.mark.parametrize(
    "url", ["http://example.com/hook", "https://10.0.0.1/", "https://127.1/", "https://u:p@a.example/"]
)
async def test_a_url_that_may_not_be_called_is_refused_at_once(subscribe, url):
    told = await subscribe(url=url)

    if url == "https://127.1/":  # a name as far as anybody can tell; its address is refused when it is connected to
        assert told.status == 201
    else:
        assert (told.status, told.json["errors"][0]["field"]) == (422, "target_url")


@with_settings(webhook_allow=("crm.internal", "10.1.0.0/16"))
async def test_a_url_that_the_operator_allows_is_taken(subscribe):
    assert (await subscribe(url="http://crm.internal:8080/hook")).status == 201
    assert (await subscribe(url="http://10.1.2.3/hook")).status == 201


@pytest.mark.parametrize("prefix", ["/apigw", "/api2"])
async def test_every_prefix_is_the_same_door(subscribe, listed, prefix):
    assert (await subscribe(path=prefix + SUBSCRIBE)).status == 201
    assert await listed() == {"client/created": URL}


async def test_a_form_is_taken_as_json_is(ask, world, listed):
    told = await ask.post(
        SUBSCRIBE,
        headers={
            "authorization": f'Token token="{world.first.token}"',
            "content-type": "application/x-www-form-urlencoded",
        },
        body=b"event=lead%2Fcreated&target_url=https%3A%2F%2Fexample.com%2Fhook",
    )

    assert told.status == 201
    assert await listed() == {"lead/created": URL}


async def test_an_alias_subscribes_what_it_means_and_a_bare_entity_all_of_it(subscribe, listed):
    await subscribe("account/created")
    await subscribe("client")

    assert set(await listed()) == {"business/created", "client/created", "client/updated"}


async def test_the_list_has_the_shape_of_newer_and_of_older_callers(ask, world, subscribe):
    await subscribe()
    body = (await ask.get("/platform/v1/webhooks", token=world.first.token)).json
    [one] = body["response"]["data"]["subscriptions"]

    assert body["response"]["success"] == "ok"
    assert (body["status"], body["subscriptions"]) == ("OK", [one])
    assert one == {"id": one["id"], "uid": one["id"], "entity": "client", "event_type": "created", "url": URL}


async def test_the_list_is_filtered(subscribe, listed):
    await subscribe("client/created")
    await subscribe("client/updated")
    await subscribe("business/created")

    assert set(await listed(query="?filter[entity]=client")) == {"client/created", "client/updated"}
    assert set(await listed(query="?filter[entity]=client&filter[event_type]=updated")) == {"client/updated"}
    assert set(await listed(query="?filter[event_type]=update")) == {"client/updated"}
    assert set(await listed(query="?filter[entity]=account")) == {"business/created"}


@pytest.mark.parametrize(
    "body",
    [
        {"target_url": "https://never.example/"},
        {"target_url": URL, "event": "client.created"},
        {"target_url": URL, "event": "no/such"},
    ],
)
async def test_unsubscribing_is_idempotent(ask, world, body):
    for _ in range(2):
        told = await ask.post(UNSUBSCRIBE, token=world.first.token, json=body)

        assert (told.status, told.json) == (200, {"status": "OK", "data": {"unsubscribed": True}})


async def test_one_event_is_unsubscribed_or_all_of_a_url(ask, world, subscribe, listed):
    for event in ("client/created", "client/updated", "lead/created"):
        await subscribe(event)
    await ask.post(UNSUBSCRIBE, token=world.first.token, json={"target_url": URL, "event": "client.created"})
    assert set(await listed()) == {"client/updated", "lead/created"}

    await ask.post(UNSUBSCRIBE, token=world.first.token, json={"target_url": URL})
    assert await listed() == {}


async def test_a_deployment_that_unsubscribes_and_subscribes_anew_keeps_its_secret(ask, world, subscribe, owner):
    await subscribe()
    before = await owner.fetch("select * from webhook_secret")
    await ask.post(UNSUBSCRIBE, token=world.first.token, json={"target_url": URL})

    assert (await subscribe()).status == 201
    assert await owner.fetch("select * from webhook_secret") == before


async def test_subscribing_anew_switches_an_endpoint_on_again(subscribe, owner):
    await subscribe()
    await owner.execute("update webhook_endpoint set off_at = now(), off_because = 'gone'")

    assert (await subscribe()).status == 201
    assert await owner.fetchval("select off_at from webhook_endpoint") is None


async def test_the_same_key_and_body_get_the_first_answer(subscribe):
    first = await subscribe(headers={"idempotency-key": "k1"})
    again = await subscribe(headers={"idempotency-key": "k1"})

    assert (first.status, first.content) == (again.status, again.content)
    assert again.header("idempotent-replayed") == "true"


# whose they are


async def test_each_kind_of_token_has_webhooks_of_its_own(subscribe, listed, world):
    tokens = [world.first.token, world.directory.token, world.app.token, world.app.free_token, world.second.token]
    for n, token in enumerate(tokens):
        assert (await subscribe(url=f"{URL}/{n}", token=token)).status == 201

    for n, token in enumerate(tokens):
        assert await listed(token) == {"client/created": f"{URL}/{n}"}


async def test_colleagues_share_the_webhooks_of_their_business(subscribe, listed, world):
    await subscribe()

    assert await listed(world.colleague_token) == {"client/created": URL}


async def test_a_directory_has_webhooks_of_one_business_and_of_all(subscribe, listed, world):
    of_first = {"x-on-behalf-of": world.first.uid}
    await subscribe(token=world.directory.token)
    await subscribe("lead/created", token=world.directory.token, headers=of_first)

    assert set(await listed(world.directory.token)) == {"client/created"}
    assert set(await listed(world.directory.token, headers=of_first)) == {"lead/created"}


async def test_nobody_subscribes_to_a_business_out_of_reach(subscribe, world):
    for name in (world.outsider.business.uid, "nobody"):
        told = await subscribe(token=world.directory.token, headers={"x-on-behalf-of": name})

        assert (told.status, told.json["errors"][0]["code"]) == (401, "business_not_reachable")


async def test_a_token_of_listed_businesses_may_not_hear_of_all(subscribe, world, owner):
    await owner.execute("update token set only_businesses = array[$1::bigint] where kind = 'directory'", world.first.id)

    told = await subscribe(token=world.directory.token)
    assert (told.status, told.json["error"]) == (422, "Mandatory parameter business_id is missing")


async def test_a_token_for_websites_may_not_subscribe(subscribe, world):
    assert (await subscribe(token=world.directory.website_token)).status == 401
    assert (await subscribe(token=world.client_token)).status == 401


# endpoints, ours


async def test_an_endpoint_is_made_with_its_secret_and_shown_without(ask, world, made):
    assert made["secret"].startswith("whsec_")
    assert (made["webhook"]["events"], made["webhook"]["state"]) == (["lead/created"], "on")

    told = await ask.get(f"{ENDPOINTS}/{made['webhook']['id']}", token=world.first.token)
    assert told.json["data"]["webhook"] == made["webhook"]
    assert made["secret"].encode() not in told.content


async def test_a_secret_rests_encrypted(made, owner, key):
    sealed = await owner.fetchval("select sealed from webhook_secret where until is null")

    assert made["secret"].encode() not in sealed
    assert key.decrypt(sealed, purpose="webhook") == made["secret"]


async def test_the_servers_own_role_cannot_read_secrets(made, app_pool):
    with pytest.raises(Exception, match="permission denied"):
        await app_pool.fetch("select sealed from webhook_secret")


async def test_a_url_that_is_there_gets_the_new_events_alone(ask, world, made):
    told = await ask.post(ENDPOINTS, token=world.first.token, json={"target_url": URL, "events": "client,tag/add"})

    assert told.json["data"]["webhook"]["id"] == made["webhook"]["id"]
    assert set(told.json["data"]["webhook"]["events"]) == {"client/created", "client/updated", "tag/add"}
    assert told.json["data"]["secret"] != made["secret"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"target_url": URL}, 422, "events"),
        ({"target_url": URL, "events": []}, 422, "events"),
        ({"target_url": URL, "events": ["no/such"]}, 400, "event"),
        ({"events": ["lead/created"]}, 422, "target_url"),
    ],
)
async def test_an_endpoint_that_cannot_be_is_refused(ask, world, body, status, field):
    told = await ask.post(ENDPOINTS, token=world.first.token, json=body)

    assert (told.status, told.json["errors"][0]["field"]) == (status, field)


async def test_a_secret_is_rotated_with_a_grace(ask, world, made, owner):
    place = f"{ENDPOINTS}/{made['webhook']['id']}/secrets"
    told = await ask.post(place, token=world.first.token, json={"grace_s": 60})

    assert told.status == 201
    assert told.json["data"]["secret"] not in (made["secret"], None)
    ends = await owner.fetch(
        "select until - now() < interval '61 seconds' as soon from webhook_secret order by uid desc"
    )
    assert [row["soon"] for row in ends] == [None, True]
    assert (await ask.post(place, token=world.first.token)).status == 201
    assert (await ask.post(place, token=world.first.token, json={"grace_s": "long"})).status == 422


async def test_a_test_goes_into_the_outbox(ask, world, made, owner):
    id_ = made["webhook"]["id"]
    told = await ask.post(f"{ENDPOINTS}/{id_}/tests", token=world.first.token, json={"event": "client/updated"})

    uid = await owner.fetchval("select uid from outbox where kind = 'webhook_test'")
    assert (told.status, told.json["data"]["webhook_id"]) == (201, f"{uid}:client/updated:{id_}")


async def test_a_test_shows_what_can_come_and_nothing_else(ask, world):
    body = {"target_url": URL, "events": ["channel/status", "staff/deleted"]}
    id_ = (await ask.post(ENDPOINTS, token=world.first.token, json=body)).json["data"]["webhook"]["id"]
    usual = await ask.post(f"{ENDPOINTS}/{id_}/tests", token=world.first.token, json={})
    unsent = await ask.post(f"{ENDPOINTS}/{id_}/tests", token=world.first.token, json={"event": "channel/status"})

    assert ":staff/deleted:" in usual.json["data"]["webhook_id"]
    assert (unsent.status, unsent.json["error"]) == (400, "Invalid event format")


async def test_an_endpoint_that_is_off_is_switched_on(ask, world, made, owner):
    await owner.execute("update webhook_endpoint set off_at = now(), off_because = 'failing', failing_since = now()")
    place = f"{ENDPOINTS}/{made['webhook']['id']}"
    assert (await ask.get(place, token=world.first.token)).json["data"]["webhook"]["state"] == "off"

    told = await ask.post(f"{place}/activations", token=world.first.token)
    assert (told.status, told.json["data"]["webhook"]["state"]) == (201, "on")


async def test_what_was_missed_is_due_again(ask, world, made, owner):
    id_ = made["webhook"]["id"]
    await owner.execute(
        """insert into delivery (business_id, uid, dedupe, kind, channel, recipient, endpoint_id, state, due_at)
           select $1, $2 || n, n, 'webhook', 'webhook', 'x', $3 + n % 2, 'given_up', null
             from generate_series(0, 3) n""",
        world.first.id,
        mint(),
        id_,
    )
    place = f"{ENDPOINTS}/{id_}/redeliveries"
    told = await ask.post(place, token=world.first.token, json={"hours": 1})

    assert (told.status, told.json["data"]) == (201, {"deliveries": 2})
    assert await owner.fetchval("select count(*) from delivery where state = 'waiting' and due_at <= now()") == 2
    assert (await ask.post(place, token=world.second.token)).status == 404
    assert (await ask.post(place, token=world.first.token, json={"hours": 0})).status == 422


async def test_a_deleted_endpoint_leaves_nothing(ask, world, made, owner):
    place = f"{ENDPOINTS}/{made['webhook']['id']}"
    assert (await ask("DELETE", place, token=world.first.token)).status == 200

    assert (await ask.get(place, token=world.first.token)).status == 404
    for table in ("webhook_endpoint", "webhook_subscription", "webhook_secret"):
        assert await owner.fetchval(f"select count(*) from {table}") == 0


@pytest.mark.parametrize(
    "method_and_more", [("GET", ""), ("DELETE", ""), ("POST", "/secrets"), ("POST", "/tests"), ("POST", "/activations")]
)
async def test_a_foreign_endpoint_and_none_look_the_same(ask, world, made, method_and_more):
    method, more = method_and_more
    strangers = [world.second.token, world.outsider.business.token, world.outsider.directory.token, world.app.token]
    for token in strangers:
        answers = []
        for id_ in (made["webhook"]["id"], 999_999_999, "x" * 300):
            told = await ask(method, f"{ENDPOINTS}/{id_}{more}", token=token)
            answers.append((told.status, told.json | {"request_id": ""}))
        assert answers[0][0] == 404
        assert answers[0] == answers[1] == answers[2]


async def test_endpoints_of_another_directory_are_seen_by_neither_wall(ask, world, app_pool):
    await ask.post(ENDPOINTS, token=world.outsider.directory.token, json={"target_url": URL, "events": ["client"]})

    assert (await ask.get(ENDPOINTS, token=world.directory.token)).json["data"]["webhooks"] == []
    for scope in (Scope((0,), world.directory.id), Scope((0, world.first.id))):
        async with scoped(app_pool, scope) as connection:
            assert await connection.fetch("select id from webhook_endpoint") == []


async def test_there_is_an_end_to_endpoints(ask, world, subscribe, owner):
    await owner.execute(
        """insert into webhook_endpoint (business_id, directory_id, owner, url, made_by)
           select $1, $2, 'business', 'https://example.com/' || n, 't' from generate_series(1, 100) n""",
        world.first.id,
        world.directory.id,
    )

    told = await subscribe()
    assert (told.status, told.json["error_code"]) == (422, "too_many")


async def test_the_catalogue_has_a_sample_of_every_event(ask, world):
    told = await ask.get(f"{ENDPOINTS}/events", token=world.first.token)

    assert {each["event"] for each in told.json["data"]["events"]} == set(EVENTS)
    assert all(set(each["sample"]) == {"entity_name", "event_type", "data"} for each in told.json["data"]["events"])
