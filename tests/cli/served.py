"""A server as a process of its own: started, waited for, asked, stopped, and nothing of it left."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

READY_WITHIN_S = 60
STOPPED_WITHIN_S = 15


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def environment(**given):
    """Ours without its settings, and those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADHALL_")}
    for name in ("DATABASE_URL", "PORT"):
        kept.pop(name, None)
    return kept | {name: str(value) for name, value in given.items()}


def command(*arguments, cwd=None, **given):
    """Run a command to its end in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "leadhall.cli", *arguments],
        env=environment(**given),
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=90,
        check=False,
    )


@dataclass
class Served:
    process: subprocess.Popen
    url: str
    log: Path
    stopped_in_s: float = 0.0

    def get(self, path, headers=None):
        return self._ask(urllib.request.Request(self.url + path, headers=headers or {}))  # noqa: S310 - our own server

    def post(self, path, token, body):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self._ask(urllib.request.Request(self.url + path, json.dumps(body).encode(), headers))  # noqa: S310 - as above

    def _ask(self, request):
        """Status and decoded body; status 0 while nobody answers."""
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
                return answer.status, _decoded(answer.read())
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, _decoded(fault.read())
        except (OSError, urllib.error.URLError):
            return 0, None

    def wait_until(self, true, within_s=READY_WITHIN_S):
        """Ask again and again; fails with the log when the server dies or the time is over."""
        deadline = time.monotonic() + within_s
        while not (answer := true()):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)  # between two looks, not to wait for a fixed time
        return answer

    def wait_until_ready(self):
        self.wait_until(lambda: self.get("/readyz")[0] == 200)

    def wait_for_words(self, words):
        self.wait_until(lambda: words in self.log.read_text())

    def stop(self, how=signal.SIGTERM):
        """Stop it by a signal; the exit code. Fails when it takes long or leaves a process."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        began = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(STOPPED_WITHIN_S)
        self.stopped_in_s = time.monotonic() - began
        _, left = psutil.wait_procs(family, timeout=2)
        assert not left
        return code


def _decoded(body):
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


@contextmanager
def served(folder, *arguments, cwd=None, **given):
    """`leadhall` with these arguments and settings, on a free port. What is still there at the end is killed."""
    port = given.setdefault("PORT", free_port())
    log = folder / f"log-{port}"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "leadhall.cli", *arguments],
            env=environment(**given),
            cwd=cwd,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield Served(process, f"http://127.0.0.1:{port}", log)
    finally:
        _end(process)


def _end(process):
    if process.poll() is None:
        family = [process, *psutil.Process(process.pid).children(recursive=True)]
        for each in family:
            each.kill()
        process.wait()
