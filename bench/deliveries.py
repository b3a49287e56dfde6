"""From a lead to those who are to hear of it: webhooks a second beside a bare loop, and how long a notice takes.

Both are the whole path. Webhooks: stored leads lie in the outbox; `leadhall worker` fans them out, signs, posts and
writes down what came of each. Mail: `leadhall serve` takes a lead, and a real SMTP server accepts its owner's notice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.request import urlopen

from bench.database import Postgres, postgres
from bench.figures import rounded
from bench.load import requests
from bench.ours import SERVE, UNLIMITED, World, answer_of, make_world
from bench.processes import Server, beside, cpu_s, end_in_order, free_port, python
from bench.window import ROOT, Target
from leadhall.core.db import Database
from leadhall.core.secrets import InstanceKey
from leadhall.events.catalogue import EVENTS
from leadhall.tenancy.staff import NewStaff, add_staff
from leadhall.webhooks.endpoints import Owner, create_endpoint

ENDPOINTS = 50
LEADS = 4_000
AT_ONCE = 64  # as many as Leadhall has on their way
BODY_BYTES = 700
WARM_POSTS = 300
WARM_WITHIN_S = 20.0
WARM_S = 1.0
INDEXED_WITHIN_S = 60.0
INDEXED = "select count(*) from search_doc where kind = 'v'"
MAILS = 100
MAIL_EVERY_S = 0.05
MAILED_WITHIN_S = 20.0
SECRET_KEY = "the key of the bench"
OWNER = "owner@bench.example"
WORKER = [beside("leadhall"), "worker"]
BARE_LOOP = python("-m", "bench.references.bare_loop")


@dataclass(frozen=True, slots=True)
class Sinks:
    """The process where all arrives."""

    http: int
    smtp: int
    taken: Path

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.{n}:{self.http}/hook" for n in range(1, ENDPOINTS + 1)]

    def posts(self) -> int:
        with urlopen(f"http://127.0.0.1:{self.http}/") as told:
            return int(told.read())


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender did in its window."""

    posts: int
    seconds: float
    own_cpu_s: float
    postgres_cpu_s: float

    @property
    def a_second(self) -> float:
        return self.posts / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds of the sender's processes for each POST."""
        return self.own_cpu_s * 1000 / self.posts

    @property
    def postgres_cpu_ms(self) -> float:
        return self.postgres_cpu_s * 1000 / self.posts


@dataclass(frozen=True, slots=True)
class Heat:
    """Leadhall's worker and the bare loop, one after the other."""

    ours: Sent
    bare: Sent


def delivery_bars(postgres: Postgres, folder: Path, *, rounds: int, seconds: float) -> dict[str, list[float]]:
    """The lists of these bars: `webhooks_over_bare_loop`, round by round, and the mails' seconds as p50 and p99."""
    with sinks(folder) as where:
        heats = webhooks(postgres, folder, where, rounds, seconds)
        took = sorted(mails(postgres, folder, where))
    percentiles = quantiles(took, n=100)
    return webhook_figures(heats) | {"mail_p50_s": [percentiles[49]], "mail_p99_s": [percentiles[98]]}


def webhook_figures(heats: list[Heat]) -> dict[str, list[float]]:
    """The bar, and processor time a delivery."""
    return {
        "webhooks_over_bare_loop": [heat.ours.a_second / heat.bare.a_second for heat in heats],
        "webhook_worker_cpu_ms": [heat.ours.cpu_ms for heat in heats],
        "webhook_postgres_cpu_ms": [heat.ours.postgres_cpu_ms for heat in heats],
        "bare_loop_cpu_ms": [heat.bare.cpu_ms for heat in heats],
    }


@contextmanager
def sinks(folder: Path) -> Iterator[Sinks]:
    where = Sinks(http=free_port(), smtp=free_port(), taken=folder / "mails")
    command = python("-m", "bench.sinks", "--http", str(where.http), "--hosts", str(ENDPOINTS))
    more = ["--smtp", str(where.smtp), "--taken", str(where.taken)]
    with running(folder, "sinks", command + more, {}, port=where.smtp):
        yield where


