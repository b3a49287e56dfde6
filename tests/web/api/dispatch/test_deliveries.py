"""The delivery log, suppressions and preferences by API."""

from datetime import timedelta

import pytest

from leadhall.dispatch.claim import claim, clock_of
from leadhall.dispatch.settle import Try, settle
from leadhall.dispatch.verdict import judge
from leadhall.events.outcome import Later, Never, Sent
from tests.dispatch.world import a_delivery, row_of
from tests.web.leads import send_lead


async def try_all(owner, outcome):
    there = await clock_of(owner)
    usual = {"email": 50, "sms": 50, "webhook": 50}
    taken = await claim(owner, {}, usual, most=50, leases_before=there + timedelta(minutes=1))
    await settle(owner, [Try(judge(each, outcome), 12) for each in taken])


async def log_of(ask, token, query="", status=200):
    told = await ask.get(f"/ext/v1/deliveries{query}", token=token)
    assert told.status == status, told.content
    return told.json["data"]["deliveries"]


async def test_a_delivery_is_shown_with_every_try_and_the_other_sides_words(ask, owner, world):
    uid = await a_delivery(owner, business_id=world.first.id, lead_uid="l")
    await try_all(owner, Later(answer="451 greylisted"))
    (shown,) = await log_of(ask, world.first.token)

    assert (shown["uid"], shown["state"], shown["last_error"]) == (uid, "waiting", "451 greylisted")
    assert shown["next_try_at"] > shown["created_at"]
    (attempt,) = shown["attempts"]
    assert (attempt["n"], attempt["outcome"], attempt["took_ms"], attempt["answer"]) == (
        1,
        "later",
        12,
        "451 greylisted",
    )
    one = await ask.get(f"/ext/v1/deliveries/{uid}", token=world.first.token)
    assert one.json["data"]["delivery"] == shown


async def test_the_log_is_filtered_and_paged_by_key(ask, owner, world):
    made = [await a_delivery(owner, business_id=world.first.id, lead_uid=f"l{n}") for n in range(5)]
    call = await a_delivery(owner, business_id=world.first.id, lane="webhook a.example 1", kind="webhook")
    await owner.execute(
        "update delivery set state = 'failed', created_at = now() - interval '3 days' where uid = $1", made[0]
    )

    async def uids(query):
        return [each["uid"] for each in await log_of(ask, world.first.token, query)]

    assert await uids("?channel=webhook") == [call]
    assert await uids("?kind=webhook") == [call]
    assert await uids("?state=failed") == [made[0]]
    assert await uids("?lead=l3") == [made[3]]
    assert len(await uids("?since=2020-01-01T00:00:00Z")) == 6
    assert len(await uids("?since=0001-01-01T00:30:00Z")) == 6
    assert (await ask.get("/ext/v1/deliveries?since=0001-01-01T00:00:00%2B23:59", token=world.first.token)).status < 500
    assert await uids("?until=2020-01-01T00:00:00Z") == []
    page = await ask.get("/ext/v1/deliveries?per_page=4", token=world.first.token)
    assert 'rel="next"' in page.header("link")
    assert await uids(f"?per_page=4&after={made[2]}") == [made[1], made[0]]


@pytest.mark.parametrize("query", ["?state=lost", "?per_page=0", "?since=yesterday", "?since=2026-01-01"])
async def test_a_filter_that_cannot_be_read_is_refused(ask, world, query):
    told = await ask.get(f"/ext/v1/deliveries{query}", token=world.first.token)

    assert told.status == 422


async def test_anothers_deliveries_are_not_there(ask, owner, world):
    theirs = await a_delivery(owner, business_id=world.outsider.business.id)

    assert await log_of(ask, world.first.token) == []
    for method, path in (("GET", f"/ext/v1/deliveries/{theirs}"), ("POST", f"/ext/v1/deliveries/{theirs}/retry")):
        foreign = await ask(method, path, token=world.first.token)
        missing = await ask(method, path.replace(theirs, "0" * 16), token=world.first.token)
        assert foreign.status == missing.status == 404
    assert (await row_of(owner, theirs))["due_at"] is not None


async def test_a_website_token_sees_no_log(ask, world):
    told = await ask.get("/ext/v1/deliveries", token=world.directory.website_token)

    assert told.status == 401


