"""What intake knows of a business, read at most once a second: draft and plan know nothing else of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from leadhall.clients.card import Card, CardField
from leadhall.core.errors import Unauthorized
from leadhall.core.loader import Loader
from leadhall.core.sql import statements
from leadhall.tenancy.memory import ShortMemory

SQL = statements(__package__, "business.sql")


@dataclass(frozen=True, slots=True)
class BusinessFacts:
    """One business, as far as a lead is concerned. `own_names` are identifiers of the business, never of a person."""

    id: int
    uid: str
    directory_id: int
    name: str
    country: str
    locale: str
    repeat_window_s: int
    own_names: frozenset[str] = frozenset()
    status_labels: dict[str, str] = field(default_factory=dict)
    card: Card = field(default_factory=Card)


class BusinessBook:
    """Facts of businesses, each kept for at most a second."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._memory: ShortMemory[int, BusinessFacts] = ShortMemory()
        self._loader = Loader(self._read_all)

    async def facts(self, business_id: int) -> BusinessFacts:
        """The facts of a business that somebody may reach. Unauthorized when it is gone meanwhile."""
        return await self._memory.recall(business_id, self._read, business_id)

    def known(self, business_id: int) -> BusinessFacts | None:
        """The same, if they are remembered; None when they must be asked for."""
        return self._memory.known(business_id, self._read, business_id)

    async def _read(self, business_id: int) -> BusinessFacts:
        facts = await self._loader.ask(business_id)
        if facts is None:
            raise Unauthorized("Unauthorized")
        return facts

    async def _read_all(self, business_ids: Sequence[int]) -> dict[int, BusinessFacts]:
        rows = await self._pool.fetch(SQL["business_facts"], business_ids)
        return {row["id"]: _facts(row) for row in rows}

    async def knows(self, business_id: int, kind: str, key: str) -> bool:
        """Whether somebody is filed under this key: asked only for a lead that came without a first name."""
        return bool(await self._pool.fetchval(SQL["knows_key"], business_id, kind, key))


def _facts(row: asyncpg.Record) -> BusinessFacts:
    own = [CardField(f["id"], f["label"], f["type"], tuple(f["options"])) for f in row["fields"]]
    return BusinessFacts(
        id=row["id"],
        uid=row["uid"],
        directory_id=row["directory_id"],
        name=row["name"],
        country=row["country"],
        locale=row["locale"],
        repeat_window_s=row["repeat_window_s"],
        own_names=frozenset(row["own_names"]),
        status_labels=row["status_labels"],
        card=Card.of(own),
    )
