"""Matters, tags, notes and settings of clients, in upstream's shapes (api.md 3.3, 3.8, 3.9)."""

import re

import pytest

from leadhall.clients.fields import create_field
from leadhall.search.index import index_some, mark_all
from leadhall.web.api.clients.notes import OPERATIONS
from tests.web.leads import send_lead

MATTERS = "/business/clients/v1/matters"
NOTES = "/v3/clients/client_notes"
SETTINGS = "/v3/clients/client_settings"


@pytest.fixture
async def uid(ask, world):
    return (await send_lead(ask, world.first.token, last_name="Levi", tags="web"))["uid"]


@pytest.fixture
def indexed(worker_pool):
    """The search index as it is a second later."""

    async def indexed():
        async with worker_pool.acquire() as connection:
            await mark_all(connection, None)
            await index_some(connection, most=100)

    return indexed


@pytest.fixture
def send(ask, world):
    async def send(method, path, body=None, token=None):
        told = await ask(method, path, token=token or world.first.token, json=body)
        return told.status, told.json

    return send


async def test_the_one_matter_of_a_client_is_found_by_every_filter(send, uid, indexed):
    await indexed()
    for path in (
        f"/business/clients/v1/contacts/{uid}/matters",
        f"{MATTERS}?contact_uid={uid}",
        f"{MATTERS}?filter[uid_in]=nobody,{uid}",
        f"{MATTERS}?filter[advanced][start_with]=dan",
        f"{MATTERS}?filter[advanced][start_with]=Levi",
    ):
        status, told = await send("GET", path)
        [matter] = told["data"]["matters"]
        assert (status, told["success"], matter["uid"], matter["display_name"]) == (200, True, uid, "Dana Levi")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", matter["created_at"])


async def test_without_a_filter_upstream_refuses_and_so_do_we(send, uid):
    for query in ("", "?page=1", "?filter[advanced][start_with]=", "?contact_uid=x&page=0"):
        assert (await send("GET", f"{MATTERS}{query}"))[0] == 422


async def test_a_name_is_no_pattern(send, uid, indexed):
    await indexed()
    for text in ("%", "_", "Da%", "'; drop table client; --"):
        assert (await send("GET", f"{MATTERS}?filter[advanced][start_with]={text.replace('%', '%25')}"))[1]["data"][
            "matters"
        ] == []


async def test_a_matter_that_is_not_there_is_upstreams_422(send):
    for method, path, body in (
        ("GET", "nobody", None),
        ("PUT", "nobody", {"matter": {}}),
        ("GET", "nobody/tags", None),
    ):
        status, told = await send(method, f"{MATTERS}/{path}", body)
        assert (status, told["success"], told["errors"][0]) == (
            422,
            False,
            {"code": "invalid", "field": None, "message": "This matter doesn't exist"},
        )


async def test_own_fields_are_written_at_the_matter(send, uid, owner, world):
    field = await create_field(owner, world.first.id, label="Budget")
    body = {"matter": {"fields": [{"id": field.id, "value": "15,000"}], "tags": ["vip"], "status": "customer"}}
    status, told = await send("PUT", f"{MATTERS}/{uid}", body)

    matter = told["data"]["matter"]
    assert (status, matter["fields"][0]["value"], matter["tags"], matter["status"]) == (
        200,
        "15,000",
        ["vip"],
        "customer",
    )
    wrong = await send("PUT", f"{MATTERS}/{uid}", {"matter": {"fields": [{"id": "first_name", "value": "x"}]}})
    assert (wrong[0], wrong[1]["errors"][0]["code"]) == (422, "invalid")


async def test_a_matter_is_reassigned_with_a_note(send, uid, world):
    body = {"staff_uid": world.colleague, "notes": "Over to you", "reassign_future_meetings": True}
    assert await send("PUT", f"{MATTERS}/{uid}/reassign", body) == (200, {"data": {}, "success": True})

    assert (await send("GET", f"{MATTERS}/{uid}"))[1]["data"]["matter"]["staff_uid"] == world.colleague
    assert (await send("GET", f"{MATTERS}/{uid}/notes"))[1]["data"]["notes"][0]["content"] == "Over to you"
    for body in ({"staff_uid": "nobody"}, {"staff_uid": world.outsider.business.owner}, {}):
        status, told = await send("PUT", f"{MATTERS}/{uid}/reassign", body)
        assert (status, told["errors"][0]["field"]) == (422, "staff_uid")


