"""The public form in a real Chromium: on our own page, in another site's with our script, and without any script."""

import asyncio

import pytest

from leadhall.forms import suspicion
from leadhall.tenancy.form_keys import change_form_key
from tests.browser import accessible, expecting, layout_shift

EMBEDDED = """<!doctype html><html lang="en"><title>A site</title><main><h1>Write to us</h1>
<form action="{served}/f/{key}" method="post" data-leadhall data-thanks="Got it, thanks!">
  <label>Name <input name="name" required></label> <label>Email <input name="email" type="email"></label>
  <label>Message <textarea name="message"></textarea></label> <button>Send</button>
</form></main>{script}"""
FRAMED = """<!doctype html><html lang="en"><title>A site</title>
<iframe data-leadhall height="150" title="Contact" src="{served}/{uid}/contact/"></iframe>{script}"""

FROM_THE_PAGE_ITSELF = """() => new Promise((done) => {
  addEventListener("message", () => setTimeout(done));
  postMessage({ leadhallHeight: 7 });
})"""


@pytest.fixture
async def site():
    """Another site, on a port of its own: `site.show(html)` is what its page holds."""
    other = Site()
    server = await asyncio.start_server(other.answer, "127.0.0.1", 0)
    other.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield other
    server.close()


class Site:
    def show(self, html, served, *, script=True, **names):
        tag = f'<script src="{served}/f/form.js"></script>' if script else ""
        self.html = html.format(served=served, script=tag, **names).encode()

    async def answer(self, reader, writer):
        asked = await reader.readuntil(b"\r\n\r\n")
        status, body = ("200 OK", self.html) if b"GET /contact " in asked else ("204 No Content", b"")
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


@pytest.fixture
async def form_key(owner, world, site):
    uid = await owner.fetchval("select uid from form_key where key = $1", world.form_key)
    await change_form_key(owner, uid, origins=[site.origin])
    return world.form_key


async def fill(page):
    await page.get_by_label("Name").fill("Dana")
    await page.get_by_label("Email").fill("dana@example.org")
    await page.get_by_label("Message").fill("When may you come by?")


async def lead(owner):
    return await owner.fetchrow(
        "select l.contact, c.source_url from lead l join conversation c on c.uid = l.conversation_uid"
    )


@pytest.fixture
def fast(monkeypatch):
    """Nobody types as fast as a test."""
    monkeypatch.setattr(suspicion, "LEAST_FILL_S", 0)


@pytest.mark.usefixtures("fast", "form_key")
async def test_the_hosted_page_can_be_used_by_everybody_and_says_thanks_in_place(page, served, owner, world):
    await page.goto(f"{served}/{world.first.uid}/contact/")
    assert await accessible(page) == []
    assert await layout_shift(page) < 0.01

    await page.get_by_label("First name").fill("Dana")
    await page.get_by_label("Email").fill("dana@example.org")
    await page.get_by_label("Your message").fill("When may you come by?")
    await page.get_by_role("button", name="Send").click()

    await expecting(page.get_by_role("status")).to_have_text("Thank you. Your message has arrived.")
    assert (await lead(owner))["contact"]["first_name"] == "Dana"


@pytest.mark.usefixtures("fast")
async def test_a_form_of_another_site_is_sent_without_leaving_it(page, served, owner, form_key, site):
    site.show(EMBEDDED, served, key=form_key)
    await page.goto(f"{site.origin}/contact")
    await fill(page)
    await page.get_by_role("button", name="Send").click()

    await expecting(page.get_by_role("status")).to_have_text("Got it, thanks!")
    assert page.near.url == f"{site.origin}/contact"
    assert (await lead(owner))["source_url"] == f"{site.origin}/contact"


@pytest.mark.usefixtures("fast")
async def test_what_is_wrong_is_marked_and_the_form_can_be_sent_again(page, served, troubles, form_key, site):
    site.show(EMBEDDED, served, key=form_key)
    await page.goto(f"{site.origin}/contact")
    await page.evaluate("document.forms[0].noValidate = true")
    await page.get_by_role("button", name="Send").click()

    await expecting(page.get_by_role("status")).to_have_text("Please check what is marked.")
    await expecting(page.get_by_role("button", name="Send")).to_be_enabled()
    troubles.clear()  # Chromium tells of the 422 on its console


async def test_a_form_of_another_site_works_without_any_script(page, served, owner, form_key, site):
    site.show(EMBEDDED, served, key=form_key, script=False)
    await page.goto(f"{site.origin}/contact")
    await fill(page)
    await page.get_by_role("button", name="Send").click()

    await expecting(page.get_by_role("heading")).to_have_text("Thank you. Your message has arrived.")
    assert (await lead(owner))["source_url"].startswith(site.origin)


async def test_a_framed_form_grows_to_its_height(page, served, form_key, world, site):
    site.show(FRAMED, served, uid=world.first.uid)
    await page.goto(f"{site.origin}/contact")

    await page.wait_for_function("document.querySelector('iframe').height > 400")


async def test_a_frame_does_not_listen_to_others(page, served, form_key, world, site):
    site.show(FRAMED, served, uid=world.first.uid)
    await page.goto(f"{site.origin}/contact")
    await page.wait_for_function("document.querySelector('iframe').height > 400")
    await page.evaluate(FROM_THE_PAGE_ITSELF)

    assert await page.evaluate("document.querySelector('iframe').height > 400")
