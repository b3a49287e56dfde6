"""A real server in a process of its own: `python -m tests.web.serving '{"kind": "granian", …}'`."""

import contextlib
import importlib
import json
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvicorn

from leadhall.app import Application
from leadhall.core.db import Database
from leadhall.core.secrets import InstanceKey
from leadhall.settings import Settings
from leadhall.web.server import run

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 20


@dataclass
class Serving:
    port: int
    process: subprocess.Popen

    def connect(self, timeout=10):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def send(self, data, *, timeout=10):
        """Send bytes as they stand; all that comes back until the connection closes or is silent for `timeout`."""
        with self.connect(timeout) as door:
            door.sendall(data)
            return everything_from(door)

    def ask(self, path, method="GET", token=None, body=b""):
        """One request on a connection of its own; status and body."""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        if token:
            head += f"Authorization: Bearer {token}\r\n"
        answer = self.send(head.encode() + b"\r\n" + body)
        return status_of(answer), answer.partition(b"\r\n\r\n")[2]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)

    @property
    def rss_mb(self):
        main = psutil.Process(self.process.pid)
        return sum(each.memory_info().rss for each in [main, *main.children(recursive=True)]) / 1e6


def everything_from(door):
    received = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while piece := door.recv(65536):
            received += piece
    return received


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer else None


@contextlib.contextmanager
def serving(database, *, kind="granian", patches=None):
    """A server on a free port. `patches`: module attributes to set in it, by dotted name."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"kind": kind, "port": port, "database": database.arguments, "patches": patches or {}}
    process = subprocess.Popen([sys.executable, "-m", "tests.web.serving", json.dumps(told)], cwd=ROOT)
    try:
        _wait_until_open(port, process)
        yield Serving(port, process)
    finally:
        process.kill()
        process.wait()


def _wait_until_open(port, process):
    deadline = time.monotonic() + START_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)  # between two looks
        else:
            return


def main():
    told = json.loads(sys.argv[1])
    for name, value in told["patches"].items():
        module, _, attribute = name.rpartition(".")
        setattr(importlib.import_module(module), attribute, value)
    settings = Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False, port=told["port"])
    application = Application(settings, Database(told["database"]), InstanceKey(b"the key of the tests"))
    if told["kind"] == "granian":
        run(application, host="127.0.0.1", port=told["port"])
    else:
        uvicorn.run(application, host="127.0.0.1", port=told["port"], log_level="error", timeout_graceful_shutdown=10)


if __name__ == "__main__":
    main()
