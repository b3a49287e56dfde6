"""Which businesses a reader of the portal sees: those of their token, and no others."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.sql import statements
from leadhall.tenancy.caller import Caller
from leadhall.web.call import Call
from leadhall.web.services import Services

SQL = statements(__package__, "reach.sql")
READS = "clients:read"
MENU_MOST = 200


@dataclass(frozen=True)
class Seen:
    """A business that the reader may look at."""

    id: int
    uid: str
    name: str


@dataclass(frozen=True)
class Menu:
    """What a reader chooses a business from, by name; `is_cut`: there are more, which are found by name.

    `find`: what was asked for; `found` tells whether a name holds it.
    """

    businesses: list[Seen]
    is_cut: bool
    find: str | None = None
    found: bool = True


async def choose(
    services: Services, reader: Caller, uid: str | None, find: str | None = None
) -> tuple[Menu, Seen | None]:
    """The menu, and the business asked for by its uid, else the first of the menu. One out of reach is none."""
    menu = await _menu(services, reader, find)
    if uid is None:
        return menu, next(iter(menu.businesses), None)
    listed = next((each for each in menu.businesses if each.uid == uid), None)
    one = listed or await _one(services, reader, uid)
    if one is not None and listed is None:
        menu = replace(menu, businesses=[one, *menu.businesses])
    return menu, one


async def business_of(services: Services, reader: Caller, uid: str | None) -> Seen | None:
    """The business asked for, else the first of the menu; one out of reach is none."""
    if uid is None:
        return (await choose(services, reader, None))[1]
    return await _one(services, reader, uid)


async def _menu(services: Services, reader: Caller, find: str | None) -> Menu:
    """Those whose name holds what is looked for; where none does, and where nothing is, the oldest."""
    if reader.is_bound:
        return Menu(await _own(services, reader), is_cut=False)
    reach = reader.directory_id, reader.app_id, _listed(reader)
    async with scoped(services.app_pool, Scope(directory_id=reader.directory_id)) as connection:
        holding = await connection.fetch(SQL["holding"], *reach, MENU_MOST, find) if find else []
        rows = holding or await connection.fetch(SQL["oldest"], *reach, MENU_MOST)
    return Menu([Seen(**row) for row in rows], len(rows) == MENU_MOST, find, found=bool(holding) or not find)


def _listed(reader: Caller) -> list[int] | None:
    return None if reader.only_businesses is None else list(reader.only_businesses)


async def _one(services: Services, reader: Caller, uid: str) -> Seen | None:
    if reader.is_bound:
        return next((each for each in await _own(services, reader) if each.uid == uid), None)
    async with scoped(services.app_pool, Scope(directory_id=reader.directory_id)) as connection:
        row = await connection.fetchrow(SQL["one"], reader.directory_id, reader.app_id, _listed(reader), uid)
    return Seen(**row) if row else None


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


def sees_values(reader: Caller) -> bool:
    """Bodies hold what clients said: who may not read clients sees keys and shapes alone."""
    return reader.may(READS)
