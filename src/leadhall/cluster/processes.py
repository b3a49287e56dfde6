"""Which PostgreSQL processes live in a cluster's folder, read from /proc, and when one is gone."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LOOK_EVERY_S = 0.02
PROGRAM = "postgres"
READY = "ready"
STOPPING = "stopping"


@dataclass(frozen=True)
class PidFile:
    """What postmaster.pid says: the postmaster, the folder of its socket and how far it is."""

    pid: int
    socket_folder: str
    status: str

    @classmethod
    def read(cls, cluster: Path) -> PidFile | None:
        """None when there is none. A file still being written gives an empty status."""
        try:
            lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid = abs(int(lines[0]))  # negative for a standalone backend
        except (OSError, ValueError, IndexError):
            return None
        more = [*lines, "", "", "", "", "", "", ""]
        return cls(pid, more[4].strip(), more[7].strip())


def is_alive(pid: int) -> bool:
    """False for a zombie: it runs nothing any more."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def works_in(pid: int, cluster: Path) -> bool:
    """Whether a live process is a PostgreSQL of this very folder, which is where they all work."""
    try:
        return _is_postgres(pid) and (PROC / str(pid) / "cwd").samefile(cluster) and is_alive(pid)
    except OSError:
        return False


def living_in(cluster: Path) -> list[int]:
    """Every PostgreSQL process of this folder: postmaster, backends, and orphans of a killed postmaster.

    One that is just dying has left every folder but still holds shared memory: it counts here too.
    """
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _is_postgres(pid) and (works_in(pid, cluster) or _is_dying(pid))]


def _is_dying(pid: int) -> bool:
    try:
        (PROC / str(pid) / "cwd").readlink()
    except FileNotFoundError:
        return is_alive(pid)
    except OSError:
        return False
    return False


def _is_postgres(pid: int) -> bool:
    try:
        return (PROC / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip() == PROGRAM
    except OSError:
        return False


def postmaster_of(cluster: Path) -> PidFile | None:
    """The postmaster that serves this folder now; None when the file is missing or stale."""
    told = PidFile.read(cluster)
    return told if told and works_in(told.pid, cluster) else None


def wait_gone(pid: int, timeout_s: float) -> bool:
    """Wait until a process has ended, ours or not. False when it still runs after `timeout_s`."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    except OSError:  # an old kernel or a sandbox without pidfd
        return _watch_gone(pid, timeout_s)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(timeout_s * 1000)) or not is_alive(pid)
    finally:
        os.close(descriptor)


def _watch_gone(pid: int, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may just have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def end_all(cluster: Path, number: signal.Signals, timeout_s: float) -> bool:
    """Signal every process of the folder and wait for all. True when none is left.

    Looks again until the time is over: what is just dying may be another cluster's, and is gone a moment later.
    """
    deadline = time.monotonic() + timeout_s
    while pids := living_in(cluster):
        if time.monotonic() > deadline:
            return False
        for pid in pids:
            send(pid, number)
        for pid in pids:
            wait_gone(pid, max(0.0, deadline - time.monotonic()))
    return True
