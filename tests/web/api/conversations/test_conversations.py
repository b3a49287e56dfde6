"""`GET /platform/v1/conversations` and those of a client, in upstream's shapes."""

import re

import pytest

from tests.web.leads import send_lead

UPSTREAMS_KEYS = {
    "id", "client_id", "business_id", "staff_id", "title", "business_unread", "client_unread", "last_business_action",
    "last_client_action", "deep_link", "created_at", "updated_at",
}  # fmt: skip


@pytest.fixture
def listed(ask, world):
    async def listed(path="/platform/v1/conversations", token=None, **more):
        told = await ask.get(path, token=token or world.first.token, **more)
        assert told.status == 200, told.content
        return told.json["data"]["conversations"]

    return listed


async def ids_of(listed, *args, **more):
    return [each["id"] for each in await listed(*args, **more)]


async def test_a_leads_conversation_is_listed_with_upstreams_keys(ask, world, listed):
    lead = await send_lead(ask, world.first.token, request_title="Kitchen")

    [thread] = await listed()

    assert set(thread) == UPSTREAMS_KEYS
    assert (thread["id"], thread["client_id"]) == (lead["conversation_uid"], lead["uid"])
    assert (thread["business_id"], thread["staff_id"]) == (world.first.uid, world.first.owner)
    assert (thread["title"], thread["business_unread"], thread["client_unread"]) == ("Kitchen", True, False)
    assert (thread["last_business_action"], thread["last_client_action"]) == ("", "message")
    assert thread["deep_link"] == f"/app/conversations/{lead['conversation_uid']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", thread["updated_at"])


async def test_conversations_come_newest_first_and_in_pages(ask, world, listed):
    made = [(await send_lead(ask, world.first.token))["conversation_uid"] for _ in range(3)][::-1]

    assert await ids_of(listed, "/platform/v1/conversations?per_page=2") == made[:2]
    assert await ids_of(listed, "/platform/v1/conversations?per_page=2&page=2") == made[2:]
    assert await ids_of(listed, f"/platform/v1/conversations?after={made[0]}") == made[1:]


async def test_a_clients_conversations_are_its_own(ask, world, listed):
    one = await send_lead(ask, world.first.token, email="one@example.com")
    again = await send_lead(ask, world.first.token, email="one@example.com")
    await send_lead(ask, world.first.token)
    its = [again["conversation_uid"], one["conversation_uid"]]

    assert await ids_of(listed, f"/platform/v1/clients/{one['uid']}/conversations") == its
    assert await ids_of(listed, f"/platform/v1/conversations?client_id={one['uid']}") == its


async def test_conversations_of_a_client_that_is_not_there_are_a_422(ask, world):
    theirs = await send_lead(ask, world.outsider.business.token)
    for uid in (theirs["uid"], "nobody"):
        told = await ask.get(f"/platform/v1/clients/{uid}/conversations", token=world.first.token)
        assert (told.status, told.json["error_code"]) == (422, "not_found")


@pytest.fixture
async def folders(ask, world, owner):
    """One conversation for each state, by name."""
    states = {
        "new": "title = title",
        "read": "business_unread = 0",
        "answered": "business_unread = 0, last_business_action = 'message'",
        "archived": "archived_at = now()",
        "spam": "spam_at = now()",
        "deleted": "deleted_at = now()",
    }
    made = {}
    for name, state in states.items():
        made[(await send_lead(ask, world.first.token))["conversation_uid"]] = name
        await owner.execute(f"update conversation set {state} where uid = $1", list(made)[-1])
    return made


@pytest.mark.parametrize(
    ("folder", "holds"),
    [
        ("inbox", {"new", "read", "answered"}),
        ("attention", {"new"}),
        ("sent", {"answered"}),
        ("archived", {"archived"}),
        ("trash", {"deleted"}),
        ("follow_up", set()),
        ("all", {"new", "read", "answered", "archived", "spam"}),
        ("no such folder", {"new", "read", "answered", "archived", "spam"}),
        ("", {"new", "read", "answered", "archived", "spam"}),
    ],
)
async def test_a_folder_holds_the_conversations_of_its_kind(listed, folders, folder, holds):
    uids = await ids_of(listed, f"/platform/v1/conversations?folder={folder.replace(' ', '+')}")

    assert {folders[uid] for uid in uids} == holds


async def test_folders_are_for_staff_tokens_and_others_see_all(listed, folders, world):
    uids = await ids_of(
        listed,
        "/platform/v1/conversations?folder=archived",
        token=world.directory.token,
        headers={"x-on-behalf-of": world.first.uid},
    )

    assert len(uids) == 5


async def test_an_app_is_refused_as_upstream_refuses_it(ask, world):
    told = await ask.get("/platform/v1/conversations", token=world.app.token)

    assert told.status == 422
    assert (told.json["status"], told.json["error"]) == ("Error", "Unauthorized")


async def test_an_app_reads_a_clients_conversations(ask, world, listed):
    lead = await send_lead(ask, world.first.token)

    path = f"/platform/v1/clients/{lead['uid']}/conversations"
    assert await ids_of(listed, path, token=world.app.token) == [lead["conversation_uid"]]


async def test_nobody_sees_the_conversations_of_others(ask, world, listed):
    await send_lead(ask, world.first.token)

    assert await listed(token=world.second.token) == []
    assert await listed(token=world.outsider.business.token) == []