async def test_tags_go_on_and_off_many_and_one(send, ask, world, uid, owner):
    other = (await send_lead(ask, world.first.token))["uid"]
    body = {"new_api": True, "matters": {"uids": [uid, other]}, "tags": ["vip", "Web"]}
    assert await send("PUT", "/business/clients/v1/tags", body) == (200, {"data": None, "success": True})
    assert (await send("GET", f"{MATTERS}/{uid}/tags"))[1]["data"]["tags"] == ["web", "vip"]
    assert (await send("DELETE", "/business/clients/v1/tags?new_api=true", body))[0] == 200
    assert await send("POST", f"{MATTERS}/{uid}/tags", {"tag": "a"}) == (201, {"data": None, "success": True})
    assert (await send("DELETE", f"{MATTERS}/{other}/tags", {"tag": "a"}))[0] == 200

    assert (await send("GET", f"{MATTERS}/{uid}/tags"))[1]["data"]["tags"] == ["a"]
    body["matters"]["uids"] = [other, "nobody"]
    assert (await send("PUT", "/business/clients/v1/tags", body))[0] == 422
    assert await owner.fetchval("select tags from client where uid = $1", other) == []


async def test_a_note_is_written_read_and_deleted_in_both_shapes(send, uid, world):
    status, told = await send("POST", NOTES, {"matter_uid": uid, "content": "Oak"})
    note = told["data"]
    assert (status, note["staff_uid"], note["matter_uid"], note["summary"]) == (200, world.first.owner, uid, None)
    status, told = await send("GET", f"{NOTES}?matter_uid={uid}&per_page=1000")
    assert (told["data"]["client_notes"], told["paging"]) == ([note], {"page": 1, "per_page": 100, "total": 1})
    status, told = await send("PUT", f"{MATTERS}/{uid}/notes/{note['uid']}", {"note": {"content": "Beech"}})
    assert (status, told["data"]["note"]["content"]) == (200, "Beech")
    assert (await send("GET", f"{NOTES}/{note['uid']}"))[1]["data"]["content"] == "Beech"
    assert await send("DELETE", f"{NOTES}/{note['uid']}") == (200, {"data": None, "success": True})
    assert (await send("GET", f"{MATTERS}/{uid}/notes/{note['uid']}"))[0] == 404
    assert (await send("POST", f"{MATTERS}/{uid}/notes", {"note": {"content": "Oak"}}))[0] == 201


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_matter_that_is_not_there_is_a_422_and_a_note_that_it_has_not_a_404(send, ask, world, uid, method):
    other = (await send_lead(ask, world.first.token))["uid"]
    body = {"note": {"content": "Oak"}}
    note = (await send("POST", f"{MATTERS}/{uid}/notes", body))[1]["data"]["note"]["uid"]
    body = body if method == "PUT" else None
    nobodys, foreign = [
        await send(method, f"{MATTERS}/{matter}/notes/{note}", body, token=token)
        for matter, token in (("nobody", world.first.token), (uid, world.second.token))
    ]
    gone, others = [await send(method, f"{MATTERS}/{at}", body) for at in (f"{uid}/notes/x", f"{other}/notes/{note}")]

    assert [(status, told["error"]) for status, told in (nobodys, foreign)] == [(422, "This matter doesn't exist")] * 2
    assert [(status, told["error_code"]) for status, told in (gone, others)] == [(404, "not_found")] * 2
    assert (await send("GET", f"{MATTERS}/{uid}/notes/{note}"))[1]["data"]["note"]["content"] == "Oak"


async def test_a_note_of_a_merged_client_is_the_survivors_wherever_it_is_shown(send, ask, uid, world):
    gone = (await send_lead(ask, world.first.token, email="eve@x.example"))["uid"]
    note = (await send("POST", NOTES, {"matter_uid": gone, "content": "Oak"}))[1]["data"]
    merged = await send(
        "PUT", f"/platform/v1/clients/merges/merge_clients?to_client_uid={uid}&from_client_uids={gone}", {}
    )
    assert merged[0] == 200

    path = f"{NOTES}/{note['uid']}"
    [listed] = (await send("GET", f"{NOTES}?matter_uid={uid}"))[1]["data"]["client_notes"]
    changed = (await send("PUT", path, {"content": "Beech", "matter_uid": gone}))[1]["data"]
    assert {each["matter_uid"] for each in (listed, changed, (await send("GET", path))[1]["data"])} == {uid}


def test_a_change_of_a_note_offers_only_what_it_changes():
    change = next(each for each in OPERATIONS if each.name == "update_client_note")

    assert set(change.request.__struct_fields__) == {"title", "content"}


