import pytest

from leadhall.core.ids import mint, number_of

PORTAL = "/client_api/v1/portals/{}/contact"
ANSWERS = {"subject": "Kitchen", "message": "When may you come by?"}


@pytest.fixture
async def dana(owner, world):
    """The client whose token the world has, filed under an email."""
    await owner.execute(
        "insert into client (business_id, uid, first_name, email) values ($1, $2, 'Dana', 'dana@x.example')",
        world.first.id,
        world.client_uid,
    )
    await owner.execute(
        "insert into client_key (business_id, kind, key, client_uid) values ($1, 'email', 'dana@x.example', $2)",
        world.first.id,
        world.client_uid,
    )
    return owner


@pytest.fixture
def submit(ask, world):
    """Submit the contact form of the first business as its client."""

    async def submit(answers, business=None, **more):
        url = PORTAL.format((business or world.first).uid) + "/submit"
        return await ask.post(url, **{"token": world.client_token, "json": {"form_data": {"fields": answers}}} | more)

    return submit


async def a_field(ask, world, **more):
    body = {"type": "singleline", "label": "Budget", "forms": ["leave_details"], "object_type": "contact"} | more
    return (await ask.post("/platform/v1/fields", token=world.first.token, json=body)).json["data"]


async def test_fields_are_made_got_changed_and_taken_away(ask, world):
    made = await a_field(ask, world, type="dropdown", options=["Small", "Large"], default_value="small")
    url = f"/platform/v1/fields/{made['id']}"
    changed = await ask("PUT", url, token=world.first.token, json={"label": "Size", "type": "dropdown"})
    gone = await ask("DELETE", url, token=world.first.token)

    assert (made["options"], made["deleted"], made["object_type"]) == (["Small", "Large"], False, "contact")
    assert (changed.json["data"]["label"], changed.json["data"]["options"]) == ("Size", ["Small", "Large"])
    assert gone.json == {"status": "OK"}
    assert (await ask.get(url, token=world.first.token)).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"type": "dropdown", "label": "x"},
        {"type": "datepicker", "label": "x", "default_value": "tomorrow"},
        {"type": "king", "label": "x"},
        {"type": "name"},
        {"type": "singleline", "label": "x", "options": ["a"]},
        {"type": "singleline", "label": "x", "forms": ["nowhere"]},
        {"type": "singleline", "label": []},
    ],
)
async def test_a_field_that_cannot_be_is_refused(ask, world, owner, body):
    assert (await ask.post("/platform/v1/fields", token=world.first.token, json=body)).status == 422
    assert await owner.fetchval("select count(*) from card_field") == 0


async def test_a_blank_for_a_list_of_a_field_is_absent(ask, world):
    made = await a_field(ask, world)
    url = f"/platform/v1/fields/{made['id']}"
    kept = await ask("PUT", url, token=world.first.token, json={"forms": "", "options": " "})
    new = await ask.post(
        "/platform/v1/fields", token=world.first.token, json={"type": "singleline", "label": "Rooms", "forms": ""}
    )

    assert (kept.status, kept.json["data"]["forms"]) == (200, ["leave_details"])
    assert (new.status, new.json["data"]["forms"]) == (201, ["client_card"])


async def test_a_field_keeps_its_type_and_its_business_and_built_in_ones_stay(ask, world):
    made = await a_field(ask, world)
    url = f"/platform/v1/fields/{made['id']}"
    tried = [
        await ask("PUT", url, token=world.first.token, json={"type": "checkbox"}),
        await ask("PUT", "/platform/v1/fields/email", token=world.first.token, json={"label": "Mine"}),
        await ask("DELETE", "/platform/v1/fields/email", token=world.first.token),
        await ask("PUT", url, token=world.second.token, json={"label": "Theirs"}),
        await ask("DELETE", url, token=world.outsider.business.token),
    ]

    assert [each.status for each in tried] == [422, 422, 422, 404, 404]


