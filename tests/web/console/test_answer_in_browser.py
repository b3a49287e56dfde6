"""In a real Chromium: an owner comes in, sees a lead arrive, answers, and the answer reaches a mail server."""

import asyncio
from dataclasses import replace

import pytest

from leadhall.notify.entering import sign_in_link
from tests.browser import expecting
from tests.notify.sink import sink
from tests.web.conftest import SETTINGS
from tests.web.leads import send_lead

ANN = "ann@acme.example"
LOOK_EVERY_S = 0.05
SCRIPT_LATE_S = 0.5


@pytest.fixture
async def mail():
    async with sink() as kept:
        yield kept


@pytest.fixture
def settings(mail):
    """Sending, by the mail server of the test."""
    url = f"smtp://127.0.0.1:{mail.port}?tls=none"
    return replace(SETTINGS, dispatch=True, smtp_url=url, mail_from="us@acme.example")


async def test_an_owner_comes_in_sees_a_lead_arrive_answers_and_the_answer_is_sent(  # noqa: PLR0917 - who plays a part
    mail, page, served, owner, world, ask
):
    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)
    await page.goto(served + await sign_in_link(owner, user_id, ANN))
    await page.get_by_role("button", name="Sign in").click()
    await expecting(page.get_by_text("Nobody waits for an answer.")).to_be_visible()

    await send_lead(ask, world.first.token, email="uma@x.example", first_name="Uma")
    await expecting(page.get_by_role("link", name="Uma")).to_be_visible()
    await expecting(page).to_have_title("(1) Needs an answer · Leadhall")
    await expecting(page.locator("#count-inbox")).to_have_text("1")
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    await expecting(page.get_by_label("Answer Uma")).to_be_focused()
    await page.keyboard.type("We come on Monday.")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expecting(page.get_by_text("Your answer is on its way.")).to_be_visible()

    async with asyncio.timeout(10):
        while not any(each.recipients == ["uma@x.example"] for each in mail.taken):  # noqa: ASYNC110 - the sink has no event
            await asyncio.sleep(LOOK_EVERY_S)
    await expecting(page.get_by_text("by email sent")).to_be_visible()


async def test_a_page_is_live_although_the_network_brings_its_scripts_late(page, served, owner, world, ask):
    async def late(route):
        await asyncio.sleep(SCRIPT_LATE_S)  # the network's, not ours: nothing is waited for
        await route.continue_()

    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)
    await page.route("**/htmx-sse*", late)
    await page.goto(served + await sign_in_link(owner, user_id, ANN))
    await page.get_by_role("button", name="Sign in").click()
    await expecting(page.get_by_text("Nobody waits for an answer.")).to_be_visible()

    await send_lead(ask, world.first.token, email="uma@x.example", first_name="Uma")
    await expecting(page.get_by_role("link", name="Uma")).to_be_visible()
