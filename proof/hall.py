"""A Leadhall to break: a data folder with the embedded PostgreSQL, a small world in it, and `leadhall serve` on it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from bench.ours import SERVE, UNLIMITED, World, make_world
from bench.processes import Server

from leadhall.cluster.cluster import Cluster, open_cluster
from leadhall.cluster.configuration import LOCAL
from leadhall.cluster.dsn import LOGIN, Dsn
from leadhall.cluster.locks import turn
from leadhall.cluster.place import Place
from leadhall.cluster.processes import living_in, postmaster_of
from leadhall.core.db import Database

AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
UNSAFE = {"LEADHALL_ALLOW_UNSAFE_DURABILITY": "1"}


@dataclass
class Hall:
    """Its cluster is started by whoever needs it first, and watched by every server."""

    data: Path
    cluster: Cluster
    dsn: Dsn
    """The superuser's."""
    world: World
    unsafe: bool

    @property
    def login(self) -> dict[str, Any]:
        """The database as `leadhall serve` logs in, for asyncpg."""
        return {**self.dsn.asyncpg_kwargs(), "user": LOGIN}

    def server(
        self,
        name: str,
        port: int | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = SERVE,
    ) -> Server:
        """`leadhall serve`, or another of its commands, on this data folder, limits off; `environment` is added."""
        usual = {"LEADHALL_DATA": str(self.data), **UNLIMITED, **(UNSAFE if self.unsafe else {})}
        log = self.data.parent / f"{name}.log"
        return Server(name, list(command), {**usual, **(environment or {})}, log, port=port)

    def start(self) -> None:
        """See to it that the cluster runs."""
        with turn(self.cluster.place):
            self.cluster.start()

    def postmaster(self) -> int | None:
        """Its pid while it lives."""
        told = postmaster_of(self.cluster.folder)
        return told and told.pid

    def processes(self) -> list[int]:
        """PostgreSQL's processes, all of them."""
        return living_in(self.cluster.folder)

    def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """Asked by the superuser, who sees every row. Starts the cluster when it does not run."""
        self.start()
        return asyncio.run(self._fetch(query, *arguments))

    async def ask(self, query: str) -> int | None:
        """A number from the superuser's own session; None while nobody answers. Starts nothing."""
        try:
            connection = await connect(self.dsn)
        except AWAY:
            return None
        try:
            return int(await connection.fetchval(query))
        except AWAY:
            return None
        finally:
            connection.terminate()

    async def _fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await connect(self.dsn)
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()


async def connect(dsn: Dsn) -> asyncpg.Connection:
    """A connection beside those of the server, in its schema."""
    settings = {"search_path": "leadhall", "application_name": "proof"}
    return await asyncpg.connect(**dsn.asyncpg_kwargs(), server_settings=settings, timeout=3)


@contextmanager
def hall(folder: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[Hall]:
    """A fresh one in `folder`, gone at the end. `settings` are PostgreSQL's, as an operator would set them."""
    data = folder / "data"
    data.mkdir()
    data.chmod(0o711)
    cluster = open_cluster(Place.of(data))
    try:
        login = cluster.start()
        world = make_world(Database(login.asyncpg_kwargs()))
        cluster.stop()
        if settings:
            (cluster.folder / LOCAL).write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
            (cluster.folder / LOCAL).chmod(0o644)
        yield Hall(data, cluster, login.as_admin(), world, unsafe=bool(settings))
    finally:
        with turn(cluster.place):
            cluster.stop()
        shutil.rmtree(data, ignore_errors=True)
