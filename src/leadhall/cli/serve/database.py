"""The database of a server: the embedded cluster, watched while we serve, or DATABASE_URL, waited for at the start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from leadhall.app import FUNCTIONS
from leadhall.cli.faults import CliFault
from leadhall.cli.serve.signals import undisturbed
from leadhall.cluster.place import Place
from leadhall.cluster.supervisor import Supervisor
from leadhall.core.db import Database
from leadhall.schema.migrate import has_roles, migrate, pending
from leadhall.settings import Settings
from leadhall.tenancy.settings_store import public_url

log = structlog.get_logger(__name__)

DATABASE_WITHIN_S = 60.0
LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class Hosted:
    """A database at our version (or left as it is), and the public address it was told."""

    database: Database
    public_url: str | None


@contextmanager
def hosted_database(settings: Settings, place: Place, *, migrate_it: bool) -> Iterator[Hosted]:
    """The database to serve from. An embedded one stops with us, unless somebody else still uses it."""
    if settings.database_url:
        yield asyncio.run(_prepared(Database.from_url(settings.database_url), settings, migrate_it=migrate_it))
        return
    supervisor = Supervisor(
        place, pg_bin=settings.pg_bin, pg_user=settings.pg_user, tell=lambda words: log.warning("postgres", says=words)
    )
    try:
        database = Database(supervisor.start().asyncpg_kwargs())
        yield asyncio.run(_prepared(database, settings, migrate_it=migrate_it))
    finally:
        with undisturbed():
            supervisor.stop()


async def _prepared(found: Database, settings: Settings, *, migrate_it: bool) -> Hosted:
    """Migrate as the owner's login, then see under which roles everybody else works."""
    await _wait_for(found)
    owner = Database.from_url(settings.owner_url) if settings.owner_url else found
    if migrate_it:
        for name in await migrate(owner, FUNCTIONS):
            log.info("migrated", file=name)
    database = Database(found.arguments, await has_roles(found))
    connection = await Database(owner.arguments, database.roles).connect("owner")
    try:
        if await pending(connection):
            log.warning("the database is behind this version", remedy="leadhall migrate")
            return Hosted(database, None)
        return Hosted(database, await public_url(connection))
    finally:
        await connection.close()


async def _wait_for(database: Database) -> None:
    """A database that is just starting is waited for; what is wrong with the login or the name is not."""
    until = time.monotonic() + DATABASE_WITHIN_S
    while True:
        try:
            await (await Database(database.arguments, roles=False).connect(None)).close()
        except (OSError, TimeoutError) as fault:
            if time.monotonic() > until:
                raise CliFault(f"the database is not reachable: {fault}") from None
            log.warning("waiting for the database", fault=type(fault).__name__)
            await asyncio.sleep(LOOK_EVERY_S)
        else:
            return
