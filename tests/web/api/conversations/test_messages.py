"""Messages, written and read, in upstream's shapes."""

import re

import pytest

from leadhall.conversations.messages import TEXT_MOST_BYTES
from tests.web.leads import send_lead

MESSAGE = "/platform/v1/messages"
UPSTREAMS_KEYS = {
    "uid", "text", "sub_type", "title", "subject", "direction", "created_at", "created_at_h", "updated_at",
    "conversation_uid", "message_type", "message_of", "channels", "channel_uid", "documents", "attachments", "staff",
    "mail_sent", "mail_delivered", "mail_read", "was_read", "trust", "external_data",
}  # fmt: skip


@pytest.fixture
async def lead(ask, world):
    """A lead: `uid` of its client, `conversation_uid`."""
    return await send_lead(ask, world.first.token, email="dana@example.com", request_title="Kitchen")


@pytest.fixture
def send(ask, world, lead):
    """`await send(text="…")`: a message to the lead's client; its answer."""

    async def send(token=None, headers=None, **more):
        message = {"client_id": lead["uid"], "text": "Hello", "direction": "business_to_client"} | more
        return await ask.post(MESSAGE, token=token or world.first.token, headers=headers, json={"message": message})

    return send


@pytest.fixture
def listed(ask, world, lead):
    async def listed(uid=None, token=None, query=""):
        uid = uid or lead["conversation_uid"]
        told = await ask.get(f"/v2/conversations/{uid}/messages{query}", token=token or world.first.token)
        assert told.status == 200, told.content
        return told.json

    return listed


