"""A demo that is made for the pictures and thrown away, and what stands in it."""

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
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from tests.screenshots.leads import LATER, LEADS, REFUSED

START_WITHIN_S = 180
LOOK_EVERY_S = 0.5
THREAD_EARLIER = (
    "update conversation set created_at = created_at - $2::interval, awaits_since = awaits_since - $2 where uid = $1"
)
MESSAGES_EARLIER = "update message set created_at = created_at - $2::interval where conversation_uid = $1"


@dataclass(frozen=True)
class Demo:
    """Where it runs, the link that signs its owner in, and its data folder."""

    url: str
    link: str
    data: Path

    @property
    def business(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / "demo.json").read_text())["businesses"][0]
        return found

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LEADHALL_DATA": str(self.data), "LEADHALL_RATE_PER_S": "0"}


@contextmanager
def demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="leadhall-pictures-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # its PostgreSQL may run as another user
        port, log = _free_port(), Path(folder) / "log"
        made = Demo(f"http://127.0.0.1:{port}", "", Path(folder) / "demo")
        with log.open("wb") as kept:
            command = [sys.executable, "-m", "leadhall.cli", "demo"]
            running = subprocess.Popen(command, env=made.environment | {"PORT": str(port)}, stdout=kept, stderr=kept)
        try:
            yield Demo(made.url, _link(running, log), made.data)
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(60)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _link(running: subprocess.Popen[bytes], log: Path) -> str:
    """The one that the demo prints when everything is there."""
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and running.poll() is None:
        if found := re.search(r"http://\S+/enter/\S+", log.read_text()):
            return found[0]
        time.sleep(LOOK_EVERY_S)
    raise SystemExit(f"the demo did not start:\n{log.read_text()}")


def fill(running: Demo) -> dict[str, str]:
    """Send the leads; the conversation of each, by the first name of who wrote it."""
    token = running.business["owner"]["token"]
    sent = {str(lead["first_name"]): _post(running.url, token, lead) for lead in LEADS}
    for lead in LATER:
        _post(running.url, token, lead)
    for lead in REFUSED:
        _post(running.url, token, lead)
    return {name: told["conversation_uid"] for name, told in sent.items()}


def _post(url: str, token: str, lead: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own demo
        f"{url}/platform/v1/leadgen",
        data=json.dumps({"identifier_type": "email"} | lead).encode(),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own demo
            return dict(json.load(answer))
    except urllib.error.HTTPError as refused:
        return dict(json.load(refused))


def database_of(running: Demo) -> str:
    """Its address."""
    command = [sys.executable, "-m", "leadhall.cli", "database", "url"]
    return subprocess.run(command, env=running.environment, capture_output=True, text=True, check=True).stdout.strip()


async def spread(address: str, leads: dict[str, str]) -> None:
    """Over the last days, as leads come: all of them came just now."""
    connection = await asyncpg.connect(address)
    try:
        for at, uid in enumerate(reversed(leads.values())):
            ago = timedelta(hours=at * at * 0.7 + at * 1.9)
            await connection.execute(THREAD_EARLIER, uid, ago)
            await connection.execute(MESSAGES_EARLIER, uid, ago)
    finally:
        await connection.close()
