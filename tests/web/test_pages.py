"""The page at `/`, figures, and who is told what."""

import json
import re

import pytest

from leadhall.web.pages import templates
from tests.web.conftest import with_settings
from tests.web.leads import send_lead

STRANGER = "198.51.100.7"


async def test_who_sits_at_the_machine_sees_how_many_leads_came_and_what_to_do_next(ask, world):
    await send_lead(ask, world.first.token)
    await send_lead(ask, world.outsider.business.token)
    page = (await ask.get("/")).content.decode()

    assert re.search(r"2 leads\s+in the last 24 hours", page)
    assert "leadhall demo" in page
    assert "/platform/v1/leadgen" in page


async def test_a_test_lead_is_no_figure(ask, world, monkeypatch):
    monkeypatch.setattr("leadhall.web.public.home.FRESH_FOR_S", 0)
    await send_lead(ask, world.first.token)
    await send_lead(ask, world.first.token, email="t@example.com", is_test=True)
    page = (await ask.get("/")).content.decode()

    assert re.search(r"\b1 lead\s+in the last 24 hours", page)


@pytest.mark.parametrize(
    "asked",
    [
        {"ip": STRANGER},
        {"headers": {"x-forwarded-for": STRANGER}},
        {"headers": {"forwarded": f"for={STRANGER}"}},
        {"headers": {"via": "1.1 proxy"}},
    ],
)
async def test_a_stranger_learns_that_it_runs_and_nothing_else(ask, world, asked):
    await send_lead(ask, world.first.token)
    page = (await ask.get("/", **asked)).content.decode()

    assert "Running." in page
    assert "24 hours" not in page
    assert "leadhall" not in page


async def test_no_page_tells_anything_of_a_person(ask, world):
    await send_lead(ask, world.first.token, first_name="Zebulon", email="zebulon@example.com")
    page = (await ask.get("/")).content.decode().lower()

    assert "zebulon" not in page


async def test_a_page_runs_nothing_but_what_bears_its_nonce(ask):
    told = [await ask.get("/") for _ in range(2)]
    policies = [each.header("content-security-policy") for each in told]
    nonces = [re.search(r"style-src 'nonce-([\w-]+)'", policy)[1] for policy in policies]

    assert "default-src 'none'" in policies[0]
    assert "frame-ancestors 'none'" in policies[0]
    assert "unsafe" not in policies[0]
    assert nonces[0] != nonces[1]
    assert f'<style nonce="{nonces[0]}">' in told[0].content.decode()


async def test_a_page_has_the_headers_that_pages_need(ask):
    told = await ask.get("/")

    assert told.header("x-content-type-options") == "nosniff"
    assert told.header("referrer-policy") == "strict-origin-when-cross-origin"
    assert told.header("x-frame-options") == "DENY"
    assert told.header("content-type") == "text/html; charset=utf-8"
    assert told.header("strict-transport-security") is None


@with_settings(public_url="https://leads.example.com")
async def test_a_server_reached_by_https_says_so_for_a_year(ask):
    told = await ask.get("/")

    assert "max-age=31536000" in told.header("strict-transport-security")
    assert b"https://leads.example.com/platform/v1/leadgen" in told.content


async def test_figures_are_for_who_sits_at_the_machine(ask):
    told = await ask.get("/metrics")

    assert told.status == 200
    assert b"leadhall_ready 1.0" in told.content
    assert told.header("content-type").startswith("text/plain")


@pytest.mark.parametrize("asked", [{"ip": STRANGER}, {"headers": {"x-forwarded-for": "127.0.0.1"}}])
async def test_figures_are_not_for_strangers(ask, asked):
    assert (await ask.get("/metrics", **asked)).status == 401
    assert (await ask.get("/metrics", token="", **asked)).status == 401


@with_settings(metrics_token="the metrics token")
async def test_figures_are_for_who_has_the_metrics_token(ask):
    assert (await ask.get("/metrics", token="wrong", ip=STRANGER)).status == 401


@with_settings(metrics_token="m3trics")
async def test_the_metrics_token_opens_the_figures_from_anywhere(ask):
    assert (await ask.get("/metrics", token="m3trics", ip=STRANGER)).status == 200
    assert (await ask.get("/metrics", token="m3tricz", ip=STRANGER)).status == 401


def test_data_in_a_page_cannot_end_its_script():
    hostile = {"title": "</script><script>alert(1)</script>", "amp": "&", "lines": "\u2028"}
    written = templates("leadhall.web.portal").from_string("{{ data | tojson }}").render(data=hostile)

    assert not set("<>&'") & set(written)
    assert json.loads(written) == hostile
