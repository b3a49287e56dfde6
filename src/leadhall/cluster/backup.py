"""A checked backup: pg_dump of Leadhall's schema, and beside it what must be in it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from leadhall.cluster.binaries import Binaries
from leadhall.cluster.errors import BackupFault
from leadhall.cluster.manifest import Manifest, make_durable, manifest_path, sha256_of
from leadhall.cluster.programs import Arguments, run_program
from leadhall.cluster.standing import SQL, Standing, row_counts, whole_view

SCHEMA = "leadhall"


async def backup(uri: str, binaries: Binaries, target: Path, *, leadhall: str, at: datetime) -> Manifest:
    """Dump the database at `uri` to `target` (and `target`.json) while it serves. BackupFault when it cannot.

    Rows are counted at the snapshot that is dumped. `leadhall` is our version, kept for the reader.
    """
    _make_room(target)
    half = target.with_name(target.name + ".part")
    try:
        async with whole_view(uri) as (connection, stands):
            if not await connection.fetchval(SQL["has_schema"], SCHEMA):
                raise BackupFault("there is no schema leadhall in this database: nothing to back up")
            postgres = connection.get_server_version()
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                snapshot = await connection.fetchval(SQL["snapshot"])
                await asyncio.to_thread(_dump, uri, binaries, half, stands, snapshot)
                rows = await row_counts(connection, SCHEMA)
        return await asyncio.to_thread(
            _complete, half, target, rows, leadhall=leadhall, at=at, postgres=f"{postgres.major}.{postgres.minor}"
        )
    finally:
        half.unlink(missing_ok=True)


def _make_room(target: Path) -> None:
    """A backup never overwrites one: a crash between its two files would cost both."""
    if target.exists() or manifest_path(target).exists():
        raise BackupFault(
            f"{target} is there already", remedy="give the backup another name, such as one with the date"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise BackupFault(f"{target.parent} cannot be made: {fault.strerror}") from None


def _dump(uri: str, binaries: Binaries, file: Path, stands: Standing, snapshot: str) -> None:
    role = [f"--role={stands.role}"] if stands.role else []
    program: Arguments = [binaries.tool("pg_dump"), "--format=custom", f"--schema={SCHEMA}", f"--snapshot={snapshot}"]
    run_program([*program, *role, f"--file={file}"], uri)


def _complete(
    half: Path, target: Path, rows: dict[str, int], *, leadhall: str, at: datetime, postgres: str
) -> Manifest:
    """Dump first, manifest last: a backup with a manifest is whole."""
    make_durable(half)
    manifest = Manifest(at, leadhall, postgres, sha256_of(half), half.stat().st_size, rows)
    half.rename(target)
    manifest.write(target)
    return manifest