async def test_the_card_is_listed_in_pages_built_in_fields_first(ask, world):
    await a_field(ask, world)
    told = [
        (await ask.get(f"/platform/v1/fields?per_page=4&page={n}", token=world.first.token)).json["data"]
        for n in (1, 2)
    ]

    assert [each["label"] for each in told[0] + told[1]][-2:] == ["Address", "Budget"]
    assert len(told[0]) == 4


async def test_forms_tell_what_each_asks_for(ask, world):
    await a_field(ask, world, required=True)
    forms = {each["type"]: each for each in (await ask.get("/platform/v1/forms", token=world.first.token)).json["data"]}

    asked = forms["leave_details"]["sections"][0]["fields"]
    assert [each["id"] for each in asked[:2]] == ["first_name", "last_name"]
    assert asked[-1]["required"] is True
    assert "Budget" not in str(forms["scheduling"])


async def test_the_contact_form_comes_in_rows(ask, world):
    told = await ask.get(PORTAL.format(world.first.uid) + "/get_form", token=world.client_token)
    form = told.json["data"]

    assert form["type"] == "leave_details"
    assert [each["type"] for each in form["sections"]] == ["message_info", "fields", "policies"]
    assert [[field["id"] for field in row] for row in form["sections"][0]["fields"]] == [["subject"], ["message"]]


async def test_a_submitted_form_is_a_lead_of_the_tokens_own_client(submit, dana, ask, world, running):
    owner, services = dana, running[1]
    field = await a_field(ask, world)
    told = await submit(ANSWERS | {field["id"]: "15,000", "email": "other@x.example"})
    await services.behind.flush()
    lead = await owner.fetchrow("select * from lead")

    assert (told.status, told.json["data"]["uid"]) == (200, world.client_uid)
    assert told.json["data"]["conversation_uid"] == lead["conversation_uid"]
    assert told.json["data"]["id"] == number_of(lead["message_uid"])
    assert await owner.fetchval("select title from conversation") == "Kitchen"
    assert "other@x.example" in str(await owner.fetchval("select parts from message"))
    assert await owner.fetchval("select fields ->> $1 from client", field["id"]) == "15,000"
    facts = await owner.fetchval("select facts from outbox where kind = 'lead'")
    assert facts["notifications"] == ["email"]
    assert {"lead/created", "contact_form/created"} <= set(facts["events"])
    assert await owner.fetchval("select count(*) from request_log where operation = 'submit_contact_form'") == 1


async def test_an_empty_required_field_is_refused_as_upstream_words_it(submit, dana, ask, world, owner):
    field = await a_field(ask, world, required=True)
    told = await submit({"subject": " "})

    assert (told.status, told.json["success"]) == (422, False)
    empty = [(each["code"], each["field"]) for each in told.json["errors"]]
    assert empty == [("invalid", "subject"), ("invalid", "message"), ("invalid", field["id"])]
    assert {each["message"] for each in told.json["errors"]} == {"This field cannot be empty"}
    assert await owner.fetchval("select count(*) from lead") == 0


@pytest.mark.parametrize("form_data", [[], "x", None, {"fields": []}, {"fields": {"subject": {}}}])
async def test_a_form_that_is_no_object_of_texts_is_refused(submit, form_data):
    told = await submit({}, json={"form_data": form_data})

    assert told.status == 422


async def test_a_client_who_is_found_by_nothing_needs_an_email(submit):
    told = await submit(ANSWERS)

    assert (told.status, told.json["errors"][0]["field"]) == (422, "email")


@pytest.mark.parametrize("email", ["dana@x.example", "nobody@x.example"])
async def test_a_client_who_is_found_by_nothing_does_not_learn_whose_an_email_is(submit, owner, world, email):
    await owner.executemany(
        "insert into client (business_id, uid, first_name) values ($1, $2, $3)",
        [(world.first.id, world.client_uid, "Eve"), (world.first.id, "danas0uid0000000", "Dana")],
    )
    await owner.execute(
        "insert into client_key (business_id, kind, key, client_uid) "
        "values ($1, 'email', 'dana@x.example', 'danas0uid0000000')",
        world.first.id,
    )
    told = await submit(ANSWERS | {"email": email})
    lead = await owner.fetchrow("select * from lead")

    assert (told.status, told.json["data"]["uid"]) == (200, world.client_uid)
    assert "danas0uid" not in str(told.json)
    assert told.json["data"]["conversation_uid"] == lead["conversation_uid"]
    assert (lead["client_uid"] == "danas0uid0000000") is (email == "dana@x.example")


