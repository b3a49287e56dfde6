"""The console in a real Chromium: nothing for axe to find, wide and narrow, both ways to read; keys."""

import pytest

from leadhall.tenancy.sessions import open_session
from tests.browser import accessible, expecting, layout_shift, take_cookie
from tests.web.leads import send_lead

PHONE = {"width": 390, "height": 844}
ANN = "ann@acme.example"
LEAD = {
    "email": "uma@x.example",
    "first_name": "Uma",
    "phone": "+1 415 555 0132",
    "system_message": "From the planner: https://planner.example/p/1",
    "tags": "oak",
    "source": "Fair",
    "message_data": {"Message": "A worktop of oak, see https://evil.example/x"},
}


async def come_in(page, served, owner, email=ANN):
    user_id = await owner.fetchval("select id from app_user where email = $1", email)
    await take_cookie(page, served, f"leadhall={await open_session(owner, user_id)}")


@pytest.mark.parametrize(
    ("locale", "scheme", "size"),
    [("en", "light", None), ("he", "dark", PHONE)],
    ids=["wide", "narrow, dark, right to left"],
)
async def test_nothing_is_wrong_for_axe_and_nothing_jumps(page, served, owner, world, ask, locale, size):  # noqa: PLR0917 - the parts of a browser test
    await owner.execute("update app_user set locale = $1", locale)
    told = await send_lead(ask, world.first.token, **LEAD)
    await ask.post("/platform/v1/leadgen", token=world.first.token, json={"identifier_type": "email", "email": "x@y.z"})
    await page.goto(f"{served}/sign-in")
    assert await accessible(page) == []

    await come_in(page, served, owner)
    if size:
        await page.set_viewport_size(size)
    for path in ("/inbox", f"/inbox/{told['conversation_uid']}", "/inbox/attention", "/you"):
        await page.goto(served + path)
        assert await accessible(page) == [], path
        assert await layout_shift(page) < 0.1, path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert await page.evaluate("document.dir") == ("rtl" if locale == "he" else "ltr")


async def test_keys_lead_through_the_inbox(page, served, owner, world, ask):
    for name in ("Uma", "Vic"):
        await send_lead(ask, world.first.token, first_name=name)
    await come_in(page, served, owner)
    await page.goto(f"{served}/inbox")

    await page.keyboard.press("?")
    await expecting(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    for key in "jjkj":
        await page.keyboard.press(key)
    await page.keyboard.press("e")
    await expecting(page.get_by_text("Archived.", exact=True)).to_be_visible()
    await expecting(page.locator("[data-lead]")).to_have_count(1)
    await expecting(page.get_by_role("link", name="Uma")).to_be_visible()
