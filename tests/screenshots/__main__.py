"""`make screenshots`: pictures of the pages for docs/images, of a demo in a throw-away folder, by Debian's Chromium.

A picture more is a row of `shots.py`. `python -m tests.screenshots FOLDER` takes every page of the console there
instead, each wide, dark, narrow and right to left: to be looked at, not to be kept.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import CHROMIUM, FLAGS
from tests.screenshots.demo import Demo, database_of, demo, fill, spread
from tests.screenshots.shots import SHOTS, Shot, every_page

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 150_000


def main() -> None:
    with demo() as running:
        leads = fill(running)
        asyncio.run(spread(database_of(running), leads))
        _take_all(running, leads)


def _take_all(running: Demo, leads: dict[str, str]) -> None:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--no-sandbox"])
        page = _come_in(browser, running)
        if len(sys.argv) > 1:
            for shot in every_page(page, running.url, leads):
                _take(page, running, shot, Path(sys.argv[1]))
        else:
            for shot in SHOTS:
                _keep(_take(page, running, shot.of(leads), IMAGES))
        browser.close()


def _come_in(browser: Browser, running: Demo) -> Page:
    """As the owner of the first business, in the console and in the portal."""
    page = browser.new_context(locale="en-US").new_page()
    page.goto(running.link)
    page.get_by_role("button").last.click()
    page.wait_for_url("**/inbox*")
    page.goto(f"{running.url}/docs/login")
    page.locator("main button.button").first.click()
    return page


def _take(page: Page, running: Demo, shot: Shot, folder: Path) -> Path:
    page.set_viewport_size(shot.size)
    page.emulate_media(color_scheme=shot.scheme)
    _speak(page, running, shot.language)
    page.goto(running.url + shot.path, wait_until="load")
    page.locator(shot.until).first.wait_for()
    page.evaluate("document.fonts.ready")
    picture = folder / f"{shot.name}.png"
    page.screenshot(path=str(picture), full_page=shot.full)
    return picture


def _speak(page: Page, running: Demo, language: str) -> None:
    if page.evaluate("document.documentElement.lang") == language and "/docs" not in page.url:
        return
    page.goto(f"{running.url}/you")
    if page.evaluate("document.documentElement.lang") != language:
        page.select_option("#locale", language)
        page.locator("form[action='/you'] button").click()


def _keep(picture: Path) -> None:
    size = picture.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{picture.name} has {size} bytes: at most {MOST_BYTES}")
    print(picture.name, size)  # noqa: T201


if __name__ == "__main__":
    main()