@pytest.mark.parametrize("origin", ["", [], "x", {"s": {}}, {"s": "x" * 20_000}, {"s": ["a"], "o": 5}])
async def test_origin_data_is_not_validated_and_what_cannot_be_is_not_kept(submit, dana, origin):
    told = await submit({}, json={"form_data": {"fields": ANSWERS}, "source_data": origin})

    assert told.status == 200
    assert await dana.fetchval("select source_url from conversation") is None


async def test_a_client_has_no_form_of_another_business_and_staff_have_none(submit, ask, world):
    foreign = await submit(ANSWERS, business=world.second)
    nobody = await ask.get(PORTAL.format("nobody") + "/get_form", token=world.client_token)
    staff = await ask.get(PORTAL.format(world.first.uid) + "/get_form", token=world.first.token)

    assert [foreign.status, nobody.status, staff.status] == [404, 404, 401]


async def test_the_same_key_submits_once(submit, dana, owner):
    first, again = [await submit(ANSWERS, headers={"idempotency-key": "f"}) for _ in range(2)]

    assert first.json == again.json
    assert await owner.fetchval("select count(*) from lead") == 1


async def test_the_embed_code_is_the_same_for_every_name_escaped_and_kept_for_an_hour(ask):
    told = await ask.get('/api/experts/"><script>/embed_code?type=contact&width=300&height=400')

    assert "<script>" not in told.json["code"]
    assert 'width="300" height="400"' in told.json["code"]
    assert told.header("cache-control") == "public, max-age=3600"
    assert (await ask.get("/api/experts/x/embed_code?width=wide")).status == 422


def test_numbers_of_uids_are_exact_in_javascript():
    assert number_of("z" * 16) < 2**53
    assert number_of(mint()) <= number_of(mint())
    assert number_of("Not ours!") >= 0


PUT_FORM = "/platform/v1/forms"


async def test_a_form_asks_for_what_it_was_given_and_nothing_else(ask, world):
    made = [
        (
            await ask.post("/platform/v1/fields", token=world.first.token, json={"type": "singleline", "label": label})
        ).json
        for label in ("Budget", "Rooms")
    ]
    budget, rooms = (each["data"]["id"] for each in made)

    for wanted in ([budget, rooms], [rooms]):
        fields = [{"id": each, "required": True, "default_value": "3"} for each in ["email", *wanted]]
        told = await ask(
            "PUT", PUT_FORM, token=world.first.token, json={"type": "leave_details", "sections": [{"fields": fields}]}
        )
    listed = (await ask.get("/platform/v1/forms", token=world.first.token)).json["data"]

    assert told.status == 200
    own = [each for each in told.json["data"]["sections"][0]["fields"] if each["id"] in (budget, rooms)]
    assert [(each["id"], each["required"], each["default_value"]) for each in own] == [(rooms, True, "3")]
    assert told.json["data"] in listed
    card = next(each for each in listed if each["type"] == "client_card")
    assert {budget, rooms} <= {each["id"] for each in card["sections"][0]["fields"]}


async def test_a_form_that_cannot_be_is_refused_and_nothing_changed(ask, world):
    before = (await ask.get("/platform/v1/forms", token=world.first.token)).json
    for body in (
        {},
        {"type": "leave_details"},
        {"type": "nothing", "sections": []},
        {"type": "leave_details", "sections": "x"},
        {"type": "leave_details", "sections": [{"fields": [{"id": "of nobody"}]}]},
        {"type": "leave_details", "sections": [{"fields": [{"required": "perhaps"}]}]},
    ):
        assert (await ask("PUT", PUT_FORM, token=world.first.token, json=body)).status == 422, body

    assert (await ask.get("/platform/v1/forms", token=world.first.token)).json == before
