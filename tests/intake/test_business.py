"""What intake knows of a business: asked once by however many, and gone when the business is."""

import asyncio

import pytest

from leadhall.core.errors import Unauthorized
from leadhall.intake.business import BusinessBook


class Counting:
    """A pool that counts what it is asked."""

    def __init__(self, pool):
        self._pool = pool
        self.asked = 0

    async def fetch(self, *question):
        self.asked += 1
        return await self._pool.fetch(*question)


async def test_all_who_wait_for_one_business_share_one_question(intake_pool, world):
    counting = Counting(intake_pool)
    book = BusinessBook(counting)
    facts = await asyncio.gather(*[book.facts(world.first.id) for _ in range(50)])

    assert (counting.asked, {each.uid for each in facts}) == (1, {world.first.uid})


async def test_of_many_businesses_those_that_come_together_are_asked_together(intake_pool, world):
    counting = Counting(intake_pool)
    book = BusinessBook(counting)
    ids = [business.id for business in world.businesses]
    facts = await asyncio.gather(*[book.facts(business_id) for business_id in ids])

    assert (counting.asked, [each.id for each in facts]) == (2, ids)


async def test_a_business_that_is_gone_is_nobodys(intake_pool, world, owner):
    await owner.execute("update business set closed_at = now() where id = $1", world.first.id)

    with pytest.raises(Unauthorized):
        await BusinessBook(intake_pool).facts(world.first.id)
