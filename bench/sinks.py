"""Where webhooks and mail of the bench arrive: a process of its own (`python -m bench.sinks`), whose cost is nobody's.

HTTP on one port of 127.0.0.1 to 127.0.0.<hosts>, which answers 200 to every POST and tells how many came to `GET /`.
SMTP by aiosmtpd; each mail taken is a line of `--taken`: when (monotonic seconds) and its subject.
"""

from __future__ import annotations

import argparse
import asyncio
import email
import time
from pathlib import Path
from typing import Any, cast

import uvloop
from aiosmtpd.smtp import SMTP, Envelope

HEAD_END = b"\r\n\r\n"


class Count:
    posts = 0


class Receiver(asyncio.Protocol):
    """One connection of a sender of webhooks."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._came = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(HEAD_END)
        if not end or len(body) < _length(head):
            return
        self._came = b""
        assert self._transport
        told = b""
        if head.startswith(b"POST"):
            self._count.posts += 1
        else:
            told = str(self._count.posts).encode()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told))


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


class Mailbox:
    """Takes every mail; the moment of the 250 is that of its line."""

    def __init__(self, taken: Path) -> None:
        self._taken = taken.open("a", buffering=1)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's word
        subject = email.message_from_bytes(cast("bytes", envelope.original_content))["Subject"]
        self._taken.write(f"{time.monotonic()} {' '.join(str(subject).split())}\n")
        return "250 OK"


async def serve(http: int, hosts: int, smtp: int, taken: Path) -> None:
    loop, count, mailbox = asyncio.get_running_loop(), Count(), Mailbox(taken)
    for n in range(1, hosts + 1):
        await loop.create_server(lambda: Receiver(count), f"127.0.0.{n}", http)
    await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", smtp)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--hosts", type=int, required=True)
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--taken", type=Path, required=True)
    asked = parser.parse_args()
    uvloop.run(serve(asked.http, asked.hosts, asked.smtp, asked.taken))


if __name__ == "__main__":
    main()
