"""Notification templates, and notices to staff by them."""

import pytest

from leadhall.notify.templates.content import CATEGORIES, LOCALES

TEMPLATES, SENT = "/v3/communication/notification_templates", "/v3/communication/staff_notifications"
BODY = {
    "code_name": "invoice_paid",
    "title": [{"locale": "en", "value": "Paid"}, {"locale": "de", "value": "Bezahlt"}],
    "description": [{"locale": "en", "value": "Tells who paid"}],
    "category": "payments",
    "configurable_by_staff": True,
    "content": {
        "staff_portal": {"title": [{"locale": "en", "value": "{{client}} paid"}], "deep_link": "/app/17"},
        "email": {
            "subject": "{{client}} paid",
            "main_text": "For {{ number }}.",
            "primary_cta_button": {"text": "See it", "url": "https://example.com/{{number}}"},
        },
        "sms": {"message_body": "{{client}} paid"},
    },
}


@pytest.fixture
def as_directory(world):
    """As upstream's own workflows call it: the directory's token for a business."""
    return {"token": world.directory.token, "headers": {"x-on-behalf-of": world.first.uid}}


@pytest.fixture
def create(ask, as_directory):
    async def create(**more):
        return await ask.post(TEMPLATES, **as_directory, json=BODY | more)

    return create


@pytest.fixture
async def template(create):
    told = await create()
    assert told.status == 201, told.content
    return told.json["data"]


@pytest.fixture
def notify(ask, as_directory, world, template):
    async def notify(**more):
        body = {
            "staff_uid": world.first.owner,
            "notification_template_code_name": template["code_name"],
            "locale": "en",
            "params": [{"key": "client", "value": "Dana"}, {"key": "number", "value": "17"}],
        }
        return await ask.post(SENT, **as_directory, json=body | more)

    return notify


async def test_a_template_is_made_listed_got_changed_and_deleted(ask, as_directory, template):
    assert template["delivery_channel"] == ["pane", "email", "sms"]
    assert template["content"] == BODY["content"]
    path = f"{TEMPLATES}/{template['uid']}"

    listed = await ask.get(f"{TEMPLATES}?sort=updated_at:desc&per_page=5", **as_directory)
    assert listed.json["data"]["notification_templates"] == [template]
    assert listed.json["paging"] == {"page": 1, "per_page": 5, "total": 1}
    changed = await ask("PUT", path, **as_directory, json={"category": "account", "title": "Paid at last"})
    assert (changed.status, changed.json["data"]["category"]) == (200, "account")
    assert changed.json["data"]["content"] == BODY["content"]
    assert (await ask.get(path, **as_directory)).json == changed.json
    gone = await ask("DELETE", path, **as_directory)
    assert gone.json == {"success": True, "message": "Notification template deleted successfully"}
    missing = await ask.get(path, **as_directory)
    assert (missing.status, missing.json["success"]) == (404, False)
    assert missing.json["errors"][0] | {"field": None} == {
        "code": "not_found",
        "message": "Notification template not found",
        "field": None,
    }


WRONG = [
    ({"code_name": None}, "code_name"),
    ({"code_name": "a b"}, "code_name"),
    ({"code_name": "x" * 101}, "code_name"),
    ({"title": []}, "title"),
    ({"title": [{"locale": "xx", "value": "x"}]}, "title[0].locale"),
    ({"title": [{"locale": "en"}]}, "title[0].value"),
    ({"title": [{"locale": "en", "value": "a"}, {"locale": "en", "value": "b"}]}, "title"),
    ({"title": 3, "description": {"a": 1}}, "description.locale"),
    ({"category": "gossip"}, "category"),
    ({"configurable_by_staff": None}, "configurable_by_staff"),
    ({"configurable_by_staff": "perhaps"}, "configurable_by_staff"),
    ({"content": {}}, "content"),
    ({"content": {"fax": {"title": "x"}}}, "content"),
    ({"content": {"email": {"subject": "x"}}}, "content.email.main_text"),
    ({"content": {"sms": {"message_body": "x" * 4001}}}, "content.sms.message_body"),
    ({"content": "x"}, "content"),
    ({"trigger_type": "moon"}, "trigger_type"),
    ({"delivery_channel": "pigeon"}, "delivery_channel"),
    ({"delivery_channel": "sms", "content": {"staff_portal": {"title": "x"}}}, "delivery_channel"),
]


async def test_a_template_that_cannot_be_is_a_400_that_names_the_fault(create, owner):
    for wrong, field in WRONG:
        told = await create(**wrong)
        assert (told.status, told.json["success"]) == (400, False)
        assert told.json["errors"][0]["code"] == "validation_error"
        assert told.json["errors"][0]["message"] == "The request contains invalid data"
        assert field in {each["field"] for each in told.json["errors"]}

    assert await owner.fetchval("select count(*) from notification_template") == 0