@contextmanager
def running(
    folder: Path, name: str, command: list[str], environment: dict[str, str], *, port: int | None = None
) -> Iterator[Server]:
    """A process, with a port that is waited for unless it has none (0)."""
    server = Server(name, command, {"PYTHONPATH": str(ROOT), **environment}, folder / f"{name}.log", port=port)
    try:
        if port != 0:
            server.await_port()
        yield server
    finally:
        server.stop()


def webhooks(postgres: Postgres, folder: Path, where: Sinks, rounds: int, seconds: float) -> list[Heat]:
    """Deliveries beside the bare loop's, in turn, once what the stored leads leave for search is indexed."""
    world, environment = make_database(postgres, folder, "bench_webhooks")
    asyncio.run(subscribe(Database(postgres.login("bench_webhooks").asyncpg_kwargs()), world, where.urls))
    with running(folder, "bench_webhooks", SERVE, environment | {"LEADHALL_DISPATCH": "off"}) as server:
        store(Target(server=server, headers=world.headers()))
    with running(folder, "worker", WORKER, environment, port=0):
        await_indexed(postgres)
    bare = [*BARE_LOOP, str(AT_ONCE), str(BODY_BYTES), *where.urls]
    heats = []
    for _ in range(rounds):
        with running(folder, "worker", WORKER, environment, port=0) as worker:
            ours = window_of(postgres, where, worker, seconds)
        with running(folder, "bare_loop", bare, {}, port=0) as loop:
            heats.append(Heat(ours, window_of(postgres, where, loop, seconds)))
    return heats


def await_indexed(postgres: Postgres) -> None:
    """RuntimeError when the worker takes too long."""
    deadline = time.monotonic() + INDEXED_WITHIN_S
    while postgres.value("bench_webhooks", INDEXED) < LEADS:
        if time.monotonic() > deadline:
            raise RuntimeError("the worker does not get through with what is to be found by search")
        time.sleep(0.2)  # the index tells nobody when it is through: looked at until the deadline


def make_database(postgres: Postgres, folder: Path, name: str) -> tuple[World, dict[str, str]]:
    """A database with a world, and the environment of a server or worker on it."""
    postgres.make(name, schema=False)
    data = folder / f"{name}-data"
    data.mkdir()
    world = make_world(Database(postgres.login(name).asyncpg_kwargs()))
    own = {"DATABASE_URL": postgres.login(name).uri(), "LEADHALL_DATA": str(data), "LEADHALL_SECRET_KEY": SECRET_KEY}
    return world, UNLIMITED | own | {"LEADHALL_WEBHOOK_ALLOW": "127.0.0.0/8", "LEADHALL_DISPATCH": "on"}


async def subscribe(database: Database, world: World, urls: list[str]) -> None:
    connection = await database.connect("owner")
    directory = await connection.fetchval("select directory_id from business where id = $1", world.business_ids[0])
    owner = Owner("business", world.business_ids[0], directory)
    for url in urls:
        events = [EVENTS["lead/created"]]
        await create_endpoint(connection, InstanceKey(SECRET_KEY.encode()), owner, events, url, by="bench")
    await connection.close()


def store(target: Target) -> None:
    """Leads that nobody has heard of yet, and that ask for no mail: the bare loop sends none either."""
    endless = requests(target.url, dict(target.headers), seed=50)
    for _ in range(LEADS):
        request = rewritten(next(endless), (b"auto-reply,email", b""))
        if not answer_of(target.url, request).startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"a lead was not stored:\n{target.server.last_words()}")


