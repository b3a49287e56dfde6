"""The delivery log: what became of each notice, letter, text and webhook call, with every try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asyncpg import Record

from leadhall.conversations.threads import uid_at
from leadhall.core.clock import ALWAYS, EVER
from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.ids import FIRST, LAST, LOW_BITS, spell
from leadhall.core.sql import statements

SQL = statements(__package__, "log.sql")

STATES = ("waiting", "sending", "accepted", "delivered", "failed", "given_up", "suppressed", "skipped")
TROUBLE = frozenset({"failed", "given_up", "suppressed"})
OF_LEAD_MOST = 100
CLOCKS_APART = timedelta(hours=1)
"""How much a uid's time, which a server tells, may differ from the database's, in which `created_at` is told."""
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
    """The newest first; `after` continues below a uid. A business of None: all in scope, for operators."""
    businesses = [business_id] if business_id is not None else await connection.fetchval(SQL["everywhere"])
    since = wanted.since - CLOCKS_APART if wanted.since and wanted.since > EVER + CLOCKS_APART else None
    asked = [
        businesses, after or LAST, uid_at(since, FIRST), wanted.since or EVER, wanted.until or ALWAYS, wanted.state,
        wanted.channel, wanted.kind, wanted.endpoint_ids, most,
    ]  # fmt: skip
    if wanted.lead_uid is not None:
        keys = await connection.fetch(SQL["by_lead"], *asked, wanted.lead_uid)
    else:
        keys = await connection.fetch(SQL["by_trouble" if wanted.state in TROUBLE else "by_key"], *asked)
    return await _shown(connection, keys)


async def deliveries_of_lead(connection: Connection, business_id: int, lead_uid: str) -> list[Logged]:
    """What became of all that a lead set off, oldest first."""
    return await _shown(connection, await connection.fetch(SQL["of_lead"], business_id, lead_uid, OF_LEAD_MOST))


async def get_delivery(connection: Connection, business_id: int | None, uid: str) -> Logged:
    """NotFound when this business has none of that uid; with None, any business's."""
    if business_id is None:
        business_id = await connection.fetchval(SQL["whose"], await connection.fetchval(SQL["everywhere"]), uid)
    found = await _shown(connection, [(business_id, uid)])
    if not found:
        raise NotFound("There is no such delivery")
    return found[0]


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


async def _shown(connection: Connection, keys: Sequence[Record | tuple[int | None, str]]) -> list[Logged]:
    """Deliveries with their tries, in the order of their keys: business and uid."""
    if not keys:
        return []
    businesses, uids = zip(*keys, strict=True)
    rows = await connection.fetch(SQL["shown"], businesses, uids)
    return [Logged(**{**row, "attempts": tuple(_attempt(each) for each in row["attempts"])}) for row in rows]


def _attempt(stored: dict[str, Any]) -> Attempt:
    return Attempt(**stored | {"at": datetime.fromisoformat(stored["at"])})
