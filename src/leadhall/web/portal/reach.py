"""Which businesses a reader of the portal sees: those of their token, and no others."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.sql import statements
from leadhall.tenancy.caller import Caller
from leadhall.web.call import Call
from leadhall.web.services import Services

SQL = statements(__package__, "reach.sql")
READS = "clients:read"


@dataclass(frozen=True)
class Seen:
    """A business that the reader may look at."""

    id: int
    uid: str
    name: str


async def businesses_of(services: Services, reader: Caller) -> list[Seen]:
    """By name, at most 1,000."""
    if reader.is_bound:
        return await _own(services, reader)
    async with scoped(services.app_pool, Scope(directory_id=reader.directory_id)) as connection:
        listed = None if reader.only_businesses is None else list(reader.only_businesses)
        rows = await connection.fetch(SQL["businesses"], reader.directory_id, reader.app_id, listed)
    return [Seen(**row) for row in rows]


async def _own(services: Services, reader: Caller) -> list[Seen]:
    if reader.business is None:
        return []
    async with scoped(services.app_pool, Scope.of([reader.business.id])) as connection:
        row = await connection.fetchrow(SQL["business"], reader.business.id)
    return [Seen(**row)] if row else []


def owning(call: Call, reader: Caller, business: Seen | None = None) -> AbstractAsyncContextManager[Connection]:
    """A transaction on what the reader owns: of one business, else of all they reach and of no business (0)."""
    if business is not None:
        return scoped(call.services.app_pool, Scope.of([business.id]))
    rows = Scope.of([0, reader.business_id]) if reader.business_id else Scope((0,), reader.directory_id)
    return scoped(call.services.app_pool, rows)


def chosen(businesses: list[Seen], uid: str | None) -> Seen | None:
    """The business asked for, else the first; one out of reach is none."""
    if uid is None:
        return businesses[0] if businesses else None
    return next((each for each in businesses if each.uid == uid), None)


def sees_values(reader: Caller) -> bool:
    """Bodies hold what clients said: who may not read clients sees keys and shapes alone."""
    return reader.may(READS)
