"""Addresses that a sender of a business writes to no more, with the reason. Lifted on purpose only, and audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.ids import LAST, mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.tenancy.audit import OPERATOR, record_act

SQL = statements(__package__, "suppression.sql")
Reason = Literal["refused", "bounced", "stopped", "complained", "by_hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """`sender` is the lane it holds for; `staff_uid`: the member of staff whose address it is."""

    uid: str
    business_id: int
    channel: str
    address: str
    sender: str
    reason: str
    answer: str | None
    delivery_uid: str | None
    at: datetime
    staff_uid: str | None


async def list_suppressions(
    connection: Connection, business_id: int | None, *, after: str | None = None, most: int
) -> list[Suppression]:
    """The newest first; `after` continues below a uid. A business of None: all, for operators."""
    if business_id is None:
        rows = await connection.fetch(SQL["list_all"], after or LAST, most)
    else:
        rows = await connection.fetch(SQL["list"], business_id, after or LAST, most)
    return [Suppression(**row) for row in rows]


async def lift(connection: Connection, business_id: int | None, uid: str, *, actor: str = OPERATOR) -> Suppression:
    """Write to the address again. NotFound when this business has no such suppression; with None, any business."""
    if business_id is None:
        business_id = await connection.fetchval(SQL["whose"], uid)
    row = await connection.fetchrow(SQL["lift"], business_id, uid)
    if row is None:
        raise NotFound("There is no such suppression")
    lifted = Suppression(**row)
    facts = {"channel": lifted.channel, "sender": lifted.sender, "reason": lifted.reason}
    await record_act(
        connection, "suppression/lifted", lifted.uid, actor=actor, business_id=lifted.business_id, facts=facts
    )
    return lifted


async def report_failure(
    connection: Connection, business_id: int, delivery_uid: str, *, answer: str, reason: Reason | None = None
) -> bool:
    """The other side reports after it took a delivery that it did not arrive. With a reason the address is suppressed.

    Whom it was for hears of it otherwise, as when it is refused at once. False when there is nothing to correct.
    """
    if not await connection.fetchval(SQL["failed"], business_id, delivery_uid, answer[:1000]):
        return False
    if reason is not None:
        await connection.execute(SQL["suppress"], business_id, delivery_uid, mint(), reason, answer[:1000])
    await append_event(connection, business_id, "missed", {"delivery_uid": delivery_uid}, uid=f"missed-{delivery_uid}")
    return True


async def report_arrival(connection: Connection, business_id: int, delivery_uid: str) -> bool:
    """There is evidence that it arrived. False when the row does not wait for any."""
    return bool(await connection.fetchval(SQL["arrived"], business_id, delivery_uid))
