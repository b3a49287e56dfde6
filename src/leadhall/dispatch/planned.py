"""Deliveries as fan-out plans them, and the one statement that makes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.dispatch.claim import LEASE_S, Claimed
from leadhall.events.delivery import Delivery, NewDelivery

SQL = statements(__package__, "planned.sql")


class Planned(Struct, frozen=True, kw_only=True):
    """A row to be made. `after_s`: seconds until it is due; None: it waits for a person, or is settled at once.

    `key` is the recipient as it is compared. `is_ours`: its first try begins as soon as it is made.
    """

    row: NewDelivery
    key: str
    lane: str = ""
    state: str = "waiting"
    reason: str | None = None
    after_s: float | None = 0.0
    is_ours: bool = False

    def skipped(self, reason: str) -> Planned:
        """Not sent, on purpose."""
        return replace(self, state="skipped", reason=reason, after_s=None)

    def suppressed(self) -> Planned:
        return replace(self, state="suppressed", reason="suppressed", after_s=None)

    def held(self) -> Planned:
        """Not sent until somebody says so (`deliveries retry`)."""
        return replace(self, reason="held", after_s=None)

    @property
    def goes_out(self) -> bool:
        return self.state == "waiting" and self.after_s is not None


async def make(connection: Connection, planned: Sequence[Planned], *, at: datetime | None = None) -> list[Claimed]:
    """Write the rows. One that is there already, by its `dedupe`, stays as it is.

    Answers those that were made ours: claimed as they were written, with the lease that a claim gives. `at` is the
    time of the transaction.
    """
    if not planned:
        return []
    uids = [mint() for _ in planned]
    ours = await connection.fetch(SQL["make"], *_columns(planned, uids), float(LEASE_S))
    if not ours:
        return []
    assert at is not None
    begun = {row["uid"] for row in ours}
    return [_claimed(each, uid, at) for each, uid in zip(planned, uids, strict=True) if uid in begun]


def _claimed(planned: Planned, uid: str, at: datetime) -> Claimed:
    row = planned.row
    delivery = Delivery(
        business_id=row.business_id,
        uid=uid,
        dedupe=row.dedupe,
        kind=row.kind,
        channel=row.channel,
        recipient=row.recipient,
        lead_uid=row.lead_uid,
        message_uid=row.message_uid,
        endpoint_id=row.endpoint_id,
        payload=row.payload,
        attempts=1,
        created_at=at,
    )
    return Claimed(delivery=delivery, lane=planned.lane, tries=1, age_s=0.0, is_suppressed=False)


def _columns(planned: Sequence[Planned], uids: Sequence[str]) -> list[list[Any]]:
    """The arrays that `make` takes. A payload that rows share goes once, and each says which is its own (from 1)."""
    payloads = {id(each.row.payload): each.row.payload for each in planned}
    places = {each: place for place, each in enumerate(payloads, 1)}
    rows = [
        (
            each.row.business_id,
            uid,
            each.row.dedupe,
            each.row.lead_uid,
            each.row.message_uid,
            each.row.kind,
            each.row.channel,
            each.row.recipient,
            each.key,
            each.lane,
            each.row.endpoint_id,
            each.state,
            each.reason,
            places[id(each.row.payload)],
            each.after_s,
            each.is_ours,
        )
        for each, uid in zip(planned, uids, strict=True)
    ]
    return [*[list(column) for column in zip(*rows, strict=True)], list(payloads.values())]