async def test_every_category_and_locale_of_upstream_is_taken(create):
    title = [{"locale": locale, "value": "x"} for locale in LOCALES]
    made = [await create(code_name=f"t{n}", category=each, title=title) for n, each in enumerate(CATEGORIES)]

    assert {told.status for told in made} == {201}


async def test_a_code_name_is_there_once_and_lists_are_asked_for_as_they_can_be(
    ask, create, template, as_directory, world
):
    assert (await create()).status == 409
    other = (await create(code_name="other")).json["data"]
    assert (
        await ask("PUT", f"{TEMPLATES}/{other['uid']}", **as_directory, json={"code_name": template["code_name"]})
    ).status == 409
    for query in ("sort=uid;drop:desc", "sort=updated_at", "page=0", "page=abc"):
        told = await ask.get(f"{TEMPLATES}?{query}", **as_directory)
        assert (told.status, told.json["success"], told.json["error_code"]) == (400, False, "validation_error")
        assert told.json["errors"][1]["field"] == query.partition("=")[0]
    assert (await ask.post(TEMPLATES, token=world.first.token, json=BODY)).status == 401
    theirs = {"token": world.outsider.business.token}
    assert (await ask.get(TEMPLATES, **theirs)).json["paging"]["total"] == 0
    assert (await ask.get(f"{TEMPLATES}/{template['uid']}", **theirs)).status == 404


async def test_a_notice_is_in_the_pane_at_once_and_asks_for_its_deliveries(notify, ask, as_directory, owner, world):
    told = await notify()

    assert told.status == 201
    notice = told.json["data"]
    assert (notice["staff_uid"], notice["pane_status"], notice["push_status"]) == (world.first.owner, "sent", None)
    assert (notice["email_status"], notice["sms_status"]) == (["in_process"], ["in_process"])
    assert (await ask.get(f"{SENT}/{notice['uid']}", **as_directory)).json == {"success": True, "data": notice}
    facts = await owner.fetchval("select facts from outbox where kind = 'staff_notification'")
    assert (facts["notification_uid"], facts["channels"]) == (notice["uid"], ["email", "sms"])
    said = await owner.fetchval("select content from staff_notification")
    assert (said["staff_portal"]["title"], said["email"]["main_text"]) == ("Dana paid", "For 17.")
    theirs = await ask.get(f"{SENT}/{notice['uid']}", token=world.outsider.business.token)
    assert (theirs.status, theirs.json["errors"][0]["message"]) == (404, "Staff notification not found")


NEVER_SENT = [
    ({"staff_uid": None}, 400),
    ({"staff_uid": "nobody"}, 404),
    ({"notification_template_code_name": "nothing"}, 404),
    ({"notification_template_code_name": ["x"]}, 400),
    ({"locale": "xx"}, 400),
    ({"params": "x"}, 400),
    ({"params": [{"value": "x"}]}, 400),
    ({"params": [{"key": "k", "value": "v"}] * 101}, 400),
    ({"params": [{"key": "number", "value": "1\n2 3"}]}, 400),
]


async def test_a_notice_that_cannot_be_sent_is_refused_and_nothing_is_made(notify, owner):
    for wrong, status in NEVER_SENT:
        told = await notify(**wrong)
        assert (told.status, told.json["success"]) == (status, False), told.content

    assert await owner.fetchval("select count(*) from staff_notification") == 0
    assert await owner.fetchval("select count(*) from outbox") == 0


async def test_nobody_of_another_business_is_notified(notify, world):
    assert (await notify(staff_uid=world.second.owner)).status == 404


async def test_the_channels_of_a_template_stay_until_they_are_named_or_have_nothing_to_say(ask, create, as_directory):
    """An operator who took the text away from a notice is not made to send it by who mends its title."""
    made = (await create(delivery_channel="pane,email")).json["data"]
    content, path = BODY["content"], f"{TEMPLATES}/{made['uid']}"
    for change, channels in [
        ({"title": "Paid!"}, ["pane", "email"]),
        ({"content": content}, ["pane", "email"]),
        ({"content": {"email": content["email"], "sms": content["sms"]}}, ["email"]),
        ({"content": {"sms": content["sms"]}}, ["sms"]),
        ({"content": content, "delivery_channel": ["pane", "sms"]}, ["pane", "sms"]),
    ]:
        told = await ask("PUT", path, **as_directory, json=change)
        assert (told.status, told.json["data"]["delivery_channel"]) == (200, channels), change


async def test_null_in_a_change_of_a_template_is_as_if_it_were_left_out(ask, template, as_directory):
    path = f"{TEMPLATES}/{template['uid']}"
    kept = await ask("PUT", path, **as_directory, json={"content": None, "title": "Paid!"})
    one = await ask("PUT", path, **as_directory, json={"content": {"sms": BODY["content"]["sms"], "email": None}})

    assert (kept.status, kept.json["data"]["content"]) == (200, template["content"])
    assert (one.status, set(one.json["data"]["content"])) == (200, {"sms"})
