"""What a command works on: the database of DATABASE_URL, else the embedded one, for as long as it needs it.

An embedded cluster that another process serves is shared; one that rests is started for the
command's duration. The connection is the owner's: an operator may see and do everything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from leadhall.cli.faults import CliFault
from leadhall.cli.output import say
from leadhall.cluster.place import Place, data_folder
from leadhall.cluster.running import running
from leadhall.core.db import Database
from leadhall.schema.migrate import has_roles, pending
from leadhall.settings import Settings, read_settings


@dataclass(frozen=True)
class Reached:
    """A database that answers, and its address for PostgreSQL's own programs (the embedded one's superuser)."""

    database: Database
    program_uri: str


@dataclass(frozen=True)
class Session:
    settings: Settings
    database: Database
    connection: asyncpg.Connection


@asynccontextmanager
async def session() -> AsyncIterator[Session]:
    """A connection to a database that is up to date. CliFault when there is none, or it is behind."""
    settings = read_settings()
    with reached(settings, chosen_place(settings)) as found:
        database = Database(found.database.arguments, await has_roles(found.database))
        connection = await database.connect("owner", command_timeout=None)
        try:
            await require_migrated(connection)
            yield Session(settings, database, connection)
        finally:
            await connection.close()


@contextmanager
def reached(settings: Settings, place: Place, *, make: bool = False) -> Iterator[Reached]:
    """The database by the settings, whatever its state. `make`: a new embedded cluster may be made for it."""
    url = settings.owner_url or settings.database_url
    if url:
        yield Reached(Database.from_url(url), url)
        return
    if not make:
        require_cluster(place)
    with running(place, pg_bin=settings.pg_bin, pg_user=settings.pg_user, tell=say) as dsn:
        yield Reached(Database(dsn.asyncpg_kwargs()), dsn.as_admin().uri())


def chosen_place(settings: Settings) -> Place:
    """The data folder's place; says on stderr which folder it is when nobody named one."""
    folder, why = data_folder(settings.data, Path.cwd())
    if settings.data is None and not settings.database_url:
        say(f"data folder: {folder} ({why})")
    return Place.of(folder)


def require_cluster(place: Place) -> None:
    if not place.majors():
        raise CliFault(f"there is no Leadhall in {place.data} yet", remedy="leadhall init   (or: leadhall demo)")


async def require_migrated(connection: asyncpg.Connection) -> None:
    behind = await pending(connection)
    if behind:
        raise CliFault(
            f"the database is {len(behind)} migrations behind this version, from {behind[0]}", remedy="leadhall migrate"
        )
