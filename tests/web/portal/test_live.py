"""Requests as they come, in a real browser: counted, shown when asked for, and nothing moves meanwhile."""

import pytest

from tests.browser import expecting, layout_shift, take_cookie
from tests.web.leads import send_lead


@pytest.fixture
async def logged_in(page, served, owner_reads):
    await take_cookie(page, served, owner_reads.cookie)
    return page


async def test_the_history_counts_what_comes_and_shows_it_when_asked(served, logged_in, ask, world):
    """Under its filters: what was refused is no 201."""
    old = await send_lead(ask, world.first.token)
    await logged_in.goto(f"{served}/docs/requests?status=201")
    pill, state = logged_in.locator("[data-fresh]"), logged_in.locator("[data-state]")
    await expecting(state).to_have_text("Live")
    await ask.post("/platform/v1/leadgen", token=world.first.token, json={})
    new = await send_lead(ask, world.first.token, email="eve@example.com")
    await expecting(pill).to_have_text("1 new request")
    before = await logged_in.locator("[data-request]").evaluate_all("rows => rows.map((row) => row.dataset.request)")
    await pill.click()
    after = await logged_in.locator("[data-request]").evaluate_all("rows => rows.map((row) => row.dataset.request)")

    assert (before, after) == ([old["request_id"]], [new["request_id"], old["request_id"]])
    assert await pill.is_hidden()
    assert await layout_shift(logged_in) < 0.02


async def test_the_requests_of_an_operation_appear_beside_it(served, logged_in, ask, world):
    await logged_in.goto(f"{served}/docs/reference/create-a-lead")
    recent = logged_in.locator("[data-recent]")
    await expecting(recent).to_contain_text("No requests yet")
    lead = await send_lead(ask, world.first.token)

    await expecting(recent.locator("a").first).to_have_attribute(
        "href", f"/docs/requests/{lead['request_id']}?business={world.first.uid}"
    )


async def test_a_history_that_cannot_be_refreshed_says_so(served, logged_in, ask, world, troubles):
    await logged_in.route("**/docs/rows**", lambda route: route.abort())
    await logged_in.goto(f"{served}/docs/requests")

    await expecting(logged_in.locator("[data-state]")).to_contain_text("cannot be refreshed right now")
    troubles.clear()


async def test_who_logs_out_elsewhere_is_asked_to_log_in(served, logged_in, ask, world):
    await logged_in.goto(f"{served}/docs/requests")
    await expecting(logged_in.locator("[data-state]")).to_have_text("Live")
    await logged_in.context.clear_cookies()
    await send_lead(ask, world.first.token)

    await expecting(logged_in.locator("[data-rows]")).to_contain_text("Log in to see full request history")


async def test_nobody_hears_of_a_foreign_business(owner_reads, reader, world):
    foreign = await owner_reads.get(f"/docs/live?business={world.outsider.business.uid}")
    reader.cookie = None
    stranger = await reader.get(f"/docs/live?business={world.first.uid}")

    assert (foreign.status, stranger.status) == (404, 204)
