"""The settings in a real Chromium: the preview follows what is typed."""

from leadhall.tenancy.sessions import open_session
from tests.browser import expecting, take_cookie


async def come_in(page, served, owner):
    user_id = await owner.fetchval("select id from app_user where email = 'ann@acme.example'")
    await take_cookie(page, served, f"leadhall={await open_session(owner, user_id)}")


async def test_the_preview_follows_what_is_typed(page, served, owner, world):
    await come_in(page, served, owner)
    await page.goto(f"{served}/settings/auto-reply")
    await page.get_by_label("The text", exact=True).fill("Dear {{ first_name }}, we call you.")

    await expecting(page.get_by_text("Dear Dana, we call you.")).to_be_visible()
