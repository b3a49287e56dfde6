"""Restoring a backup: checked before, counted after, and taken into service in one commit.

The dump is read into `leadhall_restoring` while whatever is called `leadhall` stays as it is.
Only when every table has the rows that the manifest counted does it get the name, in the
transaction in which the caller writes that sending is off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

import asyncpg

from leadhall.cluster.binaries import Binaries
from leadhall.cluster.errors import BackupFault, InUse
from leadhall.cluster.manifest import Manifest, check
from leadhall.cluster.programs import Arguments, pour
from leadhall.cluster.standing import SQL, Standing, row_counts, whole_view

SCHEMA = "leadhall"
RESTORING = "leadhall_restoring"
KNOWS_TRANSACTION_TIMEOUT = 17
After = Callable[[asyncpg.Connection], Awaitable[None]]


@dataclass(frozen=True)
class Restored:
    """What was restored, and the schema that keeps what was there before, if anything was."""

    manifest: Manifest
    kept: str | None


async def restore(
    uri: str, binaries: Binaries, source: Path, *, after: After, at: datetime, replace: bool = False
) -> Restored:
    """Restore `source` into the database at `uri`. On any fault the database is as it was.

    `after` is called with the connection (role and search path set, transaction open) just before
    the restored schema goes into service: it writes that sending is off until confirmed.
    BackupFault for a dump that is not whole or a schema in the way (unless `replace`, which keeps
    it under another name); InUse while somebody serves the database.
    """
    manifest = await asyncio.to_thread(check, source)
    async with whole_view(uri) as (connection, stands):
        occupied = await connection.fetchval(SQL["has_schema"], SCHEMA)
        await _require_free(connection, occupied=occupied, replace=replace)
        before_17 = connection.get_server_version().major < KNOWS_TRANSACTION_TIMEOUT
        await asyncio.to_thread(_read_in, uri, binaries, source, stands, before_17=before_17)
        await _require_rows(connection, manifest)
        kept = f"leadhall_before_{at:%Y%m%dt%H%M%S}" if occupied else None
        async with connection.transaction():
            if kept:
                await _rename(connection, SCHEMA, kept)
            await _rename(connection, RESTORING, SCHEMA)
            await connection.execute("set local search_path to leadhall")
            await after(connection)
        await connection.execute(SQL["analyze"])
    return Restored(manifest, kept)


async def _require_free(connection: asyncpg.Connection, *, occupied: bool, replace: bool) -> None:
    if occupied and not replace:
        raise BackupFault(
            "this database already has a schema leadhall",
            remedy="leadhall restore --replace FILE   (what is there is kept under another name)",
        )
    if await connection.fetchval(SQL["others_connected"]):
        raise InUse("this database is in use", remedy="stop leadhall serve first")


def _read_in(uri: str, binaries: Binaries, source: Path, stands: Standing, *, before_17: bool) -> None:
    """One transaction: the dump's statements between ours."""
    restricted = [] if stands.owners else ["--no-owner", "--no-privileges"]
    folder = resources.files("leadhall.cluster")
    with (
        resources.as_file(folder / "restore_before.sql") as before,
        resources.as_file(folder / "restore_after.sql") as after,
    ):
        psql: Arguments = [
            binaries.tool("psql"),
            "-X",
            "-q",
            "-1",
            "-v",
            "ON_ERROR_STOP=1",
            "-v",
            f"role={stands.role or ''}",
        ]
        pour(
            [binaries.tool("pg_restore"), *restricted, "--file=-", source],
            [*psql, "-f", before, "-f", "-", "-f", after],
            uri,
            before_17=before_17,
        )


async def _require_rows(connection: asyncpg.Connection, manifest: Manifest) -> None:
    found = await row_counts(connection, RESTORING)
    if found == manifest.rows:
        return
    await connection.execute(SQL["drop_restored"])
    wrong = sorted(name for name in found | manifest.rows if found.get(name) != manifest.rows.get(name))
    raise BackupFault(f"rows are missing or too many in {', '.join(wrong)}: nothing was changed")


async def _rename(connection: asyncpg.Connection, name: str, new: str) -> None:
    await connection.execute(await connection.fetchval(SQL["renaming"], name, new))