async def test_a_message_joins_the_clients_newest_conversation_and_is_answered_as_upstream_does(
    send, listed, lead, world
):
    told = await send(channels="email", conversation_title="Another")

    assert told.status == 201
    assert told.json["status"] == "OK"
    assert set(told.json["data"]) == {"id", "uid", "conversation_uid"}
    assert told.json["data"]["conversation_uid"] == lead["conversation_uid"]
    assert isinstance(told.json["data"]["id"], int)
    newest, first = await listed()
    assert (set(newest) - {"deliveries"}, set(first)) == (UPSTREAMS_KEYS, set(newest))
    assert (newest["uid"], newest["text"]) == (told.json["data"]["uid"], "Hello")
    assert (newest["direction"], newest["message_of"], newest["channels"]) == (
        "business_to_client",
        "business",
        ["email"],
    )
    assert (newest["staff"]["uid"], newest["staff"]["display_name"]) == (world.first.owner, "Ann Owner")
    assert (first["message_type"], first["message_of"], first["staff"]) == ("api", "client", None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", newest["created_at"])


async def test_a_message_to_a_client_without_a_conversation_begins_one(send, listed, owner, lead):
    await owner.execute("update conversation set deleted_at = now()")
    told = await send(conversation_title="The visit")

    uid = told.json["data"]["conversation_uid"]
    assert uid != lead["conversation_uid"]
    assert [each["title"] for each in await listed(uid)] == ["The visit"]


async def test_what_a_client_told_by_other_means_is_unread_and_told_to_subscribers(send, ask, owner, world, lead):
    await send()
    told = await send(direction="client_to_business", text="She called: Tuesday")

    assert told.status == 201
    [thread] = (await ask.get("/platform/v1/conversations", token=world.first.token)).json["data"]["conversations"]
    assert (thread["business_unread"], thread["last_business_action"]) == (True, "message")
    facts = await owner.fetchval(
        "select facts from outbox where facts ->> 'message_uid' = $1", told.json["data"]["uid"]
    )
    assert facts["events"][0] == "message/client_sent_message"


async def test_what_a_test_token_writes_is_a_test_either_way(send, owner, world):
    for direction in ("business_to_client", "client_to_business"):
        assert (await send(token=world.test_token, direction=direction)).status == 201

    rows = await owner.fetch("select facts from outbox where kind = 'message'")
    assert [row["facts"]["is_test"] for row in rows] == [True, True]


async def test_a_directory_and_an_app_write_too_and_may_name_who_of_the_staff_does(send, listed, world):
    on_behalf = {"x-on-behalf-of": world.first.uid}
    assert (await send(token=world.directory.token, headers=on_behalf, staff_id=world.colleague)).status == 201
    assert (await send(token=world.app.token)).status == 201

    assert [each["staff"] and each["staff"]["uid"] for each in await listed()] == [None, world.colleague, None]


WRONG = [
    ({"client_id": None}, "missing", "message.client_id"),
    ({"client_id": "nobody"}, "not_found", "message.client_id"),
    ({"client_id": ["x"]}, "not_text", "message.client_id"),
    ({"text": ""}, "missing", "message.text"),
    ({"text": {"a": 1}}, "not_text", "message.text"),
    ({"text": "é" * (TEXT_MOST_BYTES // 2 + 1)}, "too_long", "message.text"),
    ({"direction": "sideways"}, "invalid", "message.direction"),
    ({"channels": "pigeon"}, "invalid", "message.channels"),
    ({"staff_id": "nobody"}, "invalid", "message.staff_id"),
    ({"conversation_uid": "nothing"}, "not_found", "message.conversation_uid"),
    ({"conversation_title": "x" * 256}, "too_long", "message.conversation_title"),
]


async def test_what_cannot_be_sent_names_the_fault_and_changes_nothing(send, owner):
    told = [await send(**wrong) for wrong, *_ in WRONG]

    assert {each.status for each in told} == {422}
    first = [each.json["errors"][0] for each in told]
    assert [(each["code"], each["field"]) for each in first] == [(code, field) for _, code, field in WRONG]
    assert await owner.fetchval("select count(*) from message") == 1
    assert await owner.fetchval("select count(*) from outbox where kind = 'message'") == 0


async def test_every_fault_of_a_message_is_named_at_once(send):
    told = await send(client_id=[], text="é" * TEXT_MOST_BYTES, direction="sideways", channels="pigeon", staff_id={})

    assert {each["field"].removeprefix("message.") for each in told.json["errors"]} == {
        *("client_id", "text", "direction", "channels", "staff_id")
    }


async def test_a_body_without_a_message_names_it_and_what_may_not_be_set_is_not(ask, send, owner, world, lead):
    for body in ({}, {"message": None}, {"message": "x"}, {"message": {}}):
        assert (await ask.post(MESSAGE, token=world.first.token, json=body)).status == 422

    other = {"business_id": world.second.uid, "uid": "mine", "revision": 99, "token_uid": "x"}
    assert (await send(**other)).status == 201
    row = await owner.fetchrow("select business_id, uid, revision from message order by uid desc limit 1")
    assert (row["business_id"], row["revision"]) == (world.first.id, 2)
    assert row["uid"] != "mine"


async def test_nobody_writes_to_or_reads_the_clients_of_others(send, ask, world, lead):
    told = await send(token=world.outsider.business.token)
    assert (told.status, told.json["error_code"]) == (422, "not_found")

    path = f"/v2/conversations/{lead['conversation_uid']}/messages"
    for token in (world.outsider.business.token, world.second.token):
        missing = await ask.get("/v2/conversations/nothing/messages", token=token)
        foreign = await ask.get(path, token=token)
        assert (foreign.status, foreign.json["error"]) == (404, "Couldn't find Conversation")
        assert missing.json["errors"] == foreign.json["errors"]
        assert (await ask.post(path, token=token, json={"text": "x"})).status == 404


async def test_an_answer_in_a_conversation_is_html_of_which_the_text_is_sent(ask, listed, world, lead):
    path = f"/v2/conversations/{lead['conversation_uid']}/messages"
    html = "<p>Dear <b>Dana</b>,</p><blockquote>you asked</blockquote><script>alert(1)</script>Fish &amp; chips"
    told = await ask.post(path, token=world.first.token, json={"text": html, "channels": ["email"], "channel_uid": "x"})
    plain = await ask.post(path, token=world.first.token, json={"text": "one &lt; two\nthree"})

    assert (told.status, set(told.json) - {"deliveries"}) == (201, UPSTREAMS_KEYS)
    assert told.json["text"].split() == ["Dear", "Dana,", "you", "asked", "Fish", "&", "chips"]
    assert (plain.json["text"], plain.json["channels"]) == ("one < two\nthree", ["email"])
    for wrong in ({"text": "<p></p>"}, {}, {"text": "x", "channels": ["fax"]}):
        assert (await ask.post(path, token=world.first.token, json=wrong)).status == 422


async def test_messages_come_in_pages_and_since_a_time(send, listed, ask, world, lead):
    for n in range(3):
        await send(text=f"{n}")

    assert [each["text"] for each in await listed(query="?per_page=2")] == ["2", "1"]
    assert [each["message_type"] for each in await listed(query="?per_page=2&page=2")] == ["message", "api"]
    assert await listed(query="?last_update=2199-01-01T00:00:00Z") == []
    assert len(await listed(query="?last_update=2020-01-01&per_page=1000")) == 4
    path = f"/v2/conversations/{lead['conversation_uid']}/messages"
    for query in ("page=0", "page=abc", "per_page=0", "last_update=yesterday", "last_update=0001-01-01T00:00%2B14:00"):
        assert (await ask.get(f"{path}?{query}", token=world.first.token)).status == 422


async def test_all_messages_have_pivots_directions(send, ask, world, lead):
    await send()
    other = await send_lead(ask, world.first.token)

    async def activity(query=""):
        told = await ask.get(f"/v3/communication/activity_messages{query}", token=world.first.token)
        assert (told.status, told.json["success"]) == (200, True)
        return told.json["data"]

    data = await activity()
    assert (data["page"], data["per_page"], data["total_count"]) == (1, 25, 3)
    told = [(each["conversation_uid"], each["type"], each["direction"]) for each in data["activity_messages"]]
    assert told == [
        (other["conversation_uid"], "api", "client_to_pivot"),
        (lead["conversation_uid"], "message", "pivot_to_client"),
        (lead["conversation_uid"], "api", "client_to_pivot"),
    ]
    one = await activity(f"?filter[contact_uid]={lead['uid']}&per_page=1")
    assert (len(one["activity_messages"]), one["total_count"]) == (1, 2)
    assert (await activity(f"?filter[conversation_uid]={other['conversation_uid']}"))["total_count"] == 1
    assert (await activity("?filter[contact_uid]=nobody"))["activity_messages"] == []


# with a client's token


@pytest.fixture
def write(ask, world, owner):
    """`await write({...})`: what the client of the known world writes; it has a row from the first on."""

    async def write(body, known=True):
        if known:
            await owner.execute(
                "insert into client (business_id, uid, first_name) values ($1, $2, 'Dana') on conflict do nothing",
                world.first.id,
                world.client_uid,
            )
        return await ask.post("/client/messaging/v1/messages", token=world.client_token, json=body)

    return write


async def test_a_client_writes_to_the_business(write, owner, world):
    told = await write({"message": {"message": "When?", "subject": "Visit"}, "matter_uid": world.client_uid})

    assert told.status == 201
    assert told.json == {
        "success": True,
        "data": {
            "message": {"business_uid": world.first.uid, "message_uid": told.json["data"]["message"]["message_uid"]}
        },
    }
    row = await owner.fetchrow("select m.*, c.title from message m join conversation c on c.uid = m.conversation_uid")
    assert (row["text"], row["direction"], row["title"]) == ("When?", "client_to_business", "Visit")
    again = {"message": {"message": "Or?", "entity": {"type": "conversation", "uid": row["conversation_uid"]}}}
    assert (await write(again)).status == 201
    assert await owner.fetchval("select count(*) from conversation") == 1


async def test_what_a_client_cannot_write_is_refused_and_changes_nothing(write, owner, lead, world):
    assert (await write({"message": {"message": "x"}}, known=False)).status == 404
    wrong = [
        {},
        {"message": {"message": " "}},
        {"message": {"message": "x" * (TEXT_MOST_BYTES + 1)}},
        {"message": {"message": "x"}, "matter_uid": lead["uid"]},
        {"message": {"message": "x", "entity": {"type": "conversation", "uid": lead["conversation_uid"]}}},
        {"message": {"message": "x", "entity": "conversation"}},
    ]
    for body in wrong:
        told = await write(body)
        assert (told.status, told.json["success"]) == (422, False)
    assert await owner.fetchval("select count(*) from message") == 1
