"""The demo shows what would have left; nobody else sees it, and nobody learns that it is there."""

from dataclasses import replace

import pytest

from leadhall.notify.captured import NewCaptured, capture
from tests.web.conftest import SETTINGS

MAIL = {"kind": "owner_notice", "sender": "Leadhall <a@b.example>", "recipient": "ann@acme.example"}
TOLD = {"subject": "Dana <script>: Kitchen", "text": "Hello <b>", "html": "<p>Hello</p><script>alert(1)</script>"}


@pytest.fixture
def settings(tmp_path):
    """A demo's folder."""
    (tmp_path / "demo.json").write_text("{}")
    return replace(SETTINGS, data=tmp_path)


@pytest.fixture
async def kept(services, world):
    new = NewCaptured(business_id=world.first.id, channel="email", because="not_configured", **MAIL, **TOLD)
    return await capture(services.worker_pool, new)


async def test_the_demo_lists_and_shows_what_would_have_left(ask, kept):
    listed, shown = await ask.get("/captured"), await ask.get(f"/captured/{kept}")

    assert "Dana &lt;script&gt;: Kitchen" in listed.content.decode()
    assert "Hello &lt;b&gt;" in shown.content.decode()


async def test_the_html_part_is_shown_where_nothing_runs(ask, kept):
    shown = await ask.get(f"/captured/{kept}/html")

    assert shown.content.decode() == TOLD["html"]
    assert shown.header("content-security-policy").startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("path", ["/captured", "/captured/UID", "/captured/UID/html"])
async def test_from_elsewhere_and_through_a_proxy_there_is_nothing(ask, kept, path):
    path = path.replace("UID", kept)

    assert (await ask.get(path, ip="198.51.100.7")).status == 404
    assert (await ask.get(path, headers={"x-forwarded-for": "127.0.0.1"})).status == 404


async def test_where_no_demo_is_there_is_nothing(ask, kept, settings):
    (settings.data / "demo.json").unlink()

    assert (await ask.get("/captured")).status == 404
    assert (await ask.get(f"/captured/{kept}")).status == 404