NOT_READ = [
    ("GET", NOTES, None, 400, {"code": "required", "field": "matter_uid", "message": "matter_uid is required"}),
    ("GET", f"{NOTES}?matter_uid=x&page=abc", None, 422, {"code": "invalid", "field": "page"}),
    ("POST", NOTES, {"matter_uid": "UID"}, 422, {"message": "At least one of title or content must be provided"}),
    ("POST", NOTES, {"matter_uid": "UID", "title": "x", "entity_type": "spy"}, 422, {"field": "entity_type"}),
    ("POST", NOTES, {"content": "x"}, 422, {"code": "missing", "field": "matter_uid"}),
    ("POST", f"{MATTERS}/UID/notes", {"note": "x"}, 422, {"code": "invalid", "field": "note"}),
    ("PUT", f"{SETTINGS}/UID", {"preferred_language": "klingon!"}, 422, {"field": "preferred_language"}),
    ("PUT", f"{SETTINGS}/UID", {"opt_out_transactional_sms": []}, 422, {"field": "opt_out_transactional_sms"}),
    ("PUT", f"{SETTINGS}/bulk", {"client_settings": {}}, 422, {"code": "missing"}),
    (
        "PUT",
        "/business/clients/v1/settings",
        {"settings": {"terms": {"selected": "boats"}}},
        422,
        {"code": "invalid"},
    ),
    ("PUT", "/business/clients/v1/tags", {"matters": {"uids": []}}, 422, {"code": "missing"}),
]


async def test_what_cannot_be_read_is_refused_by_name(send, uid):
    for method, path, given, status, fault in NOT_READ:
        body = given and {name: uid if value == "UID" else value for name, value in given.items()}
        answered, told = await send(method, path.replace("UID", uid), body)
        assert (path, answered, told["success"]) == (path, status, False)
        assert fault.items() <= told["errors"][0].items()


async def test_settings_of_one_and_of_many(send, uid):
    status, told = await send(
        "PUT", f"{SETTINGS}/{uid}", {"opt_out_transactional_sms": True, "preferred_language": "pt-BR"}
    )
    expected = {
        "client_uid": uid,
        "opt_out_transactional_sms": True,
        "preferred_language": "pt-BR",
        "effective_language": "pt-BR",
    }
    assert (status, told["data"], (await send("GET", f"{SETTINGS}/{uid}"))[1]["data"]) == (200, expected, expected)

    items = [
        {"client_uid": uid, "opt_out_transactional_sms": "no"},
        {"client_uid": "nobody"},
        {"preferred_language": "!"},
    ]
    status, told = await send("PUT", f"{SETTINGS}/bulk", {"client_settings": items})
    assert (status, told["data"]["updated"], told["data"]["failed"]) == (200, 1, 2)
    assert [[fault["code"] for fault in each["errors"]] for each in told["data"]["results"]] == [
        [],
        ["not_found"],
        ["missing", "invalid"],
    ]
    assert (await send("GET", f"{SETTINGS}/{uid}"))[1]["data"]["opt_out_transactional_sms"] is False


@pytest.mark.parametrize("business", ["first", "foreign", "none"])
@pytest.mark.parametrize("who", ["directory", "app"])
async def test_settings_of_many_are_for_staff_which_is_said_whatever_business_is_named(ask, world, who, business):
    token = {"directory": world.directory.token, "app": world.app.free_token}[who]
    named = {"first": world.first.uid, "foreign": world.outsider.business.uid, "none": ""}[business]
    told = await ask("PUT", f"{SETTINGS}/bulk", token=token, json={"x": 1}, headers={"x-on-behalf-of": named})

    assert (told.status, told.json["error"]) == (401, "Only staff tokens are allowed for bulk operations")
    assert [each["code"] for each in told.json["errors"]] == ["unauthorized"]


async def test_the_word_for_clients_is_chosen_and_shown(send, uid):
    body = {"settings": {"terms": {"selected": "properties"}}}
    status, told = await send("PUT", "/business/clients/v1/settings", body)
    assert (status, told["data"]["settings"]["terms"]["selected"]) == (200, "properties")
    assert (await send("GET", "/business/clients/v1/settings"))[1] == told

    assert (await send("GET", f"/platform/v1/clients/{uid}"))[1]["data"]["client"]["matter_term"] == "property"
    filters = (await send("GET", "/business/search/v1/view_filters"))[1]["data"]["view_filters"]
    assert [each["value"] for each in filters[0]["options"]] == ["lead", "customer", "loyal", "inactive"]
