"""Due deliveries become ours for a minute: `for update skip locked`, a lease, and a number that fences it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from asyncpg import Record
from msgspec import Struct

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.delivery import Delivery

SQL = statements(__package__, "claim.sql")

LEASE_S = 60
_OF_DELIVERY = Delivery.__struct_fields__


class Claimed(Struct, frozen=True, kw_only=True):
    """A delivery that is ours until its lease ends. `tries` are those that count, this one included."""

    delivery: Delivery
    lane: str
    tries: int
    age_s: float
    is_suppressed: bool

    @property
    def key(self) -> tuple[int, str]:
        return self.delivery.business_id, self.delivery.uid


async def claim(
    connection: Connection,
    rooms: Mapping[str, int],
    usual: Mapping[str, int],
    *,
    closed: Sequence[str] = (),
    most: int,
    leases_before: datetime,
) -> list[Claimed]:
    """Take what is due, lane by lane: `rooms` says how many more a lane may take, `usual` those of a channel's others.

    `closed` groups (channel and host) take none. Rows whose lease ended are taken too, unless the clock there shows
    `leases_before` or later: then it leapt.
    """
    rows = await connection.fetch(
        SQL["claim"],
        list(rooms),
        list(rooms.values()),
        list(usual),
        list(usual.values()),
        list(closed),
        most,
        leases_before,
        float(LEASE_S),
    )
    return [_claimed(row) for row in rows]


def _claimed(row: Record) -> Claimed:
    return Claimed(
        delivery=Delivery(**{name: row[name] for name in _OF_DELIVERY}),
        lane=row["lane"],
        tries=row["attempts"] - row["spared"],
        age_s=row["age_s"],
        is_suppressed=row["is_suppressed"],
    )


async def clock_of(connection: Connection) -> datetime:
    """What the database's clock shows."""
    there: datetime = await connection.fetchval(SQL["clock"])
    return there


async def put_back(connection: Connection, claimed: Sequence[Claimed]) -> None:
    """Rows we hold and did not begin: due again at once, and the try does not count."""
    if claimed:
        businesses, uids = [list(column) for column in zip(*[each.key for each in claimed], strict=True)]
        await connection.execute(SQL["put_back"], businesses, uids, [each.delivery.attempts for each in claimed])
