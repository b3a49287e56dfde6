"""`make screenshots`: pictures of the console for docs/images, of a demo that is made for them and thrown away."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[3]
IMAGES = ROOT / "docs" / "images"
START_WITHIN_S = 180
MOST_BYTES = 150 * 1024
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 780}
LEADS = (
    {
        "email": "maya.cohen@example.com",
        "first_name": "Maya",
        "last_name": "Cohen",
        "phone": "+1 415 555 0132",
        "request_title": "New kitchen in Sausalito",
        "source": "Google Ads",
        "source_url": "https://harbour-kitchens.example/kitchens",
        "tags": "kitchen, high budget",
        "system_message": "Came from the kitchen planner. Open the plan: https://planner.example.com/p/83712",
        "request_data": {"Project": "Kitchen", "Budget": "$45,000", "Preferred date": "2026-12-14"},
        "message_data": {
            "Message": "We are redoing the ground floor and would love oak fronts with a stone worktop. Could somebody "
            "come by next week? Some ideas: https://boards.example/991"
        },
        "notifications": "email, auto-reply",
        "opt_in_transactional_sms": True,
    },
    {
        "email": "tom@example.com",
        "first_name": "Tom",
        "last_name": "Berger",
        "request_title": "Worktop only",
        "source": "Website",
        "message_data": {"Message": "Just the worktop, 3.2 m, quartz. What would that cost?"},
    },
    {
        "email": "li.na@example.com",
        "first_name": "Na",
        "last_name": "Li",
        "request_title": "Bathroom cabinets",
        "source": "Instagram",
        "tags": "bathroom",
        "message_data": {"Message": "Saw your oak series. Do you do bathrooms too?"},
    },
    {
        "email": "noa.levi@example.com",
        "first_name": "Noa",
        "last_name": "Levi",
        "request_title": "שיפוץ מטבח",
        "source": "Website",
        "message_data": {"Message": "שלום, אשמח להצעת מחיר למטבח חדש עם אי במרכז."},
    },
)


def main() -> None:
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - the demo's PostgreSQL may run as another user
        data = Path(folder) / "demo"
        log = Path(folder) / "log"
        environment = {**os.environ, "PORT": str(port), "LEADHALL_DATA": str(data), "LEADHALL_RATE_PER_S": "0"}
        with log.open("wb") as kept:
            demo = subprocess.Popen(
                [sys.executable, "-m", "leadhall.cli", "demo"], env=environment, stdout=kept, stderr=kept
            )
        try:
            link = _link(demo, log)
            first = _send_leads(port, json.loads((data / "demo.json").read_text()))
            _take(f"http://127.0.0.1:{port}", link, first)
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(60)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _link(demo, log) -> str:
    """The one that the demo prints when everything is there."""
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and demo.poll() is None:
        if found := re.search(r"http://\S+/enter/\S+", log.read_text()):
            return found[0]
        time.sleep(0.5)
    raise SystemExit(f"the demo did not start:\n{log.read_text()}")


def _send_leads(port, book) -> str:
    token = book["businesses"][0]["owner"]["token"]
    uids = []
    for lead in LEADS:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/platform/v1/leadgen",
            data=json.dumps({"identifier_type": "email"} | lead).encode(),
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
            uids.append(json.load(answer)["conversation_uid"])
    return uids[0]


def _take(url, link, lead) -> None:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--no-sandbox"])
        context = browser.new_context(viewport=WIDE, locale="en-US")
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button").last.click()
        page.wait_for_url("**/inbox*")
        for name, path, size, scheme in (
            ("inbox", "/inbox", WIDE, "light"),
            ("inbox-dark", "/inbox", WIDE, "dark"),
            ("conversation", f"/inbox/{lead}", WIDE, "light"),
            ("conversation-narrow", f"/inbox/{lead}", NARROW, "light"),
        ):
            _one(page, url + path, name, size, scheme)
        page.goto(f"{url}/you")
        page.select_option("#locale", "he")
        page.locator("form[action='/you'] button").click()
        _one(page, f"{url}/inbox", "inbox-rtl", WIDE, "light")
        browser.close()


def _one(page, address, name, size, scheme) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=str(path))
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size} bytes: at most {MOST_BYTES}")
    print(path.relative_to(ROOT), path.stat().st_size)  # noqa: T201


if __name__ == "__main__":
    main()
