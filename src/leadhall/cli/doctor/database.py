"""The database: reachable, new enough, durable, walled, up to date, and of our time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
from asyncpg.exceptions import UndefinedTableError

from leadhall.cli.doctor.deliveries import look_at_deliveries
from leadhall.cli.doctor.finding import Finding, fine, judged
from leadhall.core.db import Database
from leadhall.core.sql import statements
from leadhall.schema.durability import NEEDED, durability_faults
from leadhall.schema.migrate import LEAST_POSTGRES, has_roles, pending
from leadhall.tenancy.settings_store import public_url, sending_off

SQL = statements(__package__, "doctor.sql")
MOST_SKEW_S = 2.0


@dataclass(frozen=True)
class Known:
    """What an installation stored about itself; empty before it is migrated."""

    public_url: str | None = None
    sending_off: bool = False


async def look_at_database(database: Database) -> tuple[list[Finding], Known]:
    """All findings about the database, and what it knows of itself."""
    roles = await has_roles(database)
    connection = await Database(database.arguments, roles).connect("owner")
    try:
        found = [finding async for finding in _findings(connection, roles=roles)]
        known = await _known(connection)
        return [*found, sending(known), *await look_at_deliveries(connection)], known
    finally:
        await connection.close()


async def _findings(connection: asyncpg.Connection, *, roles: bool) -> AsyncIterator[Finding]:
    about = await connection.fetchrow(SQL["about"])
    yield postgres_version(connection, about["version"])
    faults = await durability_faults(connection)
    for name in NEEDED:
        yield durability(name, on=name not in faults)
    yield checksums(about["checksums"])
    yield walls(roles=roles)
    yield migrations(await pending(connection))
    yield await clock_skew(connection)


async def _known(connection: asyncpg.Connection) -> Known:
    try:
        return Known(await public_url(connection), await sending_off(connection))
    except UndefinedTableError:
        return Known()


def postgres_version(connection: asyncpg.Connection, version: str) -> Finding:
    return judged(
        "postgresql",
        version,
        good=connection.get_server_version().major >= LEAST_POSTGRES // 10_000,
        remedy="use PostgreSQL 15 or newer",
    )


def durability(name: str, *, on: bool) -> Finding:
    return judged(
        name,
        "on" if on else "off: acknowledged leads can be lost",
        good=on,
        remedy=f"alter system set {name} = on; select pg_reload_conf();",
    )


def checksums(setting: str) -> Finding:
    return judged(
        "data checksums",
        setting,
        good=setting == "on",
        remedy="pg_checksums --enable (while PostgreSQL is stopped): a failing disk is then noticed",
        otherwise="watch",
    )


def walls(*, roles: bool) -> Finding:
    """Between businesses stand the queries and row-level security; the second needs the four roles."""
    return judged(
        "walls",
        "two: scoped queries and row-level security" if roles else "one: row-level security needs the four roles",
        good=roles,
        remedy="leadhall migrate with a login that has CREATEROLE, or docs/howto: roles by hand",
        otherwise="watch",
    )


def migrations(behind: list[str]) -> Finding:
    return judged(
        "migrations",
        f"{len(behind)} pending: {', '.join(behind)}" if behind else "up to date",
        good=not behind,
        remedy="leadhall migrate   (leadhall serve does it, unless --no-migrate)",
    )


async def clock_skew(connection: asyncpg.Connection) -> Finding:
    before = datetime.now(UTC)
    there = await connection.fetchval(SQL["clock"])
    after = datetime.now(UTC)
    skew_s = (there - (before + (after - before) / 2)).total_seconds()
    return judged(
        "clock",
        f"the database is {abs(skew_s):.1f} s {'ahead' if skew_s > 0 else 'behind'}",
        good=abs(skew_s) <= MOST_SKEW_S,
        remedy="synchronise the clocks (NTP): due times are the database's, ids and logs are ours",
    )


def sending(known: Known) -> Finding:
    if known.sending_off:
        return Finding(
            "sending",
            "watch",
            "off since a restore: no mail, text or webhook leaves",
            "leadhall restore --confirm-sending",
        )
    return fine("sending", "on")
