"""The client card in a real Chromium, on a telephone: what leads suggest, what one writes, who is one person."""

import pytest

from leadhall.tenancy.sessions import open_session
from tests.browser import accessible, expecting, take_cookie
from tests.web.leads import send_lead

PHONE = {"width": 390, "height": 844}
EVE = {"email": "eve@x.example", "first_name": "Eve"}


@pytest.fixture
async def eve(owner, world, ask):
    """A client whose second lead came from another address than the first."""
    uid = (await send_lead(ask, world.first.token, **EVE, address="1 Low Road"))["uid"]
    await owner.execute("update client set edited_at = now()")
    website = world.directory.website_token
    await send_lead(ask, website, headers={"x-on-behalf-of": world.first.uid}, **EVE, address="2 High Street")
    return uid


@pytest.fixture
async def card(page, served, owner, eve):
    """Her card, open before the business's owner."""
    user_id = await owner.fetchval("select id from app_user where email = 'ann@acme.example'")
    await take_cookie(page, served, f"leadhall={await open_session(owner, user_id)}")
    await page.set_viewport_size(PHONE)
    await page.goto(f"{served}/clients/{eve}")
    return page


async def test_a_suggestion_is_accepted_and_its_history_told(card):
    await card.get_by_role("button", name="Accept").click()
    await expecting(card.get_by_text("Suggested by leads")).to_be_hidden()

    line = card.locator("dd:has(#f-address)")
    await line.locator("summary", has_text="2 High Street").click()
    await expecting(line.locator("ul.history s", has_text="1 Low Road")).to_be_visible()
    assert await accessible(card) == []


async def test_a_field_is_changed_where_it_stands(card):
    line = card.locator("dd:has(#f-last_name)")
    await line.locator("summary").click()
    await line.get_by_label("Last name").fill("Adams")
    await line.get_by_role("button", name="Save").click()

    await expecting(card.get_by_role("heading", name="Eve Adams")).to_be_visible()


async def test_two_cards_are_looked_at_merged_and_parted_again(card, served, world, ask, eve):
    other = (await send_lead(ask, world.first.token, email="eva@x.example", first_name="Eva", phone="+14155550132"))[
        "uid"
    ]
    await card.goto(f"{served}/clients/{eve}/merge/{other}")
    await expecting(card.get_by_text("It can be undone.")).to_be_visible()
    assert await accessible(card) == []

    await card.get_by_role("button", name="Merge into Eve").click()
    await expecting(card.get_by_role("link", name="Call")).to_be_visible()
    await card.get_by_role("button", name="Undo").click()
    await expecting(card.get_by_role("link", name="Call")).to_be_hidden()
    assert (await card.goto(f"{served}/clients/{other}")).status == 200
