"""The first visit: an example to look at, a test lead from oneself, one's phone verified by the code that is texted."""

import asyncio
import re
from dataclasses import replace

import pytest

from leadhall.notify.entering import set_up_link
from tests.browser import accessible, expecting, take_cookie
from tests.notify.sms.double import NUMBER, SECRET, SID, provider
from tests.web.conftest import SETTINGS
from tests.web.console.browsing import Browser, words_of
from tests.web.leads import send_lead

MINE = "+1 415 555 0199"
LOOK_EVERY_S = 0.05


@pytest.fixture
async def twilio():
    async with provider() as double:
        yield double


@pytest.fixture
def settings(twilio):
    """Texts go out, by the provider's double."""
    return replace(
        SETTINGS, dispatch=True, twilio_url=twilio.url, twilio_account_sid=SID, twilio_auth_token=SECRET,
        twilio_from=NUMBER,
    )  # fmt: skip


@pytest.fixture
async def newcomer(ask, owner, emptying):
    """Who has just set an installation up."""
    await owner.execute(emptying)
    browser = Browser(ask)
    company = {"company": "Harbour Kitchens", "email": "olivia@hk.example", "first_name": "Olivia"}
    await browser.post(await set_up_link(owner), company)
    return browser


async def test_a_new_business_finds_one_lead_marked_as_an_example(newcomer, owner):
    page = words_of(await newcomer.text("/inbox"))
    lead = await owner.fetchrow("select uid, is_test, source from conversation")

    assert "First steps" in page
    assert "Example: a new worktop" in page
    assert (lead["is_test"], lead["source"]) == (True, "Example")
    assert "Test" in words_of(await newcomer.text(f"/inbox/{lead['uid']}"))
    assert await owner.fetchval("select count(*) from delivery") == 0


async def test_first_steps_are_well_for_axe(newcomer, page, served):
    await take_cookie(page, served, newcomer.cookie)
    await page.goto(f"{served}/inbox")

    await expecting(page.get_by_text("First steps")).to_be_visible()
    assert await accessible(page) == []


async def test_a_test_lead_is_sent_to_oneself_and_the_step_is_done(newcomer, owner):
    await newcomer.post("/inbox/test-lead", csrf_of="/inbox")
    page = await newcomer.text("/inbox")

    assert "A test lead" in page
    assert page.count("step-mark--done") == 1
    mine = "select count(*) from lead where contact ->> 'email' = 'olivia@hk.example'"
    assert await owner.fetchval(mine) == 1


async def test_steps_are_gone_once_somebody_wrote(ann, ask, world):
    await send_lead(ask, world.first.token)

    assert "First steps" not in await ann.text("/inbox")


async def test_a_phone_is_verified_by_the_code_that_is_texted(ann, twilio):
    await ann.post("/you/phone", {"number": MINE}, csrf_of="/you")
    code = await _code(twilio)
    wrong = await ann.post("/you/phone/code", {"code": "0" if code != "0" else "1"}, csrf_of="/you")
    right = await ann.post("/you/phone/code", {"code": code}, csrf_of="/you")

    assert wrong.header("location") == "/you?code=1&told=wrong_code"
    assert right.header("location") == "/you?told=verified"
    assert "+14155550199 is verified." in words_of(await ann.text("/you"))
    assert "By text, to +14155550199" in words_of(await ann.text("/settings/notices"))


async def _code(twilio):
    async with asyncio.timeout(10):
        while not twilio.texts:  # noqa: ASYNC110 - the double has no event
            await asyncio.sleep(LOOK_EVERY_S)
    return re.search(r"\d{4,}", twilio.texts[0]["Body"])[0]
