"""Every page of the portal in a real Chromium: nothing foreign, nothing in the console, no shift, light, accessible."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from leadhall.app import TABLE
from leadhall.web.portal.guides import guides
from tests.browser import accessible, both_ways, layout_shift, take_cookie, weight
from tests.corpus.xss import PAYLOADS
from tests.web.leads import send_lead

MOST_BYTES = 300_000
PLAIN = [each.path for each in TABLE.of_door("portal") if each.method == "GET" and "{" not in each.path]
REFERENCE = [f"/docs/reference/{each.slug}" for each in TABLE.of_door("api")]
GUIDES = [f"/docs/guides/{each.name}" for each in guides()]
PAGES = [path for path in (*PLAIN, *GUIDES, *REFERENCE) if not path.endswith(".txt")]
LOOKED_AT = ("/docs", "/docs/reference/create-a-lead", "/docs/requests", "/docs/tokens", "/docs/webhooks",
             "/docs/errors", "/docs/guides/webhooks", "/docs/login")  # fmt: skip
EXAMINED = ("/docs/reference/create-a-lead", "/docs/tokens", "/docs/webhooks", "/docs/requests")


@pytest.fixture
async def logged_in(page, served, owner_reads):
    """The owner of the first business, in a real browser."""
    await take_cookie(page, served, owner_reads.cookie)
    return page


async def test_every_page_is_light_and_still_and_gives_no_trouble(served, logged_in, troubles):
    """Console errors, dialogs and foreign requests of any page fail it, by `troubles`."""
    for path in PAGES:
        await logged_in.goto(f"{served}{path}", wait_until="load")
        assert troubles == [], path
        assert await weight(logged_in) < MOST_BYTES, path


async def test_pages_are_accessible(served, logged_in, ask, world):
    """The frame once, then what stands in it."""
    lead = await send_lead(ask, world.first.token)
    await logged_in.goto(f"{served}/docs/login")
    found = {"frame": await accessible(logged_in)}
    for path in (*EXAMINED, f"/docs/requests/{lead['request_id']}"):
        await logged_in.goto(f"{served}{path}")
        found[path] = await accessible(logged_in, within="main")

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scheme", ["dark"])
async def test_pages_can_be_read_in_the_dark(served, logged_in):
    for path in EXAMINED[:2]:
        await logged_in.goto(f"{served}{path}")
        assert await accessible(logged_in, rules=["color-contrast"]) == [], path


async def test_a_page_does_not_shift_while_it_fills(served, logged_in, ask, world):
    await send_lead(ask, world.first.token)
    await logged_in.goto(f"{served}/docs/reference/create-a-lead")
    await logged_in.locator("[data-recent] table").wait_for()

    assert await layout_shift(logged_in) < 0.02


async def test_a_phone_sees_no_sideways_scrolling(served, logged_in):
    await logged_in.set_viewport_size({"width": 390, "height": 844})
    for path in LOOKED_AT:
        await logged_in.goto(f"{served}{path}")
        wide = await logged_in.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, path


@both_ways
async def test_what_strangers_sent_runs_nowhere(served, logged_in, ask, world, troubles):
    """The XSS corpus in every field of bodies, keys and headers, shown in list, request, reference and Try It."""
    body = {f"<b>{n}{payload}": payload for n, payload in enumerate(PAYLOADS)}
    fields = dict.fromkeys(("first_name", "last_name", "phone", "address", "source"), "".join(PAYLOADS[:20]))
    lead = await send_lead(ask, world.first.token, **fields, request_data=body, tags=list(PAYLOADS[20:40]))
    odd = {"user-agent": PAYLOADS[13], "x-request-id": PAYLOADS[20], "content-type": "application/json"}
    told = await ask.post("/platform/v1/leadgen", token=world.first.token, json=body, headers=odd)
    pages = [f"/docs/requests/{each}" for each in (lead["request_id"], told.json["request_id"])]
    text = urlencode({"text": PAYLOADS[13], "token": PAYLOADS[0]})
    opened = f"/docs/reference/create-a-lead?open={lead['request_id']}"
    for path in (*pages, "/docs/requests", f"/docs/requests?{text}", opened, f"/docs/login?next={PAYLOADS[13]}"):
        await logged_in.goto(f"{served}{path}")
        await logged_in.wait_for_load_state("networkidle")
        assert troubles == [], path
