"""Conversations of the v2 family, and the figures."""

import pytest

from tests.web.leads import send_lead

KEYS = {
    "uid", "title", "archived", "spam", "deleted", "business_unread", "client_unread", "follow_up", "follow_up_date",
    "follow_up_message", "campaign", "source_type", "message_count", "last_message", "client", "staff", "created_at",
    "updated_at",
}  # fmt: skip


@pytest.fixture
async def lead(ask, world):
    return await send_lead(ask, world.first.token, email="dana@example.com", request_title="Kitchen")


@pytest.fixture
def change(ask, world, lead):
    """`await change(archived=True)`; its answer."""

    async def change(uid=None, token=None, **body):
        uid = uid or lead["conversation_uid"]
        return await ask("PUT", f"/v2/conversations/{uid}", token=token or world.first.token, json=body)

    return change


async def test_a_conversation_is_changed_and_answered_unwrapped(change, owner, world, lead):
    told = await change(
        archived="yes", business_unread=False, follow_up_date="2026-12-01", follow_up_message="Call", campaign="Autumn"
    )

    assert (told.status, set(told.json)) == (200, KEYS)
    assert (told.json["uid"], told.json["client"]["uid"]) == (lead["conversation_uid"], lead["uid"])
    assert (told.json["archived"], told.json["business_unread"], told.json["follow_up"]) == (True, False, True)
    assert (told.json["follow_up_date"], told.json["follow_up_message"]) == ("2026-12-01T00:00:00.000Z", "Call")
    assert (told.json["campaign"], told.json["message_count"]) == ("Autumn", 1)
    assert (told.json["last_message"]["message_type"], told.json["staff"]["uid"]) == ("api", world.first.owner)
    rows = await owner.fetch("select act, staff_uid, token_uid from conversation_act order by uid")
    assert [row["act"] for row in rows] == ["archive", "read", "follow_up", "describe"]
    assert {row["staff_uid"] for row in rows} == {world.first.owner}
    assert None not in {row["token_uid"] for row in rows}


async def test_what_was_done_is_undone(change):
    await change(archived=True, spam=True, deleted=True, follow_up=True)
    told = await change(
        conversation={
            "archived": False,
            "spam": "false",
            "deleted": 0,
            "business_unread": True,
            "complete_follow_up": True,
        }
    )

    assert not any(told.json[name] for name in ("archived", "spam", "deleted", "follow_up"))
    assert told.json["business_unread"] is True
    assert (await change()).json == told.json


WRONG = {
    "archived": {"archived": "perhaps"},
    "spam": {"spam": {"a": 1}},
    "follow_up_date": {"follow_up_date": "31/12/2026"},
    "follow_up_message": {"follow_up_message": "x" * 1001},
    "campaign": {"campaign": ["x"]},
    "source_type": {"source_type": "x" * 256, "deleted": True},
}


async def test_a_change_that_cannot_be_changes_nothing(change, owner):
    for field, wrong in WRONG.items():
        told = await change(**wrong)
        assert (told.status, told.json["errors"][0]["field"]) == (422, field)

    assert await owner.fetchval("select count(*) from conversation_act") == 0
    assert await owner.fetchval("select deleted_at from conversation") is None


async def test_only_staff_change_and_nobody_the_conversations_of_others(change, world, owner):
    for token in (world.app.token, world.directory.token):
        assert (await change(token=token, archived=True)).status == 401
    missing = await change(uid="nothing", archived=True)
    foreign = await change(token=world.outsider.business.token, archived=True)
    assert (missing.status, foreign.status) == (404, 404)
    assert foreign.json["error"] == missing.json["error"] == "Couldn't find Conversation"

    assert (await change(business_id=world.second.uid, archived=True)).status == 401
    assert (await change(assigned_staff_uid=world.second.owner, uid="mine", revision=9)).status == 404
    assert (await change(assigned_staff_uid=world.second.owner, revision=9)).status == 200
    assert await owner.fetchval("select assigned_staff_uid from conversation") is None


async def test_whole_conversations_are_listed_with_their_clients(ask, world, lead):
    told = await ask.get("/v2/conversations?folder=inbox&per_page=1", token=world.first.token)

    [one] = told.json["data"]
    assert (set(one), one["uid"], one["client"]["uid"]) == (KEYS, lead["conversation_uid"], lead["uid"])
    assert one["client"]["email"] == "dana@example.com"
    assert (await ask.get("/v2/conversations?folder=spam", token=world.outsider.business.token)).json == {"data": []}
    for query in ("page=0", "page=abc", "per_page=-1"):
        assert (await ask.get(f"/v2/conversations?{query}", token=world.first.token)).status == 422


async def test_the_figures_tell_the_first_answer_and_the_leads_of_each_day(ask, world, lead):
    body = {"message": {"client_id": lead["uid"], "text": "Hello", "direction": "business_to_client"}}
    await ask.post("/platform/v1/messages", token=world.first.token, json=body)
    await send_lead(ask, world.first.token, source="Website")

    told = await ask.get("/ext/v1/stats", token=world.first.token)

    answered = told.json["first_answer"]
    assert (told.status, answered["leads"], answered["answered"]) == (200, 2, 1)
    assert 0 <= answered["median_s"] == answered["p90_s"] < 60
    assert [(each["source"], each["leads"]) for each in told.json["leads_per_day"]] == [(None, 1), ("Website", 1)]
    assert (await ask.get("/ext/v1/stats", token=world.second.token)).json["first_answer"]["leads"] == 0


NO_SPANS = (
    "since=yesterday",
    "until=0001-01-01T00:00%2B14:00",
    "since=2026-11-02&until=2026-11-01",
    "since=2024-01-01&until=2026-01-01",
)


async def test_a_span_that_is_none_is_refused(ask, world):
    told = [await ask.get(f"/ext/v1/stats?{query}", token=world.first.token) for query in NO_SPANS]

    assert [each.status for each in told] == [422] * len(NO_SPANS)
