"""Who texts whom about what: the conversation that our number and theirs last spoke in."""

from __future__ import annotations

from typing import NamedTuple

import asyncpg

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "threads.sql")
Asked = Connection | asyncpg.Pool


class TextThread(NamedTuple):
    """A conversation within its business; None before there is one."""

    business_id: int
    conversation_uid: str | None


async def remember(connection: Asked, thread: TextThread, *, ours: str, theirs: str) -> None:
    """From now on a text between these two belongs here."""
    await connection.execute(SQL["remember"], thread.business_id, ours, theirs, thread.conversation_uid)


async def has_begun(connection: Asked, business_id: int, *, ours: str, theirs: str) -> bool:
    """Whether the two have texted before."""
    return bool(await connection.fetchval(SQL["is_known"], business_id, ours, theirs))


async def newest_threads(connection: Asked, ours: tuple[str, ...], theirs: str) -> list[TextThread]:
    """Where the pair spoke, the newest first; `ours` are our number and the service it belongs to."""
    return [TextThread(*row) for row in await connection.fetch(SQL["newest"], list(ours), theirs)]
