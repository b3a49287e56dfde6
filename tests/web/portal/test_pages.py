"""Every page of the portal in a real Chromium: nothing foreign, nothing in the console, no shift, light, accessible."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from leadhall.app import TABLE
from leadhall.web.portal.guides import guides
from tests.browser import accessible, both_ways, layout_shift, take_cookie, weight
from tests.corpus.xss import PAYLOADS
from tests.web.leads import send_lead

STRICT = re.compile(
    r"default-src 'none'; style-src 'nonce-([\w-]+)'; script-src 'nonce-\1'; img-src 'self' data:; font-src 'self'; "
    r"manifest-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    r"frame-ancestors 'none'"
)
INLINE = re.compile(
    r'<script(?![^>]* nonce=)(?! type="application/json")[^>]*>|<style(?![^>]* nonce=)| style="| on[a-z]+="'
)
MARKED = re.compile(r'<(script|style|link rel="stylesheet")[^>]* nonce="([^"]+)"')
PARAMETER = re.compile(r"{(\w+)}")


def paths_of(row):
    """Every page that a row of the table answers."""
    named = PARAMETER.search(row.path)
    return [PARAMETER.sub(value, row.path) for value in IN_PATHS[named[1]]] if named else [row.path]


MOST_BYTES = 300_000
FRAGMENTS = {"docs_recent", "docs_rows"}
"""Parts of pages, which the scripts of pages ask for."""
IN_PATHS = {
    "slug": [each.slug for each in TABLE.of_door("api")],
    "name": [each.name for each in guides()],
    "uid": ["UID"],
}
"""What stands for each parameter of a path; a page with another one fails here, and so cannot be forgotten."""
ROWS = [
    row
    for row in TABLE.of_door("portal")
    if row.method == "GET" and row.replies[0].media_type == "text/html" and row.name not in FRAGMENTS
]
PAGES = [path for row in ROWS for path in paths_of(row)]
PRINTED = ("/docs/reference", "/docs/guides", "/docs/requests/")
ONE_OF_EACH = [paths_of(row)[0] for row in ROWS]


@pytest.fixture
async def logged_in(page, served, owner_reads):
    """The owner of the first business, in a real browser."""
    await take_cookie(page, served, owner_reads.cookie)
    return page


@pytest.fixture
async def lead(ask, world):
    """The uid of a logged request, for pages of one."""
    return (await send_lead(ask, world.first.token))["request_id"]


@pytest.mark.parametrize("part", range(4))
async def test_every_page_is_light_and_still_and_gives_no_trouble(served, logged_in, troubles, lead, part):
    """Console errors, dialogs and foreign requests of any page fail it, by `troubles`."""
    for path in PAGES[part::4]:
        await logged_in.goto(f"{served}{path.replace('UID', lead)}", wait_until="load")
        assert troubles == [], path
        assert await weight(logged_in) < MOST_BYTES, path


async def test_every_page_has_a_strict_policy(owner_reads, lead):
    """No script or style runs but those with the page's own mark, which no two answers share."""
    marks = set()
    for path in PAGES:
        told = await owner_reads.get(path.replace("UID", lead))
        found = STRICT.fullmatch(told.header("content-security-policy"))
        assert found, path
        page = told.content.decode()
        assert INLINE.findall(page) == [], path
        assert {mark for _, mark in MARKED.findall(page)} == {found[1]}, path
        marks.add(found[1])

    assert len(marks) == len(PAGES)


async def test_pages_are_accessible(served, logged_in, lead):
    """One page of each kind: the frame once, then what stands in it."""
    await logged_in.goto(f"{served}/docs/login")
    found = {"frame": await accessible(logged_in)}
    for path in ONE_OF_EACH:
        await logged_in.goto(f"{served}{path.replace('UID', lead)}")
        found[path] = await accessible(logged_in, within="main")

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scheme", ["dark"])
async def test_pages_can_be_read_in_the_dark_on_a_phone_and_on_paper(served, logged_in, lead):
    """Contrast in the dark and in print, where colours are others; nothing to scroll sideways on a narrow screen."""
    await logged_in.set_viewport_size({"width": 390, "height": 844})
    found = {}
    for path in ONE_OF_EACH:
        await logged_in.emulate_media(media="screen")
        await logged_in.goto(f"{served}{path.replace('UID', lead)}")
        found[path, "dark"] = await accessible(logged_in, rules=["color-contrast"])
        wide = await logged_in.evaluate("document.documentElement.scrollWidth")
        found[path, "wide"] = [wide] if wide > 390 else []
        if path.startswith(PRINTED):
            await logged_in.emulate_media(media="print")
            found[path, "print"] = await accessible(logged_in, rules=["color-contrast"])

    assert {place: faults for place, faults in found.items() if faults} == {}


async def test_a_page_does_not_shift_while_it_fills(served, logged_in, ask, world):
    await send_lead(ask, world.first.token)
    await logged_in.goto(f"{served}/docs/reference/create-a-lead")
    await logged_in.locator("[data-recent] table").wait_for()

    assert await layout_shift(logged_in) < 0.02


@both_ways
async def test_what_strangers_sent_runs_nowhere(served, logged_in, ask, world, troubles, services):  # noqa: PLR0917
    """The XSS corpus in fields of bodies, keys, headers and answers, shown in list, request, reference and Try It."""
    body = {f"<b>{n}{payload}": payload for n, payload in enumerate(PAYLOADS)}
    fields = dict.fromkeys(("first_name", "last_name", "phone", "address", "source"), "".join(PAYLOADS[:20]))
    lead = await send_lead(ask, world.first.token, **fields, request_data=body, tags=list(PAYLOADS[20:40]))
    odd = {"user-agent": PAYLOADS[13], "x-request-id": PAYLOADS[20], "content-type": "application/json"}
    odd |= {f"x-odd-{n}": payload for n, payload in enumerate(PAYLOADS[:10])}
    told = await ask.post("/platform/v1/leadgen", token=world.first.token, json=body, headers=odd)
    read = await ask.get(f"/platform/v1/clients/{lead['uid']}", token=world.first.token, headers=odd)
    await services.behind.flush()
    uids = (lead["request_id"], told.json["request_id"], read.header("x-request-id"))
    pages = [f"/docs/requests/{each}" for each in uids]
    text = urlencode({"text": PAYLOADS[13], "token": PAYLOADS[0]})
    opened = f"/docs/reference/create-a-lead?open={lead['request_id']}"
    for path in (*pages, "/docs/requests", f"/docs/requests?{text}", opened, f"/docs/login?next={PAYLOADS[13]}"):
        await logged_in.goto(f"{served}{path}")
        await logged_in.wait_for_load_state("networkidle")
        assert troubles == [], path
