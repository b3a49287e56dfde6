"""One throw-away cluster for a whole test run, shared by xdist workers and by runs side by side.

    with throwaway_cluster() as admin:              # a superuser's Dsn on the database postgres
        database = asyncio.run(make_database(admin))
        ...
        asyncio.run(drop_database(database))

Whoever comes first starts it, whoever leaves last stops it and removes it. A run that was
killed leaves it behind; the next one takes it over and removes it in the end. So databases
need names of their own: `make_database` gives them.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg

from leadhall.cluster.binaries import locate, locate_major
from leadhall.cluster.cluster import open_cluster
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.locks import turn
from leadhall.cluster.place import Place
from leadhall.cluster.processes import living_in
from leadhall.cluster.running import Share

NEWEST = 18
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
ROOMY = {"max_connections": "300"}


@contextmanager
def throwaway_cluster(major: int = NEWEST, *, fsync: bool = False) -> Iterator[Dsn]:
    """The shared cluster of one major version. `fsync=True` gives one as durable as in production."""
    binaries = locate() if major == NEWEST else locate_major(major)
    place = Place.of(_folder(major, fsync=fsync))
    share = Share(open_cluster(place, pg_bin=binaries.folder, settings=ROOMY if fsync else {**FAST, **ROOMY}))
    dsn = share.enter()
    try:
        yield dsn.as_admin("postgres")
    finally:
        share.leave()
        _remove_unless_used(place, major)


async def make_database(admin: Dsn, prefix: str = "test") -> Dsn:
    """A new empty database, owned by leadhall_owner as the real one is; the Dsn is the login's."""
    name = f"{prefix}_{os.getpid()}_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(**admin.asyncpg_kwargs())
    try:
        await connection.execute(f"create database {name} owner leadhall_owner template template0")
        await connection.execute(f"grant create on database {name} to leadhall")
    finally:
        await connection.close()
    return replace(admin, user="leadhall", database=name)


async def drop_database(database: Dsn) -> None:
    connection = await asyncpg.connect(**database.as_admin("postgres").asyncpg_kwargs())
    try:
        await connection.execute(f"drop database if exists {database.database} with (force)")
    finally:
        await connection.close()


def _folder(major: int, *, fsync: bool) -> Path:
    """One folder a checkout, version and user; other users may pass through it."""
    here = hashlib.sha256(os.fsencode(Path(__file__).resolve())).hexdigest()[:8]
    kind = "durable" if fsync else "fast"
    folder = Path(tempfile.gettempdir()) / f"leadhall-test-{os.geteuid()}-{here}-{major}-{kind}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder


def _remove_unless_used(place: Place, major: int) -> None:
    """The lock files stay: a worker may be waiting for them."""
    with turn(place):
        if not living_in(place.cluster(major)):
            for part in place.home.iterdir():
                if part.is_dir():
                    shutil.rmtree(part, ignore_errors=True)
