"""`leadhall database upgrade`: another major's data, dumped into a new cluster, counted, swapped.

The old folder stays, renamed; nothing is removed. A crash at any moment leaves a live cluster
under exactly one name that `serve` looks for: the old one until the new one is whole.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg

from leadhall.cluster.account import Account, account_for
from leadhall.cluster.binaries import Binaries, locate, locate_major
from leadhall.cluster.cluster import Cluster, Tell, silent
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.errors import BackupFault, ClusterFault
from leadhall.cluster.locks import alone
from leadhall.cluster.manifest import make_durable
from leadhall.cluster.place import Place
from leadhall.cluster.processes import end_all
from leadhall.cluster.programs import Arguments, run_program
from leadhall.cluster.reach import make_home, reachable
from leadhall.cluster.standing import SQL, row_counts

# The new cluster is worth nothing until it is whole: it is synced once, before it gets its name.
ENDS_WITHIN_S = 5.0
UNSYNCED = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Upgraded:
    """From and to which major version, where the old cluster is kept, and the rows that were carried."""

    old: int
    new: int
    kept: Path
    rows: dict[str, int]


async def upgrade(
    place: Place,
    *,
    at: datetime,
    pg_bin: Path | None = None,
    old_bin: Path | None = None,
    pg_user: str | None = None,
    tell: Tell = silent,
) -> Upgraded:
    """Carry the data folder to the major version of the programs in use. ClusterFault changes nothing.

    The programs of the old version come from `old_bin`, else from where the system keeps them.
    """
    binaries = locate(pg_bin)
    old = _major_to_carry(place, binaries)
    old_binaries = locate_major(old, old_bin)
    account = account_for(pg_user, [place.cluster(old)])
    make_home(place, account)
    with alone(place):
        return await _carry(
            Cluster(place, reachable(old_binaries, account, place.home), account, tell=tell),
            _new_cluster(place, reachable(binaries, account, place.home), account, tell),
            at,
        )


def _major_to_carry(place: Place, binaries: Binaries) -> int:
    made_by = sorted(place.majors())
    if not made_by:
        raise ClusterFault(f"there is no cluster in {place.home}: nothing to upgrade")
    if binaries.major in made_by:
        raise ClusterFault(f"{place.home} is of PostgreSQL {binaries.major} already: nothing to upgrade")
    if made_by[-1] > binaries.major:
        raise ClusterFault(f"{place.home} is of PostgreSQL {made_by[-1]}, newer than {binaries.version}")
    return made_by[-1]


def _new_cluster(place: Place, binaries: Binaries, account: Account, tell: Tell) -> Cluster:
    """A cluster under a name that nobody serves. What an interrupted upgrade left there is thrown away."""
    folder = place.home / f"pg{binaries.major}.upgrade"
    end_all(folder, signal.SIGKILL, ENDS_WITHIN_S)
    shutil.rmtree(folder, ignore_errors=True)
    return Cluster(place, binaries, account, folder=folder, settings=UNSYNCED, tell=tell)


async def _carry(old: Cluster, new: Cluster, at: datetime) -> Upgraded:
    dump = old.place.home / "upgrade.dump"
    try:
        rows = await _take_out(old, dump)
        if await _put_in(new, dump) != rows:
            raise BackupFault("the new cluster has other rows than the old one: nothing was changed")
    finally:
        dump.unlink(missing_ok=True)
    new.account.run([new.binaries.tool("initdb"), "--sync-only", "-D", new.folder])
    kept = _swap(old, new, at)
    return Upgraded(old.binaries.major, new.binaries.major, kept, rows)


async def _take_out(old: Cluster, dump: Path) -> dict[str, int]:
    """By the old server's own pg_dump.

    PostgreSQL advises the newer one, but ours may be of an earlier day than the old server's last fix: the pg_dump of
    18.6 does not know the column option `pg_attver` that 15.20 writes, and 18.6 refuses it.
    """
    dsn = await asyncio.to_thread(old.start)
    try:
        rows = await _count(dsn, only_ours=True)
        program: Arguments = [old.binaries.tool("pg_dump"), "--format=custom", f"--file={dump}"]
        await asyncio.to_thread(run_program, program, dsn.as_admin().uri())
        return rows
    finally:
        await asyncio.to_thread(old.stop)


async def _put_in(new: Cluster, dump: Path) -> dict[str, int]:
    dsn = await asyncio.to_thread(new.start)
    try:
        program: Arguments = [new.binaries.tool("pg_restore"), "--exit-on-error", "--single-transaction", dump]
        await asyncio.to_thread(run_program, program, dsn.as_admin().uri())
        return await _count(dsn, analyze=True)
    finally:
        await asyncio.to_thread(new.stop)


async def _count(dsn: Dsn, *, only_ours: bool = False, analyze: bool = False) -> dict[str, int]:
    connection = await asyncpg.connect(**dsn.as_admin().asyncpg_kwargs())
    try:
        others = [row["datname"] for row in await connection.fetch(SQL["other_databases"])]
        if only_ours and others:
            raise ClusterFault(
                f"databases that are not Leadhall's are in this cluster: {', '.join(others)}",
                remedy="move them elsewhere first (pg_dump, then dropdb)",
            )
        if analyze:
            await connection.execute(SQL["analyze"])
        return await row_counts(connection, None)
    finally:
        await connection.close()


def _swap(old: Cluster, new: Cluster, at: datetime) -> Path:
    """The new name first: with both in place, the version of the programs decides, which is the new one."""
    home = old.place.home
    kept = home / f"{old.folder.name}.kept-{at:%Y%m%dT%H%M%S}"
    new.folder.rename(old.place.cluster(new.binaries.major))
    make_durable(home)
    old.folder.rename(kept)
    make_durable(home)
    return kept
