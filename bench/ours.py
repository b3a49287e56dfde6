"""Leadhall as a user runs it: `leadhall serve`, a directory with a business and a token, limits off."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.database import Postgres
from bench.load import requests
from bench.processes import Server, beside, python, rss_mb
from bench.window import ROOT, Target
from leadhall.app import FUNCTIONS
from leadhall.cluster.cluster import open_cluster
from leadhall.cluster.place import Place
from leadhall.core.db import Database
from leadhall.schema.migrate import migrate
from leadhall.tenancy.businesses import NewBusiness, create_business
from leadhall.tenancy.directories import create_directory
from leadhall.tenancy.tokens import Grant, create_token

UNLIMITED = {
    "LEADHALL_RATE_PER_S": "0",
    "LEADHALL_LOG_LEVEL": "warning",
    "LEADHALL_DISPATCH": "off",  # outbox rows are counted
    "PORT": "{port}",
}
SERVE = [beside("leadhall"), "serve"]
ROUTE = python("-m", "bench.route")
FIRST_LEAD_WITHIN_S = 30.0
SETTLED_AFTER_S = 2.0
SEED_OF_STARTS = 77


@dataclass(frozen=True, slots=True)
class Leadhall:
    """The server, and its memory when it had stored one lead and rested."""

    target: Target
    idle_mb: float


@dataclass(frozen=True, slots=True)
class World:
    """Whose token it is, and the businesses it reaches."""

    secret: str
    business_uids: list[str]
    business_ids: list[int]
    directory_id: int

    def headers(self) -> dict[str, str]:
        """As most websites send it: the directory's token, and the business by name."""
        return {"Authorization": f"Bearer {self.secret}", "X-On-Behalf-Of": self.business_uids[0]}


def make_world(database: Database, businesses: int = 1) -> World:
    """A directory, its businesses and a token for it, in a database that gets this version's tables."""
    return asyncio.run(_make_world(database, businesses))


async def _make_world(database: Database, businesses: int) -> World:
    await migrate(database, FUNCTIONS)
    connection = await database.connect("owner")
    try:
        directory = await create_directory(connection, "Bench")
        made = [
            await create_business(connection, directory.id, NewBusiness(name=f"Business {n}"))
            for n in range(businesses)
        ]
        token = await create_token(connection, Grant(kind="directory", directory_id=directory.id))
    finally:
        await connection.close()
    assert token.secret
    return World(token.secret, [business.uid for business in made], [business.id for business in made], directory.id)


@contextmanager
def leadhall(postgres: Postgres, folder: Path) -> Iterator[Leadhall]:
    """`leadhall serve` on a fresh database of the bench's cluster, with one lead stored."""
    with serving(postgres, folder, "bench_leadhall", SERVE) as target:
        first_201(target)
        time.sleep(SETTLED_AFTER_S)
        yield Leadhall(target, rss_mb(target.server.pid))


@contextmanager
def route(postgres: Postgres, folder: Path) -> Iterator[Target]:
    """The same application up to the batcher's queue, which answers at once and stores nothing."""
    with serving(postgres, folder, "bench_route", ROUTE) as target:
        yield Target(server=target.server, headers=target.headers, database=None)


@contextmanager
def serving(
    postgres: Postgres,
    folder: Path,
    name: str,
    command: list[str],
    world: World | None = None,
    *,
    more: Mapping[str, str] | None = None,
) -> Iterator[Target]:
    """A server of Leadhall's on a database of its own, which is made unless its `world` is there already.

    `more` goes into its environment.
    """
    if world is None:
        postgres.make(name, schema=False)
        world = make_world(Database(postgres.login(name).asyncpg_kwargs()))
    data = folder / f"{name}-data"
    data.mkdir(exist_ok=True)
    environment = {"DATABASE_URL": postgres.login(name).uri(), "LEADHALL_DATA": str(data), **UNLIMITED, **(more or {})}
    server = Server(name, command, {"PYTHONPATH": str(ROOT), **environment}, folder / f"{name}.log")
    try:
        server.await_port()
        yield Target(server=server, headers=world.headers(), database=name)
    finally:
        server.stop()


def first_201(target: Target) -> None:
    """Send leads until one is answered 201. RuntimeError with the server's last words when none is."""
    endless = requests(target.url, dict(target.headers), SEED_OF_STARTS)
    deadline = time.monotonic() + FIRST_LEAD_WITHIN_S
    while time.monotonic() < deadline:
        if answer_of(target.url, next(endless)).startswith(b"HTTP/1.1 201"):
            return
        time.sleep(0.01)
    raise RuntimeError(f"{target.server.name} stores no lead:\n{target.server.last_words()}")


def answer_of(url: str, request: bytes) -> bytes:
    """The beginning of one answer; empty when nobody answers."""
    where = urlsplit(url)
    try:
        with socket.create_connection((where.hostname or "", where.port or 80), timeout=5) as door:
            door.sendall(request)
            return door.recv(4096)
    except OSError:
        return b""


def starts(logs: Path, folder: Path | None, times: int) -> list[float]:
    """Seconds from the start of `leadhall serve` to its first 201, on a data folder that is there already."""
    data = Path(tempfile.mkdtemp(prefix="leadhall-bench-start-", dir=folder))
    data.chmod(0o755)  # PostgreSQL's user passes through when we are root
    cluster = open_cluster(Place.of(data))
    try:
        world = make_world(Database(cluster.start().asyncpg_kwargs()))
        cluster.stop()
        return [_start_once(logs, data, world) for _ in range(times)]
    finally:
        cluster.stop()
        shutil.rmtree(data, ignore_errors=True)


def _start_once(logs: Path, data: Path, world: World) -> float:
    began = time.perf_counter()
    server = Server("start", SERVE, {"LEADHALL_DATA": str(data), **UNLIMITED}, logs / "start.log")
    try:
        first_201(Target(server=server, headers=world.headers()))
        return time.perf_counter() - began
    finally:
        server.stop()
