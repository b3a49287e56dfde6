"""Reads a recording: who had the WAL synced before confirming a commit, and which 201 came before its commit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# A call is one line, or two when others came between: its beginning "unfinished", later its end "resumed".
_LINE = re.compile(r"^(?P<pid>\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)$")
# A batch comes as rows in PostgreSQL's binary format: its length, 16, then a uid. strace writes three digits of the
# length where a digit follows.
_UID = re.compile(r"\\0?20([0-9a-z]{16})(?![0-9a-z])")
_BATCH = "create_lead"
_ANSWER = re.compile(r"HTTP/1\.1 201 .*?x-request-id: (\w+)", re.IGNORECASE)
UNFINISHED = "<unfinished ...>"
READY = r"Z\0\0\0\5I"  # ReadyForQuery, outside a transaction: the end of what COMMIT answers
WAL = "/pg_wal/"


@dataclass
class Backend:
    """One session of PostgreSQL, between two ReadyForQuery."""

    heard: str = ""
    sent: str = ""
    heard_at: int = 0
    synced: bool = False
    """The WAL was synced since, and nothing was written to it after."""


@dataclass
class Found:
    answered: int = 0
    in_order: int = 0
    commits: int = 0
    faults: list[str] = field(default_factory=list)


def look_through(lines: Iterable[str]) -> Found:
    """A commit is a reply to a batch of leads. Any process may sync the WAL for it, once it was asked for."""
    return _Reader().read(lines)


class _Reader:
    def __init__(self) -> None:
        self.found = Found()
        self._backends: dict[str, Backend] = {}
        self._committed: set[str] = set()
        self._unsynced: set[str] = set()
        self._syncing: dict[str, int] = {}  # pid to the line where it began
        self._at = 0

    def read(self, lines: Iterable[str]) -> Found:
        for self._at, line in enumerate(lines, 1):
            match = _LINE.match(line)
            if match:
                self._event(match["pid"], match["call"], match["resumed"], match["rest"])
        return self.found

    def _event(self, pid: str, call: str | None, resumed: str | None, rest: str) -> None:
        finished = not rest.endswith(UNFINISHED)
        name = call or resumed
        if name in {"fdatasync", "fsync"}:
            if call and WAL in rest:
                self._syncing[pid] = self._at
            if finished and rest.endswith("= 0") and pid in self._syncing:
                self._synced(self._syncing.pop(pid))
        elif name in {"pwrite64", "pwritev"} and WAL in rest:
            self._backend(pid).synced = False
        elif name == "recvfrom" and finished and "HTTP/1." not in rest:
            self._heard(pid, rest)
        elif call in {"sendto", "sendmsg", "write", "writev"}:
            self._sent(pid, rest)

    def _backend(self, pid: str) -> Backend:
        return self._backends.setdefault(pid, Backend())

    def _heard(self, pid: str, text: str) -> None:
        backend, words = self._backend(pid), _quoted(text)
        if words and not backend.heard:
            backend.heard_at, backend.synced = self._at, False
        backend.heard += words

    def _synced(self, began_at: int) -> None:
        for backend in self._backends.values():
            if backend.heard and began_at > backend.heard_at:
                backend.synced = True

    def _sent(self, pid: str, text: str) -> None:
        for request in _ANSWER.findall(text):
            self._answered(request)
        backend = self._backends.get(pid)
        if backend is None:
            return
        backend.sent = (backend.sent + _quoted(text))[-200:]
        if READY in backend.sent:
            self._replied(backend)
            self._backends[pid] = Backend()

    def _replied(self, backend: Backend) -> None:
        if _BATCH not in backend.heard:
            return
        asked = set(_UID.findall(backend.heard))
        self.found.commits += 1
        self._committed |= asked
        if not backend.synced:
            self._unsynced |= asked
            self.found.faults.append(f"line {self._at}: COMMIT answered before fdatasync")

    def _answered(self, request: str) -> None:
        self.found.answered += 1
        if request not in self._committed:
            self.found.faults.append(f"line {self._at}: 201 for {request} before its COMMIT was answered")
        elif request not in self._unsynced:
            self.found.in_order += 1


def _quoted(text: str) -> str:
    """What stands between the first and the last quote; nothing when a call had nothing to give."""
    return text[text.find('"') + 1 : text.rfind('"')] if '"' in text else ""
