"""Leads given to the write path itself: one by one, in batches, and over two connections at once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import asyncpg
from hypothesis import strategies as st
from tests.intake.drafts import BUSINESS
from tests.intake.model import Model
from tests.intake.sequences import (
    EMAILS,
    IDS,
    MOST_STEPS,
    arrivals_of,
    as_sent,
    expected,
    leads_of,
    modelled,
    stored,
    titled,
    without_crossings,
)

from leadhall.core.db import Database
from leadhall.core.ids import mint
from leadhall.intake.business import BusinessFacts
from leadhall.intake.plan import Arrival
from leadhall.intake.write import TRY_AGAIN, write_batch
from proof.equivalence.searching import Way

Lead = tuple[dict[str, Any], bool]
LEADS = leads_of(EMAILS, IDS).map(as_sent)
# Few people, so that two connections meet them at the same time.
CROWD = leads_of(st.sampled_from(["dana@ex.com", "DANA@Ex.com", "É@ex.com", "e\u0301@ex.com"]), IDS).map(as_sent)
MOST_AT_ONCE = 3
TRIES = 5


class _Batches(Way):
    """Each sequence has a business of its own, which needs no rows besides those of its leads."""

    sequences = st.one_of(
        st.lists(LEADS, min_size=1, max_size=MOST_STEPS), st.lists(LEADS, min_size=MOST_STEPS // 2, max_size=MOST_STEPS)
    ).map(titled)
    connections = 1
    numbers = itertools.count(1_000)

    async def open(self) -> None:
        database = Database(self.login)
        self.owner = await database.connect("owner")
        self.writers = [await database.connect("intake") for _ in range(self.connections)]

    async def close(self) -> None:
        for connection in (self.owner, *self.writers):
            await connection.close(timeout=1)

    def business(self) -> BusinessFacts:
        return replace(BUSINESS, id=next(self.numbers), repeat_window_s=0)

    async def equal(self, business: BusinessFacts, model: Model) -> None:
        found, wanted = await stored(self.owner, business.id), expected(model)
        assert found == wanted, f"\nstored {found}\nwanted {wanted}\n"


class OneByOne(_Batches):
    async def come(self, drawn: list[Lead]) -> None:
        business = self.business()
        for arrival in arrivals_of(business, drawn):
            await write_batch(self.writers[0], [arrival], mint=mint)
        self.steps += len(drawn)
        await self.equal(business, modelled(drawn))


class InBatches(_Batches):
    async def come(self, drawn: list[Lead]) -> None:
        business = self.business()
        for batch in without_crossings(arrivals_of(business, drawn)):
            await write_batch(self.writers[0], batch, mint=mint)
        self.steps += len(drawn)
        await self.equal(business, modelled(drawn))


class TwoConnections(_Batches):
    """Rounds of two batches at a time. Each must come to what some order of their leads comes to."""

    connections = 2
    sequences = st.lists(
        st.tuples(*[st.lists(CROWD, min_size=1, max_size=MOST_AT_ONCE)] * 2),
        min_size=1,
        max_size=MOST_STEPS // (2 * MOST_AT_ONCE),
    )

    async def come(self, drawn: list[tuple[list[Lead], list[Lead]]]) -> None:
        business, model = self.business(), Model()
        numbers = itertools.count()
        for one, other in drawn:
            leads = [
                [(sent | {"request_title": f"Lead {next(numbers)}"}, may) for sent, may in b] for b in (one, other)
            ]
            batches = [next(without_crossings(arrivals_of(business, batch))) for batch in leads]
            await asyncio.gather(*map(_written, self.writers, batches))
            came = [batch[: len(arrivals)] for batch, arrivals in zip(leads, batches, strict=True)]
            self.steps += sum(map(len, came))
            model = await self._explained(business, model, *came)

    async def _explained(self, business: BusinessFacts, model: Model, one: list[Lead], other: list[Lead]) -> Model:
        """The model after that order of the leads which comes to what is stored."""
        found = await stored(self.owner, business.id)
        self.saw("rounds")
        orders = [_after(model, order) for order in ([*one, *other], [*other, *one])]
        if expected(orders[0]) != expected(orders[1]):
            self.saw("rounds in which the order mattered")
        for after in itertools.chain(orders, (_after(model, order) for order in merges(one, other))):
            if expected(after) == found:
                return after
        raise AssertionError(f"no order explains\nstored {found}\nwanted {[expected(order) for order in orders]}\n")


async def _written(connection: asyncpg.Connection, batch: Sequence[Arrival]) -> None:
    """As the batcher does: again where the world moved meanwhile."""
    for _ in range(TRIES - 1):
        try:
            await write_batch(connection, batch, mint=mint)
        except TRY_AGAIN:
            continue
        return
    await write_batch(connection, batch, mint=mint)


def _after(model: Model, leads: Sequence[Lead]) -> Model:
    after = model.copy()
    for sent, may_write in leads:
        after.lead(sent, may_write=may_write)
    return after


def merges(one: Sequence[Lead], other: Sequence[Lead]) -> Iterator[list[Lead]]:
    """Every order in which the leads of each keep theirs."""
    if not one or not other:
        yield [*one, *other]
        return
    yield from ([one[0], *rest] for rest in merges(one[1:], other))
    yield from ([other[0], *rest] for rest in merges(one, other[1:]))
