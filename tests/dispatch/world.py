"""Rows and channels for tests of the dispatcher. Time passes by moving rows, never by waiting."""

from __future__ import annotations

import asyncio

from leadhall.core.ids import mint
from leadhall.dispatch.planned import Planned, make
from leadhall.events.delivery import Delivery, NewDelivery
from leadhall.events.outcome import Sent


class FakeChannel:
    """Answers `outcome` to everything, or what `outcomes` says of a recipient; keeps what it was given."""

    def __init__(self, name="email", outcome=None, **outcomes):
        self.name = name
        self.outcome = outcome or Sent(answer="250 ok")
        self.outcomes = outcomes
        self.given: list[Delivery] = []
        self.most_at_once = 0
        self.gate: asyncio.Event | None = None
        self._now = 0
        self.closed = False

    async def deliver(self, delivery):
        self.given.append(delivery)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            if self.gate is not None:
                await self.gate.wait()
            outcome = self.outcomes.get(delivery.recipient, self.outcome)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome(delivery) if callable(outcome) else outcome
        finally:
            self._now -= 1

    async def close(self):
        self.closed = True


async def a_delivery(connection, *, lane="email -", after_s=0.0, **more):
    """One row, due at once; answers its uid."""
    channel = lane.split(" ")[0]
    recipient = more.pop("recipient", "ann@acme.example")
    row = NewDelivery(
        **{
            "business_id": 1,
            "kind": "owner_notice",
            "channel": channel,
            "recipient": recipient,
            "dedupe": mint(),
            "endpoint_id": 7 if channel == "webhook" else None,
            **more,
        }
    )
    await make(connection, [Planned(row=row, key=recipient, lane=lane, after_s=after_s)])
    return await connection.fetchval("select uid from delivery where dedupe = $1", row.dedupe)


async def row_of(connection, uid):
    return await connection.fetchrow("select * from delivery where uid = $1", uid)


async def make_due(connection):
    """Time passes until the next try of everything."""
    await connection.execute("update delivery set due_at = now() where due_at is not null")


async def end_leases(connection):
    """A minute passes for rows that somebody holds."""
    await connection.execute("update delivery set due_at = now(), leased_until = now() where state = 'sending'")


async def until(true, within_s=10.0):
    """Let the loop work until it is true."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - asked of whatever there is, not of one event
            await asyncio.sleep(0.005)
