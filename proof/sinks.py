"""The other side of the wires: a relay and a receiver of webhooks that take and count, and now and then do not say so.

A process of their own (`python -m proof.sinks …`), which no fault strikes. What they take stands as a line in `mails`
and `hooks` of the folder before anything is answered; then some answers are dropped.
"""

from __future__ import annotations

import asyncio
import email
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, TextIO

from aiohttp import web
from aiosmtpd.smtp import SMTP
from bench.processes import python

DROPPED_SHARE = 0.02


@dataclass(frozen=True)
class Taken:
    """A mail or a call that came: its id and lead; from whom (as a mailer said hello), and when (monotonic)."""

    id: str
    lead: str
    who: str = ""
    at: float = 0.0


@dataclass(frozen=True)
class Sinks:
    """Where they listen, and what they took so far."""

    folder: Path
    smtp: int
    http: int

    @property
    def environment(self) -> dict[str, str]:
        """Settings with which Leadhall sends to them."""
        return {
            "LEADHALL_SMTP_URL": f"smtp://127.0.0.1:{self.smtp}?tls=none",
            "LEADHALL_MAIL_FROM": "leads@host.example",
            "LEADHALL_PUBLIC_URL": "https://leads.example",
            "LEADHALL_WEBHOOK_ALLOW": "127.0.0.1",
            "LEADHALL_DIGEST_AFTER": "0",
        }

    def through(self, smtp: int, http: int) -> Sinks:
        """The same, reached by other ports."""
        return replace(self, smtp=smtp, http=http)

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.http}/hook"

    def mails(self) -> list[Taken]:
        return self._read("mails")

    def hooks(self) -> list[Taken]:
        return self._read("hooks")

    def dropped(self) -> dict[str, int]:
        """How many answers never came, by wire."""
        return {"mail": len(self._read("mails dropped")), "webhook": len(self._read("hooks dropped"))}

    def _read(self, name: str) -> list[Taken]:
        file = self.folder / name
        return [Taken(*json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


@contextmanager
def sinks(folder: Path, seed: int, *, drop: float = DROPPED_SHARE, answer_after_s: float = 0.0) -> Iterator[Sinks]:
    """`drop` is the share of answers that never come; the relay takes so long to answer."""
    folder.mkdir()
    told = {"folder": str(folder), "seed": seed, "drop": drop, "answer_after_s": answer_after_s}
    command = python("-m", "proof.sinks", json.dumps(told))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout
            yield Sinks(folder, **json.loads(process.stdout.readline()))
        finally:
            process.terminate()


class _Book:
    """Lines of what was taken, each there before its answer."""

    def __init__(self, folder: Path, chance: Random, drop: float) -> None:
        self._files: dict[str, TextIO] = {
            name: (folder / name).open("a", buffering=1)
            for name in ("mails", "hooks", "mails dropped", "hooks dropped")
        }
        self._chance = chance
        self._drop = drop

    def take(self, name: str, id_: str, lead: str, who: str = "") -> bool:
        """Write it down; whether its answer is to be dropped."""
        drops = self._chance.random() < self._drop
        for each in (name, *([f"{name} dropped"] if drops else [])):
            self._files[each].write(json.dumps([id_, lead, who, time.monotonic()]) + "\n")
        return drops


class _Relay:
    def __init__(self, book: _Book, answer_after_s: float) -> None:
        self._book = book
        self._answer_after_s = answer_after_s

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's word
        message_id = email.message_from_bytes(envelope.original_content)["Message-ID"] or ""
        if self._book.take("mails", message_id, lead_of(message_id), session.host_name or ""):
            server.transport.abort()
            await asyncio.Event().wait()
        await asyncio.sleep(self._answer_after_s)
        return "250 2.0.0 taken"


def lead_of(id_: str) -> str:
    """The lead that an id begins with: `lead:kind:recipient`, in a mail with other marks between."""
    return id_.strip(" <\r\n\t")[:16]


async def _serve(folder: str, seed: int, drop: float, answer_after_s: float) -> None:
    book, loop = _Book(Path(folder), Random(seed), drop), asyncio.get_running_loop()
    relay = await loop.create_server(
        lambda: SMTP(_Relay(book, answer_after_s), hostname="sink.example"), "127.0.0.1", 0
    )

    async def receive(request: web.BaseRequest) -> web.StreamResponse:
        told = json.loads(await request.read())
        if book.take("hooks", request.headers["webhook-id"], told["data"]["lead_uid"]):
            assert request.transport
            request.transport.abort()
        return web.Response(text="heard")

    runner = web.ServerRunner(web.Server(receive), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ports = [server.sockets[0].getsockname()[1] for server in (relay, site._server)]  # noqa: SLF001 - it has no other way to tell
    print(json.dumps(dict(zip(("smtp", "http"), ports, strict=True))), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(**json.loads(sys.argv[1])))
