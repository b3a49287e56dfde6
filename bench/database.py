"""The throw-away PostgreSQL of a bench run: embedded, fsync on, a database for each contender."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from bench.processes import cpu_s
from leadhall.cluster.cluster import Cluster, open_cluster
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.place import Place
from leadhall.cluster.processes import postmaster_of
from leadhall.core.db import Database
from leadhall.schema.migrate import migrate

MOST_CONNECTIONS = 330  # pgbench takes 256
# One contender's vacuum must not run in another's window: all are vacuumed before each round instead.
SETTINGS = {"max_connections": str(MOST_CONNECTIONS), "autovacuum": "off"}

# A lead is stored when all that it consists of is there. Asked table by table and put together here: a planner that
# has not yet heard how the tables grew would compare every row with every other.
LEADS = (
    "select conversation_uid, message_uid, client_uid, request_uid from lead where conversation_uid = any($1::text[])"
)
PARTS_OF_A_LEAD = (
    ("conversation_uid", "select uid from conversation where uid = any($1::text[])"),
    ("conversation_uid", "select uid from outbox where uid = any($1::text[])"),
    ("message_uid", "select uid from message where uid = any($1::text[])"),
    ("client_uid", "select uid from client where uid = any($1::text[])"),
    ("request_uid", "select uid from request_log where uid = any($1::text[])"),
)


@dataclass
class Postgres:
    """A running cluster. Everything here speaks as its superuser: for making and counting, never for serving."""

    cluster: Cluster
    dsn: Dsn

    @property
    def pid(self) -> int:
        told = postmaster_of(self.cluster.folder)
        if told is None:
            raise RuntimeError(f"PostgreSQL has ended:\n{self.cluster.last_words()}")
        return told.pid

    def tool(self, name: str) -> str:
        return str(self.cluster.binaries.tool(name))

    def cpu_s(self) -> float:
        return cpu_s(self.pid)

    def admin(self, database: str) -> Dsn:
        return self.dsn.as_admin(database)

    def login(self, database: str) -> Dsn:
        """As `leadhall serve` would log in."""
        return Dsn(host=self.dsn.host, port=self.dsn.port, database=database)

    def make(self, database: str, *, schema: bool = True) -> None:
        """A fresh database, with the tables of this version unless the server is to make them."""
        self.run("postgres", f'create database "{database}" owner leadhall_owner template template0')
        self.run("postgres", f'grant create on database "{database}" to leadhall')
        if schema:
            asyncio.run(migrate(Database(self.login(database).asyncpg_kwargs())))

    def run(self, database: str, statement: str) -> None:
        """One statement that answers nothing."""
        asyncio.run(self._call(database, "execute", statement))

    def value(self, database: str, query: str, *arguments: Any) -> Any:
        return asyncio.run(self._call(database, "fetchval", query, *arguments))

    def rows(self, database: str, query: str, *arguments: Any) -> list[Any]:
        return list(asyncio.run(self._call(database, "fetch", query, *arguments)))

    async def _call(self, database: str, method: str, *arguments: Any) -> Any:
        settings = {"search_path": "leadhall", "application_name": "bench"}
        connection = await asyncpg.connect(**self.admin(database).asyncpg_kwargs(), server_settings=settings)
        try:
            return await getattr(connection, method)(*arguments)
        finally:
            await connection.close()

    def wal_bytes(self) -> int:
        """All WAL ever written; take the difference of two."""
        return int(self.value("postgres", "select pg_current_wal_lsn() - '0/0'::pg_lsn"))

    def stored(self, database: str, uids: Iterable[str]) -> int:
        """How many of these leads are there whole: lead, conversation, message, client, outbox and request row."""
        leads = self.rows(database, LEADS, list(uids))
        for part, query in PARTS_OF_A_LEAD:
            found = {row["uid"] for row in self.rows(database, query, [lead[part] for lead in leads])}
            leads = [lead for lead in leads if lead[part] in found]
        return len(leads)

    def count(self, database: str, table: str = "lead") -> int:
        return int(self.value(database, f"select count(*) from {table}"))

    def size_bytes(self, database: str) -> int:
        return int(self.value("postgres", "select pg_database_size($1)", database))

    def tidy(self, databases: Iterable[str]) -> None:
        """What autovacuum would do, now."""
        for database in databases:
            self.run(database, "vacuum (analyze)")

    def drain(self) -> None:
        """Let every contender begin on a quiet disk: what is dirty is written now."""
        self.run("postgres", "checkpoint")


@contextmanager
def postgres(folder: Path | None = None) -> Iterator[Postgres]:
    """A cluster of our own in a new folder, gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="leadhall-bench-", dir=folder))
    home.chmod(0o755)  # PostgreSQL's user passes through when we are root
    cluster = open_cluster(Place.of(home), settings=SETTINGS)
    try:
        yield Postgres(cluster, cluster.start())
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def require_durable(running: Postgres) -> None:
    """A bench without fsync measures nothing. RuntimeError when the cluster does not keep what it confirms."""
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        if running.value("postgres", "select current_setting($1)", name) != "on":
            raise RuntimeError(f"{name} is off: this would not be a measurement")


def version(running: Postgres) -> str:
    return str(running.value("postgres", "show server_version"))


def output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
