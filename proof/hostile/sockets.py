"""Bytes as they stand on a connection of their own, and everything that is answered on it."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from proof.hostile.framings import Framing

SILENT_S = 0.7
"""So long without a byte, and it has said what it had to say."""
AT_ONCE = 16
PROBE = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
_ANSWER = re.compile(rb"HTTP/1\.[01] ([1-9][0-9][0-9])[^\r\n]*\r\n")
INTERIM = 200


@dataclass(frozen=True)
class Heard:
    """`statuses` of what was sent; `after` of a good request that was sent behind it on the same connection."""

    framing: Framing
    statuses: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def stays_open(self) -> bool:
        """Somebody still answers behind the first answer."""
        return bool(self.after) or len(self.statuses) > 1

    @property
    def is_accepted(self) -> bool:
        return any(status < 400 for status in self.statuses)


def hear_all(port: int, framings: Iterable[Framing]) -> list[Heard]:
    """Each framing on a connection of its own, some at a time."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda framing: hear(port, framing), framings))


def hear(port: int, framing: Framing) -> Heard:
    with socket.create_connection(("127.0.0.1", port), timeout=SILENT_S) as door:
        first = _statuses(_say(door, framing.octets))
        after = _statuses(_say(door, PROBE)) if first or framing.kind == "unusual" else ()
    return Heard(framing, first, after)


def _say(door: socket.socket, octets: bytes) -> bytes:
    """All that comes back until it is silent or closed. It may close before we have said all."""
    with contextlib.suppress(OSError):
        door.sendall(octets)
    heard = b""
    with contextlib.suppress(OSError):
        while piece := door.recv(65536):
            heard += piece
    return heard


def _statuses(octets: bytes) -> tuple[int, ...]:
    """Of final answers; 100 Continue is none. Bodies of ours hold no line that looks like one."""
    return tuple(status for found in _ANSWER.finditer(octets) if (status := int(found[1])) >= INTERIM)
