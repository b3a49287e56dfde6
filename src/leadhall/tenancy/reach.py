"""Which business a request is for (api.md 0.3): every name given is resolved before any refusal is decided."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

import asyncpg

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Fault, Invalid, Mismatch, Unauthorized
from leadhall.core.loader import Loader
from leadhall.core.sql import statements
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.tenancy.memory import ShortMemory
from leadhall.tenancy.names import can_be_a_name, name_key

SQL = statements(__package__, "reach.sql")

Named = tuple[str, str]
"""Where a name stood (`X-On-Behalf-Of`, `business_id`) and the name; a blank name is none."""

Question = tuple[int, int | None, str]
"""A directory, the app that asks if it is one, and a name's key."""


class Reach:
    """Resolves names within a caller's reach, each remembered for at most a second."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._memory: ShortMemory[Question, BusinessRef | None] = ShortMemory()
        self._loader = Loader(self._ask_all)

    async def business(self, caller: Caller, names: Sequence[Named], *, needed: bool) -> BusinessRef | None:
        """The one business meant. None only when nothing names one, the token implies none, and none is needed.

        Unauthorized (business_not_reachable) for missing, closed and foreign alike, Mismatch for two, Invalid for none.
        """
        keys = {name_key(name) for _, name in names if name}
        reached = {key: await self._named(caller, key) for key in keys if key}
        if caller.is_bound:
            reached[""] = _within_list(caller, caller.business)
        found = {each.id: each for each in reached.values() if each is not None}
        if None in reached.values():
            raise not_reachable()
        if len(found) > 1:
            raise Mismatch(f"{_places(names)} name two businesses", field="business_id")
        if not found and needed:
            raise Invalid.of([Fault.missing("business_id")])
        return next(iter(found.values()), None)

    def known(self, caller: Caller, name: str) -> BusinessRef | None:
        """The business that one name alone (or the token, where it is blank) means; None: ask `business`."""
        key = name_key(name)
        if caller.is_bound:
            return _within_list(caller, caller.business) if not key else None
        question = (caller.directory_id, caller.app_id, key)
        return _within_list(caller, self._memory.known(question, self._loader.ask, question))

    async def _named(self, caller: Caller, key: str) -> BusinessRef | None:
        own = caller.business
        if own is not None and key == own.uid:
            return _within_list(caller, own)
        if not can_be_a_name(key):
            return None
        question = (caller.directory_id, caller.app_id, key)
        found = await self._memory.recall(question, self._loader.ask, question)
        if caller.is_bound and found != own:
            return None
        return _within_list(caller, found)

    async def _ask_all(self, questions: Sequence[Question]) -> dict[Question, BusinessRef]:
        """What the database knows of these names: a question for each directory, in that directory's scope."""
        of_directory: dict[int, list[Question]] = defaultdict(list)
        for question in questions:
            of_directory[question[0]].append(question)
        answers = await asyncio.gather(*(self._ask_one(*each) for each in of_directory.items()))
        return {question: found for answer in answers for question, found in answer.items()}

    async def _ask_one(self, directory_id: int, questions: Sequence[Question]) -> dict[Question, BusinessRef]:
        keys, app_ids = [key for _, _, key in questions], [app_id for _, app_id, _ in questions]
        async with scoped(self._pool, Scope(directory_id=directory_id)) as connection:
            rows = await connection.fetch(SQL["businesses_by_name"], directory_id, keys, app_ids)
        return {questions[row["place"] - 1]: BusinessRef(row["id"], row["uid"], directory_id) for row in rows}


def _within_list(caller: Caller, business: BusinessRef | None) -> BusinessRef | None:
    if business is None or caller.only_businesses is None:
        return business
    return business if business.id in caller.only_businesses else None


def _places(names: Sequence[Named]) -> str:
    return " and ".join(dict.fromkeys(where for where, name in names if name_key(name)))


def not_reachable() -> Unauthorized:
    return Unauthorized(faults=(Fault("business_not_reachable", "This token reaches no such business"),))
