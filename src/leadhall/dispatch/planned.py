"""Deliveries as fan-out plans them, and the one statement that makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.delivery import NewDelivery

SQL = statements(__package__, "planned.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A row to be made. `after_s`: seconds until it is due; None: it waits for a person, or is settled at once.

    `key` is the recipient as it is compared.
    """

    row: NewDelivery
    key: str
    lane: str = ""
    state: str = "waiting"
    reason: str | None = None
    after_s: float | None = 0.0

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


async def make(connection: Connection, planned: Sequence[Planned]) -> None:
    """Write the rows. One that is there already, by its `dedupe`, stays as it is."""
    if planned:
        await connection.execute(SQL["make"], *_columns(planned))


def _columns(planned: Sequence[Planned]) -> list[list[Any]]:
    rows = [
        (
            each.row.business_id,
            mint(),
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
            each.row.payload,
            each.after_s,
        )
        for each in planned
    ]
    return [list(column) for column in zip(*rows, strict=True)]
