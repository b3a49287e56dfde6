"""`leadhall database status|url|upgrade`: the embedded PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import cyclopts
from cyclopts import Parameter

from leadhall.cli.faults import CliFault
from leadhall.cli.output import Json, say, show_facts
from leadhall.cli.session import chosen_place, require_cluster
from leadhall.cluster.binaries import locate
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.place import Place
from leadhall.cluster.processes import postmaster_of
from leadhall.cluster.upgrade import upgrade as carry
from leadhall.core.clock import now
from leadhall.settings import Settings, read_settings

app = cyclopts.App(name="database", help="The embedded PostgreSQL: status, address, upgrade.")


@app.command
def status(*, as_json: Json = False) -> None:
    """Which PostgreSQL, where its data is, and whether it runs."""
    settings, place = _embedded()
    binaries = locate(settings.pg_bin)
    made_by = max(place.majors())
    running = postmaster_of(place.majors()[made_by])
    facts: dict[str, Any] = {
        "data_folder": str(place.data),
        "cluster": str(place.majors()[made_by]),
        "made_by": made_by,
        "programs": f"{binaries.version} ({binaries.source}: {binaries.folder})",
        "running": running is not None,
        "pid": running.pid if running else None,
        "socket_folder": running.socket_folder if running else None,
        "upgrade_needed": made_by != binaries.major,
    }
    show_facts(facts, as_json=as_json)


@app.command
def url() -> None:
    """The address of the running database, for psql: psql "$(leadhall database url)"."""
    _, place = _embedded()
    running = postmaster_of(place.majors()[max(place.majors())])
    if running is None:
        raise CliFault("PostgreSQL is not running", remedy="leadhall serve")
    options = urlencode({"options": "-c role=leadhall_owner -c search_path=leadhall"}).replace("+", "%20")
    print(f"{Dsn(host=running.socket_folder).uri()}&{options}")


@app.command
async def upgrade(
    *, old_bin: Annotated[Path | None, Parameter(help="Folder of the old version's programs, if not found.")] = None
) -> None:
    """Carry the data to the PostgreSQL in use now: dump, new cluster, count, swap. The old one is kept."""
    settings, place = _embedded()
    done = await carry(place, at=now(), pg_bin=settings.pg_bin, old_bin=old_bin, pg_user=settings.pg_user, tell=say)
    say(f"upgraded from PostgreSQL {done.old} to {done.new}: {sum(done.rows.values()):,} rows, all counted")
    say(f"the old cluster is kept in {done.kept}; remove it when you are content")


def _embedded() -> tuple[Settings, Place]:
    settings = read_settings()
    if settings.database_url:
        raise CliFault("DATABASE_URL is set: that PostgreSQL is yours to look after", remedy="unset DATABASE_URL")
    place = chosen_place(settings)
    require_cluster(place)
    return settings, place