def rewritten(request: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """The request with words of its body replaced."""
    head, _, body = request.partition(b"\r\n\r\n")
    for old, new in changes:
        body = body.replace(old, new)
    lines = b"\r\n".join(line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length"))
    return lines + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def window_of(postgres: Postgres, where: Sinks, sender: Server, seconds: float) -> Sent:
    """Counted by the sinks, once the sender is under way. RuntimeError when it ends too soon."""
    awaited, deadline = where.posts() + WARM_POSTS, time.monotonic() + WARM_WITHIN_S
    while where.posts() < awaited and time.monotonic() < deadline:
        time.sleep(0.02)  # between two looks
    time.sleep(WARM_S)  # a span of time is what is left out here: what the sender does in it is not measured
    before, began = where.posts(), time.monotonic()
    own_s, postgres_s = cpu_s(sender.pid), postgres.cpu_s()
    time.sleep(seconds)  # the window that is measured
    after, took = where.posts(), time.monotonic() - began
    own_s, postgres_s = cpu_s(sender.pid) - own_s, postgres.cpu_s() - postgres_s
    time.sleep(0.5)  # long enough for a sender that still sends to show
    if where.posts() == after or not sender.lives():
        raise RuntimeError(f"{sender.name} sent {after - before} and had nothing more to send:\n{sender.last_words()}")
    return Sent(after - before, took, own_s, postgres_s)


def mails(postgres: Postgres, folder: Path, where: Sinks) -> list[float]:
    """Seconds from each request until its notice was accepted."""
    world, environment = make_database(postgres, folder, "bench_mail")
    asyncio.run(give_owner(Database(postgres.login("bench_mail").asyncpg_kwargs()), world))
    relay = {"LEADHALL_SMTP_URL": f"smtp://127.0.0.1:{where.smtp}?tls=none", "LEADHALL_DIGEST_AFTER": "0"}
    with running(folder, "bench_mail", SERVE, environment | relay) as server:
        sent = {}
        for n in range(MAILS):
            title = f"Lead number {n}."
            sent[title] = time.monotonic()
            send_titled(Target(server=server, headers=world.headers()), n, title)
            time.sleep(max(0.0, sent[title] + MAIL_EVERY_S - time.monotonic()))
        return accepted(where, sent)


async def give_owner(database: Database, world: World) -> None:
    connection = await database.connect("owner")
    await add_staff(connection, world.business_ids[0], NewStaff(email=OWNER, display_name="Olga", role="owner"))
    await connection.execute("update app_user set email_verified_at = now()")
    await connection.close()


def send_titled(target: Target, n: int, title: str) -> None:
    request = next(requests(target.url, dict(target.headers), seed=1000 + n))
    request = rewritten(request, (b"Kitchen renovation", title.encode()), (b"auto-reply,email", b"email"))
    if not answer_of(target.url, request).startswith(b"HTTP/1.1 201"):
        raise RuntimeError(f"a lead was not stored:\n{target.server.last_words()}")


def accepted(where: Sinks, sent: dict[str, float]) -> list[float]:
    """How long each took. RuntimeError when one of them never came."""
    deadline = time.monotonic() + MAILED_WITHIN_S
    while time.monotonic() < deadline:
        lines = where.taken.read_text().splitlines()
        took = {title: float(at) - sent[title] for at, _, subject in (line.partition(" ") for line in lines)
                for title in sent if title in subject}  # fmt: skip
        if len(took) == len(sent):
            return list(took.values())
        time.sleep(0.05)
    raise RuntimeError(f"{len(sent) - len(took)} of {len(sent)} mails never came")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.deliveries", description="Webhooks alone, as JSON.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--folder", type=Path, help="where the throw-away data lies; the system's temporary folder")
    asked = parser.parse_args()
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="leadhall-bench-logs-") as logs, postgres(asked.folder) as running_postgres:
        folder = Path(logs)
        with sinks(folder) as where:
            heats = webhooks(running_postgres, folder, where, asked.rounds, asked.seconds)
    told = {name: [rounded(each) for each in values] for name, values in webhook_figures(heats).items()}
    print(json.dumps(told | {"load_average": [rounded(each) for each in os.getloadavg()]}, indent=1))


if __name__ == "__main__":
    main()
