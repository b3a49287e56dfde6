"""A logged request run again: dry first, once, with no more rights than it came with; held ones released so."""

from __future__ import annotations

import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Invalid, Unauthorized
from leadhall.requestlog.acts import acts_about, dismiss, waiting_requests
from leadhall.requestlog.read import get_request
from leadhall.tenancy.caller import BusinessRef
from leadhall.web.again import Again
from tests.web.leads import send_lead

PATH = "/platform/v1/leadgen"
DANA = {"identifier_type": "email", "email": "dana@example.com", "first_name": "Dana", "request_title": "Kitchen"}


@pytest.fixture
def log(services, world):
    """`await log(get_request, uid)`: asks the request log of the first business."""

    async def ask_log(function, *arguments, **more):
        async with scoped(services.app_pool, Scope.of([world.first.id])) as connection:
            return await function(connection, world.first.id, *arguments, **more)

    return ask_log


@pytest.fixture
def run_again(services, world, log):
    """`await run_again(uid, apply=True)`: as the owner of the first business."""

    async def run(uid, *, token=world.first.token, key="k", **more):
        by = await services.doorkeeper.identify(token, None)
        business = BusinessRef(world.first.id, world.first.uid, world.first.directory_id)
        request = await log(get_request, uid)
        return await services.run_again(services, Again(request=request, business=business, by=by, key=key, **more))

    return run


async def leads(owner):
    return await owner.fetchval("select count(*) from lead")


async def refused(ask, token, **body):
    """The request id of a refused lead."""
    told = await ask.post(PATH, token=token, json=body)
    assert told.status in {401, 422}
    return told.json["request_id"]


async def test_it_is_a_dry_run_unless_it_shall_be_for_real(ask, run_again, world, owner):
    lead = await send_lead(ask, world.first.token)
    ran = await run_again(lead["request_id"])

    assert (ran.status, ran.answer["would_create"], ran.lead_uid) == (200, False, None)
    assert await leads(owner) == 1


async def test_for_real_it_makes_one_lead_however_often_it_is_asked_for(ask, run_again, world, owner):
    lead = await send_lead(ask, world.first.token)
    first = await run_again(lead["request_id"], apply=True)
    second = await run_again(lead["request_id"], apply=True)

    assert first.lead_uid == second.lead_uid != lead["conversation_uid"]
    assert await leads(owner) == 2


async def test_notices_go_out_only_when_asked_for(ask, run_again, world, owner):
    lead = await send_lead(ask, world.first.token, notifications="email")
    await run_again(lead["request_id"], apply=True)
    await run_again(lead["request_id"], apply=True, notices=True, key="other")
    asked = await owner.fetch("select facts -> 'notifications' as asked from outbox order by uid")

    assert [row["asked"] for row in asked] == [["email"], [], ["email"]]


async def test_it_gives_nobody_a_right_that_it_did_not_come_with(ask, run_again, world, owner):
    await send_lead(ask, world.first.token, **DANA, last_name="Levi")
    website = {"business_id": world.first.uid, **DANA, "status": "customer"}
    lead = await send_lead(ask, world.directory.website_token, **website)
    await run_again(lead["request_id"], apply=True)

    assert await owner.fetchval("select status from client") == "lead"


async def test_a_held_request_is_released(ask, run_again, log, world):
    uid = await refused(ask, world.expired_token, **DANA)
    waited = [each.uid for each in await log(waiting_requests)]
    ran = await run_again(uid, apply=True, notices=True)

    assert waited == [uid]
    assert (ran.status, await log(waiting_requests)) == (201, [])


async def test_a_refused_request_is_completed_by_hand(ask, run_again, log, world, owner):
    uid = await refused(ask, world.first.token, first_name="Dana", request_title="Kitchen", phone="555")
    still = await run_again(uid, apply=True)
    assert [each.uid for each in await log(waiting_requests)] == [uid]
    ran = await run_again(uid, apply=True, changes={"identifier_type": "email", "email": "dana@example.com"})

    assert (still.status, ran.status) == (422, 201)
    assert await owner.fetchval("select phone from client") == "555"
    assert await log(waiting_requests) == []


async def test_one_set_aside_waits_no_more(ask, log, world):
    uid = await refused(ask, world.first.token, first_name="Dana")
    await log(dismiss, uid, principal="user x")

    assert await log(waiting_requests) == []
    assert [act.act for act in await log(acts_about, uid)] == ["dismissed"]


async def test_both_requests_know_of_each_other(ask, run_again, log, world):
    lead = await send_lead(ask, world.first.token)
    ran = await run_again(lead["request_id"], apply=True)

    (act,) = await log(acts_about, lead["request_id"])
    assert (act.uid, act.lead_uid) == (ran.request_uid, ran.lead_uid)
    assert await log(acts_about, ran.request_uid) == [act]


async def test_a_form_is_run_again_as_it_came(ask, run_again, world, owner):
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = b"identifier_type=email&email=a%40b.example&first_name=A&request_title=T&request_data[Budget]=5"
    first = await ask.post(PATH, token=world.first.token, body=body, headers=form)
    ran = await run_again(first.json["request_id"], apply=True)
    kept = await owner.fetch(
        "select body from request_log where uid = any ($1)", [first.json["request_id"], ran.request_uid]
    )

    assert [row["body"] for row in kept] == [body, body]


async def test_a_test_stays_a_test(ask, run_again, world, owner):
    lead = await send_lead(ask, world.test_token)
    ran = await run_again(lead["request_id"], apply=True)

    assert await owner.fetchval("select is_test from conversation where uid = $1", ran.lead_uid) is True


async def test_who_may_not_write_leads_runs_none(ask, run_again, world, owner):
    lead = await send_lead(ask, world.first.token)
    await owner.execute("update token set scopes = '{clients:read}' where staff_uid = $1", world.colleague)

    with pytest.raises(Unauthorized, match="leads:write"):
        await run_again(lead["request_id"], token=world.colleague_token)


async def test_what_is_no_lead_cannot_be_run_again(ask, run_again, services, world):
    told = await ask.get("/platform/v1/clients", token=world.first.token)
    await services.behind.flush()

    with pytest.raises(Invalid, match="make a lead"):
        await run_again(told.header("x-request-id"))


async def test_a_body_that_is_not_kept_cannot_be_run_again(ask, run_again, world, owner):
    lead = await send_lead(ask, world.first.token)
    await owner.execute("update request_log set body = null")

    with pytest.raises(Invalid, match="not kept"):
        await run_again(lead["request_id"])


async def posted_form(ask, world, **answers):
    """The request id of a form that a stranger posted."""
    body = {"first_name": "Dana", "email": "dana@example.org", "message": "Hi", "Budget": "10,000", **answers}
    told = await ask.post(f"/f/{world.form_key}", json=body, headers={"accept": "application/json"})
    return told.json["request_id"]


async def test_a_form_that_was_held_is_released_as_it_would_have_been_stored(ask, run_again, world, owner):
    uid = await posted_form(ask, world, _website="https://spam.example")
    assert await leads(owner) == 0

    ran = await run_again(uid, apply=True)
    contact, source = await owner.fetchrow(
        "select l.contact, c.source from lead l join conversation c using (business_id)"
    )
    assert (ran.status, contact["email"], source) == (201, "dana@example.org", "Contact form")


async def test_a_form_without_a_name_is_completed_by_hand(ask, run_again, world, owner):
    uid = await posted_form(ask, world, first_name="")
    ran = await run_again(uid, apply=True, changes={"first_name": "Dana"})

    assert (ran.status, await leads(owner)) == (201, 1)
