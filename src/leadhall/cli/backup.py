"""`leadhall backup FILE`: one dump and its manifest, made while everything goes on."""

from __future__ import annotations

from pathlib import Path

from leadhall import __version__
from leadhall.cli.output import Json, say, show_json
from leadhall.cli.session import chosen_place, reached
from leadhall.cluster import backup as cluster
from leadhall.cluster.binaries import locate
from leadhall.core.clock import now
from leadhall.settings import read_settings


async def backup(file: Path, /, *, as_json: Json = False) -> None:
    """Write the whole database to FILE, and what must be in it to FILE.json. Keep both, elsewhere.

    The instance key (LEADHALL_SECRET_KEY, or secret_key in the data folder) is not in it: keep it too, apart.
    """
    settings = read_settings()
    with reached(settings, chosen_place(settings)) as found:
        manifest = await cluster.backup(
            found.program_uri, locate(settings.pg_bin), Path.cwd() / file, leadhall=__version__, at=now()
        )
    if as_json:
        show_json(manifest)
        return
    rows = sum(manifest.rows.values())
    say(f"wrote {file} ({manifest.size_bytes / 1e6:.1f} MB, {rows:,} rows) and {file}.json")