async def test_a_retry_begins_the_schedule_anew(ask, owner, world):
    uid = await a_delivery(owner, business_id=world.first.id)
    await try_all(owner, Never(answer="552 too big"))
    told = await ask.post(f"/ext/v1/deliveries/{uid}/retry", token=world.first.token)

    assert told.status == 201
    assert told.json["data"]["delivery"]["state"] == "waiting"
    row = await row_of(owner, uid)
    assert (row["attempts"], row["spared"], row["settled_at"]) == (1, 1, None)


async def test_what_was_taken_is_sent_again_only_when_it_is_a_webhook(ask, owner, world):
    mail = await a_delivery(owner, business_id=world.first.id)
    call = await a_delivery(owner, business_id=world.first.id, lane="webhook a.example 1")
    await try_all(owner, Sent(answer="ok"))

    statuses = [
        (await ask.post(f"/ext/v1/deliveries/{uid}/retry", token=world.first.token)).status for uid in (mail, call)
    ]
    assert statuses == [422, 201]


async def test_a_held_greeting_is_released(ask, owner, world):
    uid = await a_delivery(owner, business_id=world.first.id, kind="auto_reply")
    await owner.execute("update delivery set due_at = null, reason = 'held'")
    told = await ask.post(f"/ext/v1/deliveries/{uid}/retry", token=world.first.token)

    assert told.status == 201
    row = await row_of(owner, uid)
    assert (row["state"], row["reason"], row["due_at"] is not None) == ("waiting", None, True)


async def test_a_suppressed_address_is_lifted_on_purpose_and_audited_before_it_is_written_to(ask, owner, world):
    uid = await a_delivery(owner, business_id=world.first.id)
    await try_all(owner, Never(answer="550 5.1.1", fault_of="recipient"))
    refused = await ask.post(f"/ext/v1/deliveries/{uid}/retry", token=world.first.token)
    assert (refused.status, "suppressed" in refused.json["error"]) == (422, True)

    listed = (await ask.get("/ext/v1/suppressions", token=world.first.token)).json["data"]["suppressions"]
    assert [(each["address"], each["reason"], each["staff_uid"]) for each in listed] == [
        ("ann@acme.example", "refused", world.first.owner)
    ]
    path = f"/ext/v1/suppressions/{listed[0]['uid']}"
    assert (await ask("DELETE", path, token=world.second.token)).status == 404
    assert (await ask("DELETE", path, token=world.first.token)).status == 200
    assert (await ask("DELETE", path, token=world.first.token)).status == 404
    assert (await ask.post(f"/ext/v1/deliveries/{uid}/retry", token=world.first.token)).status == 201
    act = await owner.fetchrow(
        "select act, subject, facts ->> 'reason' as reason from audit where act like 'suppression%'"
    )
    assert tuple(act) == ("suppression/lifted", listed[0]["uid"], "refused")


async def test_preferences_are_read_and_set(ask, world):
    path = f"/ext/v1/staff/{world.first.owner}/preferences"
    before = await ask.get(path, token=world.first.token)
    after = await ask(
        "PUT", path, token=world.first.token, json={"sms": "no", "quiet_from": "22:00", "quiet_until": "07:00"}
    )

    assert before.json["data"]["preferences"] == {
        "email": True, "sms": True, "leads": "mine", "quiet_from": None, "quiet_until": None, "time_zone": None,
    }  # fmt: skip
    assert (after.status, after.json["data"]["preferences"]["sms"]) == (200, False)
    assert (await ask.get(path, token=world.first.token)).json == after.json
    assert (await ask.get(path, token=world.second.token)).status == 404
    assert (await ask("PUT", path, token=world.first.token, json={"leads": "some"})).status == 422


async def test_a_leads_trace_has_its_deliveries(ask, owner, world):
    sent = await send_lead(ask, world.first.token)
    await a_delivery(owner, business_id=world.first.id, lead_uid=sent["conversation_uid"])
    told = await ask.get(f"/ext/v1/leads/{sent['conversation_uid']}", token=world.first.token)

    (delivery,) = told.json["data"]["lead"]["deliveries"]
    assert (delivery["kind"], delivery["state"], delivery["attempts"]) == ("owner_notice", "waiting", [])
