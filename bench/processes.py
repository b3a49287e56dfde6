"""Processor time and memory of a process and all its children, read from /proc; and servers to start and stop.

The time of children that have ended is in their parent's account (cutime, cstime), so nothing
is lost when PostgreSQL ends a backend.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

PROC = Path("/proc")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
START_WITHIN_S = 30.0
STOP_WITHIN_S = 20.0
LOOK_EVERY_S = 0.005
GRANIAN = ("--interface", "asgi", "--no-ws", "--loop", "uvloop", "--no-access-log", "--log-level", "warning")


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat after the program's name; None when it has ended."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(root: int) -> list[int]:
    """`root` and all that descend from it and still live."""
    parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu_s(root: int) -> float:
    """Processor seconds, user and system, of a process and all its children, also those that ended."""
    return sum(sum(map(int, fields[11:15])) for pid in tree(root) if (fields := _stat(pid))) * TICK_S


def rss_mb(root: int) -> float:
    """Resident megabytes of a process tree, pages that several processes share counted in each."""
    return sum(_kilobytes(pid, "status", "VmRSS:") for pid in tree(root)) / 1024


def pss_mb(root: int) -> float:
    """The same with shared pages divided among those who share them."""
    return sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in tree(root)) / 1024


def _kilobytes(pid: int, file: str, name: str) -> int:
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


class Server:
    """A server in a process of its own, on a free port of loopback."""

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], log: Path, *, port: int | None = None
    ) -> None:
        """`{port}` in the command and in the environment's values becomes the port. The log is written on."""
        self.name = name
        self.port = port or free_port()
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [part.replace("{port}", str(self.port)) for part in command],
                env={**_clean(os.environ), **{k: v.replace("{port}", str(self.port)) for k, v in environment.items()}},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def await_port(self) -> None:
        """Wait until it accepts connections. RuntimeError with its last words when it does not."""
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if self.listens():
                return
            time.sleep(LOOK_EVERY_S)
        raise RuntimeError(f"{self.name} does not answer:\n{self.last_words()}")

    def lives(self) -> bool:
        return self._process.poll() is None

    def listens(self) -> bool:
        """Whether it takes connections now."""
        with socket.socket() as door:
            return self.lives() and door.connect_ex(("127.0.0.1", self.port)) == 0

    def last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, within_s: float) -> bool:
        """Wait for its end. False when it still lives then."""
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End it as a user would, by SIGTERM, and by force when it does not."""
        members = tree(self.pid)
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            for pid in members:
                _kill(pid)
            self._process.wait()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Our environment without what would steer Leadhall or PostgreSQL, or keep Python from the bytecode it compiled."""
    steering = ("LEADHALL_", "PG", "DATABASE_URL", "PORT", "GRANIAN_", "UVICORN_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in environment.items() if not name.startswith(steering)}


def end_in_order() -> None:
    """Let SIGTERM unwind this process as Ctrl-C does, so that everything it started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def beside(name: str) -> str:
    """A program of the environment this Python belongs to."""
    return str(Path(sys.executable).with_name(name))
