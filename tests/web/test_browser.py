"""The harness of tests/browser.py itself: it sees what goes wrong, and its corpus is one that runs."""

from html import escape

import pytest

from tests.browser import accessible, both_ways
from tests.corpus.xss import PAYLOADS


async def test_a_page_of_ours_gives_no_trouble(served, page):
    await page.goto(f"{served}/docs")

    assert "Leadhall" in await page.title()


@pytest.mark.parametrize(
    ("harm", "seen"),
    [
        ("<script>console.error('oh')</script>", "console: oh"),
        ("<script>throw new Error('no')</script>", "page error: no"),
        ("<script>alert(7)</script>", "dialog: 7"),
        ("<img src=http://evil.example/x.png>", "request: http://evil.example/x.png"),
    ],
)
async def test_what_goes_wrong_on_a_page_is_seen(page, troubles, harm, seen):
    await page.set_content(harm)

    assert seen in troubles
    troubles.clear()


async def test_the_corpus_runs_where_nothing_is_escaped(page, troubles):
    """The control: each raw in a frame of its own, at least 20 of at least 52 run."""
    raw = [payload.replace("alert(1)", f"alert({n})") for n, payload in enumerate(PAYLOADS)]
    await page.set_content("".join(f'<iframe srcdoc="{escape(each)}"></iframe>' for each in raw))
    ran = {each for each in troubles if each.startswith("dialog: ")}
    troubles.clear()

    assert len(set(PAYLOADS)) >= 52
    assert len(ran) >= 20


@both_ways
async def test_the_policy_is_obeyed_or_switched_off(served, page, troubles, csp):
    """The other control: our own policy stops a script without a nonce, and the switch lets it run."""
    await page.goto(f"{served}/docs")
    await page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('script'), {text: 'alert(9)'}))"
    )
    ran = "dialog: 9" in troubles
    troubles.clear()

    assert ran is not csp


async def test_axe_sees_a_picture_without_words(page):
    await page.set_content("<!doctype html><html lang=en><title>x</title><main><h1>x</h1><img src='data:,'></main>")

    assert any(each.startswith("image-alt") for each in await accessible(page))
