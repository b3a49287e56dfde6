"""Every real caller that is known of this API (api.md 5), played as it sends."""

import json

from tests.web.multipart import multipart


def bearer(token):
    return {"authorization": f"Bearer {token}"}


LEADGEN, CLIENTS, PARTNERS = "/platform/v1/leadgen", "/platform/v1/clients", "/v1/partners/leads"
HOOK = "https://hooks.example.com/vcita"


async def test_a_site_in_nextjs_sends_the_business_id_for_every_visitor(ask, world):
    def visit(email):
        return ask.post(
            LEADGEN,
            headers={
                "accept": "application/json",
                "authorization": f'Token token="{world.directory.token}"',
                "X-On-Behalf-Of".lower(): world.first.uid,
            },
            json={
                "business_id": world.first.uid,
                "unique_id": world.first.uid,
                "identifier_type": "unique_id",
                "first_name": "Dana",
                "email": email,
                "request_title": "Contact Form",
                "message_data": {"fName": "Dana", "email": email, "consent": True, "rooms": [1, 2]},
            },
        )

    first, second = await visit("a@x.example"), await visit("b@x.example")

    assert (first.status, second.status) == (201, 201)
    assert first.json["uid"] != second.json["uid"]


async def test_a_site_in_php_sends_an_array_as_multipart(ask, world):
    body, content_type = multipart(
        {
            "business_id": world.first.nickname,
            "identifier_type": "email",
            "email": "dana@x.example",
            "first_name": "Dana",
            "request_title": "Contact Request",
            "request_data[Email]": "dana@x.example",
            "request_data[First Name]": "Dana",
            "request_data[Tell Us About Your Project]": "New cabinets",
            "notifications": "auto_reply, email, sms",
            "system_message": "From the website",
            "source": "Website",
            "source_url": "https://site.example",
            "honeypot": "",
        }
    )
    told = await ask.post(
        PARTNERS,
        body=body,
        headers={"content-type": content_type, "authorization": f'Token token="{world.directory.token}"'},
    )

    assert (told.status, list(told.json)) == (201, ["uid"])


async def test_zapier_learns_whose_token_it_has_then_lists_and_posts(ask, world):
    for token in (world.first.token, world.app.token):
        zap = {**bearer(token), "user-agent": "Zapier"}
        businesses = await ask.get("/v3/business_administration/businesses?per_page=1", headers=zap)
        check = await ask.get("/platform/v1/webhooks", headers=zap)
        clients = await ask.get(CLIENTS, headers=zap)
        staff = await ask.get(f"/platform/v1/businesses/{world.first.uid}/staffs", headers=zap)
        lead = await ask.post(
            LEADGEN,
            headers=zap,
            json={
                "identifier_type": "email",
                "email": "zap@x.example",
                "first_name": "Zap",
                "request_title": f"By {token[:8]}",
                "message_data": "the user's text is not JSON",
                "request_data": {"Company": {"name": "Acme"}, "Budget": 5},
            },
        )

        assert businesses.json["data"]["businesses"][0]["uid"] == world.first.uid
        assert [each.status for each in (check, clients, staff, lead)] == [200, 200, 200, 201]
        assert staff.json["data"]["staff"][0]["id"]
        assert isinstance(clients.json["data"]["clients"], list)


async def test_upstreams_own_workflows_pass(ask, world):
    least = {
        "business_id": world.first.uid,
        "identifier_type": "email",
        "email": "w@x.example",
        "first_name": "W",
        "request_title": "Workflow",
    }
    most = least | {
        "notifications": "email,sms",
        "opt_in": "yes",
        "opt_in_transactional_sms": True,
        "status": "lead",
        "tags": "directory,lead,medium-priority",
        "message_data": {"message": "Hello"},
        "request_data": {"Company": "Acme"},
        "system_message": "From a workflow",
        "source": "API",
        "source_url": "https://site.example",
        "phone": "555-0123",
    }
    partner = least | {"system_message": "no request_data"}

    assert (await ask.post(LEADGEN, token=world.first.token, json=least)).status == 201
    assert (await ask.post(LEADGEN, token=world.directory.token, json=most)).status == 201
    assert (await ask.post(PARTNERS, token=world.directory.token, json=partner)).status == 201
    assert (await ask.get("/platform/v1/tokens", token=world.first.token)).status == 201


