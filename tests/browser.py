"""A real Chromium for tests of pages: opened once a worker, a fresh page a test, and whatever goes wrong on it fails.

    async def test_the_start_page_opens(served, page):
        await page.goto(f"{served}/docs")

        assert "Leadhall" in await page.title()

`served` is the address of the running app (fixture `app` of tests/web), in the test's own loop. `page` is
Playwright's page; after the test `troubles` must be empty: console errors, page errors, dialogs, requests to
anybody but `served`. A test that means to cause one removes it: `troubles.clear()`. `@without_csp` opens the page
with the Content-Security-Policy switched off, so that escaping alone must hold. `accessible(page)` asks axe.

Chromium is Debian's; Playwright brings no browser of its own here. Playwright lives in a thread with a loop of its
own, since a test's loop ends with the test; `Far` hands each call over to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import shutil
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright, expect

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WITHIN_MS = 20_000
OF_THE_BROWSER = ("data:", "blob:", "about:", "chrome-error:", "chrome:")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

without_csp = pytest.mark.parametrize("csp", [False], ids=["without CSP"])
both_ways = pytest.mark.parametrize("csp", [True, False], ids=["with CSP", "without CSP"])


class OtherLoop:
    """An event loop in a thread of its own."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="browser", daemon=True)
        self._thread.start()

    def soon(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def wait(self, coroutine):
        return self.soon(coroutine).result()

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Far:
    """A Playwright object whose calls run in its own loop: await them as ever; `.near` is the object itself."""

    def __init__(self, near, loop):
        self.near = near
        self._loop = loop

    def __getattr__(self, name):
        return self._wrapped(getattr(self.near, name))

    def _wrapped(self, value):
        if inspect.isroutine(value):
            return lambda *args, **more: self._called(value, args, more)
        return Far(value, self._loop) if type(value).__module__.startswith("playwright") else value

    def _called(self, function, args, more):
        """In the browser's loop, also what is not awaited: Playwright's connection is of one thread."""
        plain = [each.near if isinstance(each, Far) else each for each in args]
        if inspect.iscoroutinefunction(function):
            return self._awaited(function(*plain, **more))
        return self._wrapped(self._loop.wait(_at_once(function, plain, more)))

    async def _awaited(self, coroutine):
        return self._wrapped(await asyncio.wrap_future(self._loop.soon(coroutine)))


async def _at_once(function, args, more):
    return function(*args, **more)


def expecting(far):
    """Playwright's `expect` for a far page or locator: waits until it holds."""
    expect.set_options(timeout=WITHIN_MS)
    return Far(expect(far.near), far._loop)


@pytest.fixture(scope="session")
def other_loop():
    loop = OtherLoop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def chromium(other_loop):
    """The one browser of this worker."""
    if shutil.which(CHROMIUM) is None:
        pytest.fail("please install first: sudo apt-get install chromium")
    driver = other_loop.wait(async_playwright().start())
    browser = other_loop.wait(driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS)))
    yield browser
    other_loop.wait(browser.close())
    other_loop.wait(driver.stop())


@pytest.fixture
def open_pages():
    """Pages that are open: they leave the server before it stops, so that no stream of theirs is cut."""
    return []


@pytest.fixture
async def served(app, open_pages):
    """The address at which the running app takes requests, from within the test's own loop."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
        serving = asyncio.create_task(_serve(server, door))
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        for each in open_pages:
            if not each.near.is_closed():
                await each.goto("about:blank")
        server.should_exit = True
        await serving


async def _serve(server, door):
    """Uvicorn without its handling of signals, which is the test runner's."""
    with contextlib.suppress(asyncio.CancelledError):
        door.listen()
        await server._serve([door])


@pytest.fixture
def csp():
    """Whether the browser obeys the Content-Security-Policy."""
    return True


@pytest.fixture
def scheme():
    """What the reader prefers: light or dark."""
    return "light"


@pytest.fixture
def troubles():
    """What went wrong on the page of this test, in words."""
    return []


@pytest.fixture
async def page(chromium, other_loop, csp, scheme, troubles, open_pages):  # noqa: PLR0917 - what a page is made of
    """An empty page in a browser profile of its own. Fails the test if anything went wrong on it."""
    context = Far(chromium, other_loop)
    context = await context.new_context(
        bypass_csp=not csp, color_scheme=scheme, viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(WITHIN_MS)
    opened = await context.new_page()
    other_loop.wait(_at_once(watch, [opened.near, troubles], {}))
    open_pages.append(opened)
    yield opened
    await context.close()
    assert troubles == []


def watch(page, troubles):
    """Note what goes wrong on a Playwright page (a near one)."""
    page.on("console", lambda said: said.type in ("error", "warning") and troubles.append(f"console: {said.text}"))
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.on("request", lambda request: _is_foreign(request, page) and troubles.append(f"request: {request.url}"))

    async def dismiss(dialog):
        troubles.append(f"dialog: {dialog.message}")
        with contextlib.suppress(PlaywrightError):  # its frame may be gone already
            await dialog.dismiss()

    page.on("dialog", dismiss)


def _is_foreign(request, page):
    if request.url.startswith(OF_THE_BROWSER):
        return False
    return urlsplit(request.url).hostname != "127.0.0.1"


async def take_cookie(page, address, cookie):
    """Give the page's browser a cookie, as `name=value`, for instance of a session."""
    name, _, value = cookie.partition("=")
    await page.context.add_cookies([{"name": name, "value": value, "url": address}])


async def accessible(page, *, within=None, rules=None):
    """What axe finds wrong with the page as it stands, one line a fault; empty is well.

    `within` looks at a part of it only (a selector), `rules` asks for those alone: axe takes a second a page.
    """
    asked = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
    looking = Axe().run(page.near, context=within, options={"runOnly": asked})
    found = await asyncio.wrap_future(page._loop.soon(looking))
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


SHIFTS = """() => new Promise((told) => {
  let sum = 0;
  const add = (each) => { if (!each.hadRecentInput) sum += each.value; };
  new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => told(sum), 100);
})"""


async def layout_shift(page):
    """The cumulative layout shift of the page so far (web.dev calls up to 0.1 good)."""
    return float(await page.evaluate(SHIFTS))


async def weight(page):
    """Bytes that the page took over the wire, all its files included."""
    sizes = await page.evaluate(
        """() => JSON.stringify(["navigation", "resource"]
             .flatMap((kind) => performance.getEntriesByType(kind).map((each) => each.transferSize)))"""
    )
    return sum(json.loads(sizes))


async def picture(page, path, *, full=False):
    """A screenshot, for a person to look at."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=str(path), full_page=full)
