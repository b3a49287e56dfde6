"""The console in a real Chromium: every page of its table, both ways to read; keys; and all of it with scripts off."""

import pytest

from leadhall.notify.entering import sign_in_link
from leadhall.tenancy.sessions import open_session
from tests.browser import Far, accessible, expecting, layout_shift, take_cookie
from tests.web.console.pages import OUTSIDE, Seen, addresses, pages_of_the_table
from tests.web.console.test_granting import BACK, app_of_ours  # noqa: F401 - a fixture
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


@pytest.fixture
async def seen(owner, world, ask, came, app_of_ours):  # noqa: F811 - as above
    """Something to see on every page: a lead, one more of the same person, a refused one, a held answer, a field."""
    first = await send_lead(ask, world.first.token, **LEAD)
    other = await send_lead(ask, world.first.token, first_name="Una", phone="+1 415 555 0132")
    await send_lead(ask, world.first.token, **LEAD | {"phone": "+1 415 555 0133"})
    await ask.post("/platform/v1/leadgen", token=world.first.token, json={"identifier_type": "email", "email": "x@y.z"})
    await came("lead")
    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)
    await owner.execute("insert into directory_admin values ($1, $2)", world.directory.id, user_id)
    await owner.execute(
        "insert into card_field (business_id, id, label, label_key, type, options, position) "
        "values ($1, 'kind', 'Kind', 'kind', 'dropdown', '{A,B}', 1)",
        world.first.id,
    )
    link = await sign_in_link(owner, user_id, ANN)
    return Seen(first["conversation_uid"], first["uid"], other["uid"], link, app_of_ours.client_id, BACK)


def test_no_page_of_the_table_is_forgotten():
    assert addresses(Seen(*"abcdef")).keys() == pages_of_the_table()


@pytest.mark.parametrize(
    ("locale", "scheme", "size"),
    [("en", "light", None), ("he", "dark", PHONE)],
    ids=["wide", "narrow, dark, right to left"],
)
async def test_nothing_is_wrong_for_axe_and_nothing_jumps(page, served, owner, seen, locale, size):  # noqa: PLR0917 - the parts of a browser test
    await owner.execute("update app_user set locale = $1", locale)
    told = addresses(seen)
    if size:
        await page.set_viewport_size(size)
    await _all_is_well(page, served, [path for name in OUTSIDE for path in told.pop(name)])

    await come_in(page, served, owner)
    await _all_is_well(page, served, [path for paths in told.values() for path in paths])
    assert await page.evaluate("document.dir") == ("rtl" if locale == "he" else "ltr")


async def _all_is_well(page, served, paths):
    """Console errors and foreign requests fail the test by themselves."""
    for path in paths:
        await page.goto(served + path)
        assert await layout_shift(page) < 0.1, path
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert (path, await accessible(page)) == (path, [])


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


@pytest.fixture
async def without_scripts(chromium, other_loop, open_pages):
    """A page that runs none."""
    context = await Far(chromium, other_loop).new_context(java_script_enabled=False, viewport=PHONE)
    opened = await context.new_page()
    open_pages.append(opened)
    yield opened
    await context.close()


async def test_with_scripts_off_an_owner_comes_in_reads_answers_and_sets_things(
    without_scripts, served, owner, world, ask
):
    page = without_scripts
    await send_lead(ask, world.first.token, **LEAD)
    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)
    await page.goto(served + await sign_in_link(owner, user_id, ANN))
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Uma").click()
    await expecting(page.get_by_text("A new client was made")).to_be_visible()

    await page.get_by_label("Answer Uma").fill("We come on Monday.")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expecting(page.get_by_text("Your answer is on its way.")).to_be_visible()
    await expecting(page.locator("#happened").get_by_text("We come on Monday.")).to_be_visible()

    await page.get_by_role("link", name="Client card").click()
    await page.locator("summary", has_text="Edit").nth(1).click()
    await page.locator("#f-last_name").fill("Okoye")
    await page.locator("form", has=page.locator("#f-last_name").near).get_by_role("button", name="Save").click()
    await expecting(page.get_by_role("heading", name="Uma Okoye")).to_be_visible()

    await page.locator(".side-fold summary").click()
    await page.get_by_role("link", name="Settings", exact=True).click()
    await page.get_by_label("Name").fill("Acme & Daughters")
    await page.get_by_role("button", name="Save").click()
    await expecting(page.get_by_text("Saved.")).to_be_visible()
    assert await owner.fetchval("select name from business where id = $1", world.first.id) == "Acme & Daughters"