async def test_the_playground_puts_all_of_oauth_in_the_query_and_subscribes(ask, world):
    query = f"grant_type=client_credentials&client_id={world.app.client_id}&client_secret={world.app.client_secret}"
    token = (await ask.post(f"/oauth/token?{query}")).json["access_token"]
    subscribed = await ask.post(
        "/platform/v1/webhook/subscribe",
        headers={**bearer(token), "x-on-behalf-of": world.first.uid},
        json={"event": "client/created", "target_url": HOOK},
    )
    clients = await ask.get(CLIENTS, headers={**bearer(token), "x-on-behalf-of": world.first.uid})

    assert (subscribed.status, clients.status) == (201, 200)
    assert subscribed.json["data"]["subscription_id"]


async def test_a_client_in_django_reads_creates_and_subscribes(ask, world):
    session = {**bearer(world.first.token), "accept": "application/json"}
    assert (await ask.get("/platform/v1/webhooks", headers=session)).status == 200
    assert (await ask.get("/oauth/userinfo", headers=session)).json["business_uid"] == world.first.uid
    staff = await ask.get(f"/platform/v1/businesses/{world.first.uid}/staffs?status=active", headers=session)
    assert staff.json["data"]["staff"]
    created = await ask.post(CLIENTS, headers=session, json={"first_name": "Dana", "email": "dana@x.example"})
    assert created.status == 201
    found = await ask.get(f"{CLIENTS}?search_term=dana@x.example&search_by=email", headers=session)
    assert [each["id"] for each in found.json["data"]["clients"]] == [created.json["data"]["client"]["id"]]
    for how, event in (("subscribe", "client/updated"), ("unsubscribe", "client/updated"), ("unsubscribe", None)):
        body = {"target_url": HOOK} | ({"event": event} if event else {})
        told = await ask.post(f"/platform/v1/webhook/{how}", headers=session, json=body)
        assert told.status in (200, 201), (how, event)


async def test_a_package_in_laravel_finds_by_email_and_sends_every_key_be_it_null(ask, world):
    email = "dana@x.example"
    keys = dict.fromkeys(("last_name", "phone", "address", "tags", "source_name", "source_url", "staff_id", "status"))
    search = f"{CLIENTS}?search_term={email}&search_by=email"

    assert (await ask.get(search, token=world.first.token)).json["data"]["clients"] == []
    made = await ask.post(CLIENTS, token=world.first.token, json={"first_name": "Dana", "email": email} | keys)
    (found,) = (await ask.get(search, token=world.first.token)).json["data"]["clients"]
    put = await ask(
        "PUT", f"{CLIENTS}/{found['id']}", token=world.first.token, json={"first_name": "Dana", "email": email} | keys
    )

    assert (made.status, put.status) == (201, 200)
    assert put.json["data"]["client"]["email"] == email


async def test_a_shell_script_unsubscribes_then_subscribes_on_every_deploy(ask, world):
    body = {"event": "client/created", "target_url": HOOK}
    for _ in range(2):
        assert (await ask.post("/platform/v1/webhook/unsubscribe", token=world.first.token, json=body)).status == 200
        assert (await ask.post("/platform/v1/webhook/subscribe", token=world.first.token, json=body)).status == 201


async def test_upstreams_quick_start_encodes_json_twice_and_sends_staff_in_a_list(ask, world):
    business = {
        "admin_account": {"email": "quick@x.example", "first_name": "Q", "password": "secret-enough-1"},
        "business": {"name": "Quick Start"},
        "meta": {"external_reference_id": "QS-1"},
    }
    made = await ask.post(
        "/platform/v1/businesses",
        token=world.directory.token,
        body=json.dumps(json.dumps(business)).encode(),
        headers={"content-type": "application/json"},
    )
    token = (await ask.get("/platform/v1/tokens", token=world.directory.token)).json["data"]["tokens"][0]["token"]
    staff = await ask.post(
        f"/platform/v1/businesses/{made.json['data']['business']['business']['id']}/staffs",
        token=token,
        json=[{"staff": {"display_name": "Sam", "email": "sam@x.example", "role": "user"}, "meta": {"invite": False}}],
    )

    assert made.status == 200
    assert token == world.directory.token
    assert (staff.status, staff.json["data"]["staff"][0]["email"]) == (200, "sam@x.example")
