"""strace on processes that run already: all of them in one recording, so that its lines stand in the order of events.

strace stops a process before and after a call and writes as it does so. What one process does because of what another
did stands below it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CALLS = "trace=fdatasync,fsync,pwrite64,pwritev,recvfrom,sendto,sendmsg,write,writev"
MOST_BYTES_SHOWN = 100_000


@contextmanager
def recorded(file: Path, pids: Sequence[int]) -> Iterator[Callable[[], list[str]]]:
    """Record these processes, their threads and children inside; the lines can be had afterwards."""
    named = [part for pid in pids for part in ("-p", str(pid))]
    command = ["strace", "-f", "-y", "-s", str(MOST_BYTES_SHOWN), "-e", CALLS, "-o", str(file), *named]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        try:
            _await_attached(strace, len(pids))
            yield lambda: file.read_text(encoding="utf-8", errors="replace").splitlines()
        finally:
            strace.terminate()
            strace.wait()


def _await_attached(strace: subprocess.Popen[str], count: int) -> None:
    assert strace.stderr
    told = []
    for line in strace.stderr:
        told.append(line)
        count -= " attached" in line
        if count == 0:
            return
    raise RuntimeError(f"strace cannot look: {''.join(told)}")
