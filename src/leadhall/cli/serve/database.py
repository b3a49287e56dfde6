"""The database of a server: the embedded cluster, watched while we serve, or DATABASE_URL, there or still away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import asyncpg
import structlog

from leadhall.app import FUNCTIONS
from leadhall.cli.serve.signals import undisturbed
from leadhall.cluster.place import Place
from leadhall.cluster.supervisor import Supervisor
from leadhall.core.db import Database
from leadhall.schema.migrate import has_roles, migrate, pending
from leadhall.settings import Settings
from leadhall.tenancy.settings_store import public_url

log = structlog.get_logger(__name__)

AWAY = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
"""Nobody answers, or it is just starting or stopping. What is wrong with the login or the name is another matter."""


@dataclass(frozen=True)
class Hosted:
    """A database at our version (or left as it is), and the public address it was told."""

    database: Database
    public_url: str | None
    is_there: bool = True
    """False: it was away at the start. Nobody knows then whether it is at our version, or has our roles."""
    owner: Database | None = None
    """By the owner's login; None for a database that is away, or behind this version."""


@contextmanager
def hosted_database(settings: Settings, place: Place, *, migrate_it: bool) -> Iterator[Hosted]:
    """The database to serve from. An embedded one stops with us, unless somebody else still uses it."""
    if settings.database_url:
        yield _given(Database.from_url(settings.database_url, pooled=settings.pooled), settings, migrate_it=migrate_it)
        return
    supervisor = Supervisor(
        place, pg_bin=settings.pg_bin, pg_user=settings.pg_user, tell=lambda words: log.warning("postgres", says=words)
    )
    try:
        database = Database(supervisor.start().asyncpg_kwargs())
        yield asyncio.run(prepared(database, settings, migrate_it=migrate_it))
    finally:
        with undisturbed():
            supervisor.stop()


def _given(found: Database, settings: Settings, *, migrate_it: bool) -> Hosted:
    """One that is away stops no start: the server waits for it, and says so."""
    try:
        return asyncio.run(prepared(found, settings, migrate_it=migrate_it))
    except AWAY as fault:
        log.warning("waiting for the database", fault=str(fault) or type(fault).__name__)
        return Hosted(found, None, is_there=False)


async def prepared(found: Database, settings: Settings, *, migrate_it: bool) -> Hosted:
    """Migrate as the owner's login, then see under which roles everybody else works."""
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
        return Hosted(database, await public_url(connection), owner=Database(owner.arguments, database.roles))
    finally:
        await connection.close()


def settings_for(hosted: Hosted, settings: Settings) -> Settings:
    """The public address that `leadhall init` stored, unless the environment names one."""
    return replace(settings, public_url=settings.public_url or hosted.public_url)
