"""The form behind a key, or behind a business's own page: remembered for a second, like tokens."""

from __future__ import annotations

from functools import partial
from typing import Any

import asyncpg
import msgspec

from leadhall.core.errors import NotFound
from leadhall.core.secrets import hash_of
from leadhall.core.sql import SqlFile, statements
from leadhall.tenancy.form_keys import FormSettings
from leadhall.tenancy.memory import ShortMemory

SQL = statements(__package__, "find_calls.sql")
FUNCTIONS = [SqlFile.of(__package__, "find.sql")]
NO_FORM = "There is no form here"


class LiveForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form that takes answers. `origins`: of the pages it may stand in; none means any."""

    uid: str
    key: str
    label: str
    origins: tuple[str, ...]
    business_id: int
    directory_id: int
    settings: FormSettings


class FormBook:
    """Finds forms by what stands in an address. What was revoked, closed or never made is one and the same NotFound."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._memory: ShortMemory[tuple[str, str], LiveForm] = ShortMemory()

    async def of_key(self, key: str) -> LiveForm:
        return await self._memory.recall(("key", key), partial(self._find, "by_key", hash_of(key)))

    async def of_business(self, business_uid: str) -> LiveForm:
        """The form that a business's own page shows: its oldest."""
        return await self._memory.recall(("uid", business_uid), partial(self._find, "by_business", business_uid))

    async def _find(self, how: str, what: Any) -> LiveForm:
        found = await self._pool.fetchval(SQL[how], what)
        if found is None:
            raise NotFound(NO_FORM)
        return msgspec.convert(found, LiveForm)
