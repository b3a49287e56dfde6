"""The delivery log: what became of each notice, letter, text and webhook call, with every try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asyncpg import Record

from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.ids import LOW_BITS, spell
from leadhall.core.sql import statements

SQL = statements(__package__, "log.sql")

STATES = ("waiting", "sending", "accepted", "delivered", "failed", "given_up", "suppressed", "skipped")
OF_LEAD_MOST = 100
SENT = frozenset({"accepted", "delivered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try. `outcome`: sent, later or never; `answer`: the other side's words, at most 1 KiB."""

    n: int
    at: datetime
    took_ms: int | None
    outcome: str
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A delivery as its owner reads it. `next_try_at` is None once it is settled, and while it waits to be released."""

    uid: str
    business_id: int
    kind: str
    channel: str
    recipient: str
    state: str
    reason: str | None
    lead_uid: str | None
    message_uid: str | None
    endpoint_id: int | None
    last_error: str | None
    next_try_at: datetime | None
    created_at: datetime
    settled_at: datetime | None
    dedupe: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which deliveries; what is None does not matter."""

    state: str | None = None
    channel: str | None = None
    kind: str | None = None
    lead_uid: str | None = None
    endpoint_ids: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_deliveries(
    connection: Connection, business_id: int | None, wanted: Filter, *, after: str | None = None, most: int
) -> list[Logged]:
    """The newest first; `after` continues below a uid. A business of None: all, for operators."""
    rows = await connection.fetch(
        SQL["list"], business_id, wanted.state, wanted.channel, wanted.kind, wanted.lead_uid, wanted.since,
        wanted.until, after, most, wanted.endpoint_ids,
    )  # fmt: skip
    return _logged(rows)


async def deliveries_of_lead(connection: Connection, business_id: int, lead_uid: str) -> list[Logged]:
    """What became of all that a lead set off, oldest first."""
    return _logged(await connection.fetch(SQL["of_lead"], business_id, lead_uid, OF_LEAD_MOST))


async def get_delivery(connection: Connection, business_id: int | None, uid: str) -> Logged:
    """NotFound when this business has none of that uid; with None, any business's."""
    rows = await connection.fetch(SQL["one"], business_id, uid)
    if not rows:
        raise NotFound("There is no such delivery")
    return _logged(rows)[0]


async def retry(connection: Connection, business_id: int, uid: str) -> Logged:
    """Try it now, with its whole schedule before it; a held one is released. NotFound, Invalid with why it cannot be.

    What was taken already is only sent again when it is a webhook: its receiver knows it by its id.
    """
    found = await get_delivery(connection, business_id, uid)
    if found.state == "sending":
        raise Invalid("It is being sent right now: look again in a minute", field="uid")
    if found.state in SENT and found.channel != "webhook":
        raise Invalid("It was taken already; a person would get it twice", field="uid")
    if await connection.fetchval(SQL["is_suppressed"], business_id, uid):
        raise Invalid("The address is suppressed: lift that first", field="uid")
    if found.channel != "webhook" and not found.recipient:
        raise Invalid("There is no address to send it to", field="uid")
    await connection.execute(SQL["retry"], business_id, uid)
    return await get_delivery(connection, business_id, uid)


async def redeliver(
    connection: Connection, endpoint_id: int, *, directory_id: int, business_id: int, since: datetime
) -> int:
    """Try now what a webhook endpoint missed since then; how many. A business of 0: all of the directory."""
    first_uid = spell(int(since.timestamp() * 1000) << LOW_BITS)
    count: int = await connection.fetchval(SQL["redeliver"], business_id, directory_id, endpoint_id, first_uid)
    return count


def _logged(rows: Sequence[Record]) -> list[Logged]:
    return [Logged(**{**row, "attempts": tuple(_attempt(each) for each in row["attempts"])}) for row in rows]


def _attempt(stored: dict[str, Any]) -> Attempt:
    return Attempt(**stored | {"at": datetime.fromisoformat(stored["at"])})
