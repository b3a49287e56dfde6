"""`make screenshots`: pictures of the pages for docs/images, of a demo in a throw-away folder, by Debian's Chromium.

A page more is a row in PAGES.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZE = {"width": 1264, "height": 640}
START_WITHIN_S = 60
MOST_BYTES = 150_000
PAGES = {
    "reference": ("/docs/reference/create-a-lead", "light"),
    "reference-dark": ("/docs/reference/create-a-lead", "dark"),
    "requests": ("/docs/requests", "light"),
    "tokens": ("/docs/tokens", "light"),
}


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="leadhall-pictures-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        port = _free_port()
        environment = os.environ | {"PORT": str(port), "LEADHALL_DATA": f"{folder}/demo"}
        demo = subprocess.Popen([Path(sys.executable).with_name("leadhall"), "demo"], env=environment)
        try:
            _wait_for(port, demo)
            take(f"http://127.0.0.1:{port}")
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)
    return 0


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait_for(port: int, demo: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and demo.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)  # between two looks
        else:
            return
    raise RuntimeError("the demo did not start")


def take(url: str) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--disable-gpu"])
        for name, (path, scheme) in PAGES.items():
            page = browser.new_context(color_scheme=scheme, viewport=SIZE).new_page()
            _log_in(page, url)
            page.goto(url + path, wait_until="networkidle")
            picture = IMAGES / f"{name}.png"
            page.screenshot(path=str(picture))
            if picture.stat().st_size > MOST_BYTES:
                raise RuntimeError(f"{picture.name} is over {MOST_BYTES} bytes")
        browser.close()


def _log_in(page: Page, url: str) -> None:
    """As the owner of the demo's first business."""
    page.goto(f"{url}/docs/login")
    page.click("main button.button")


if __name__ == "__main__":
    sys.exit(main())
