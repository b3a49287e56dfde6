"""What came of tries is written down: many verdicts, one transaction. Who lost the lease meanwhile writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog
from msgspec import Struct

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.dispatch.schedule import HONOURED_MOST_S, PAUSES_S
from leadhall.dispatch.verdict import Verdict
from leadhall.events.outbox import append_event

log = structlog.get_logger(__name__)

SQL = statements(__package__, "settle.sql")


class Try(Struct, frozen=True):
    """A verdict, and how long the try took; None when nothing was tried."""

    verdict: Verdict
    took_ms: int | None


async def settle(connection: Connection, tries: Sequence[Try]) -> int:
    """Mark the rows and keep the tries; how many rows were still ours.

    Addresses are suppressed, senders rest or are trusted again, and who was missed is told otherwise, in the same
    transaction. Usually that is one statement: what is not written down yet is sent twice when we are killed.
    """
    if not any(each.verdict.has_more for each in tries):
        return len(await _mark(connection, tries))
    async with connection.transaction():
        marked = await _mark(connection, tries)
        ours = [each.verdict for each in tries if each.verdict.claimed.key in marked]
        for verdict in ours:
            await _follow_up(connection, verdict)
        await _rest(connection, ours)
    return len(ours)


async def _mark(connection: Connection, tries: Sequence[Try]) -> set[tuple[int, str]]:
    resting = sorted({each.verdict.claimed.lane for each in tries if each.verdict.rests})
    return {(row[0], row[1]) for row in await connection.fetch(SQL["mark"], *_columns(tries), resting)}


def _columns(tries: Sequence[Try]) -> list[list[object]]:
    rows = [
        (
            *each.verdict.claimed.key,
            each.verdict.claimed.delivery.attempts,
            each.verdict.state,
            each.verdict.reason,
            each.verdict.wait_s,
            int(each.verdict.is_spared),
            each.verdict.answer,
            each.verdict.outcome,
            each.took_ms,
            each.verdict.facts,
        )
        for each in tries
    ]
    return [list(column) for column in zip(*rows, strict=True)]


async def _follow_up(connection: Connection, verdict: Verdict) -> None:
    delivery = verdict.claimed.delivery
    if verdict.suppresses:
        await connection.execute(SQL["suppress"], *verdict.claimed.key, mint(), "refused", verdict.answer)
        log.warning("an address is suppressed", channel=delivery.channel, delivery=delivery.uid)
    if verdict.is_missed:
        await append_event(
            connection, delivery.business_id, "missed", {"delivery_uid": delivery.uid}, uid=f"missed-{delivery.uid}"
        )


async def _rest(connection: Connection, verdicts: Iterable[Verdict]) -> None:
    """Who refused us rests."""
    resting = {verdict.claimed.lane: verdict for verdict in verdicts if verdict.rests}
    for lane, verdict in sorted(resting.items()):
        asked_s = None if verdict.asked_s is None else min(max(verdict.asked_s, 1.0), HONOURED_MOST_S)
        times = await connection.fetchval(
            SQL["rest"], lane, verdict.rests, verdict.answer, asked_s, [float(each) for each in PAUSES_S]
        )
        log.error("a sender rests", lane=lane, fault_of=verdict.rests, times=times)


async def wake_sender_of(connection: Connection, business_id: int, uid: str) -> None:
    """The sender of a delivery need not rest any longer: somebody mended what was wrong."""
    await connection.execute(SQL["wake_sender_of"], business_id, uid)
