import asyncio

import pytest

from leadhall.core.patience import LOOK_EVERY_S, Patience
from tests.hasty import hasty, now_s


async def forever():
    await asyncio.Event().wait()


@hasty
async def test_who_waits_too_long_is_told_so():
    with pytest.raises(TimeoutError), Patience(5):
        await forever()
    assert 5 <= now_s() <= 5 + 2 * LOOK_EVERY_S


@hasty
async def test_what_is_done_in_time_is_not_disturbed():
    with Patience(5):
        await asyncio.sleep(4)
    await asyncio.sleep(5)

    assert asyncio.current_task().cancelling() == 0


@hasty
async def test_the_budget_is_spent_over_several_waits():
    patience = Patience(5)
    with patience:
        await asyncio.sleep(4)
    await asyncio.sleep(60)  # between two waits nothing is spent
    began = now_s()

    with pytest.raises(TimeoutError), patience:
        await forever()
    assert 1 <= now_s() - began <= 1 + 2 * LOOK_EVERY_S


@hasty
async def test_a_longer_budget_may_be_granted_while_it_waits():
    with Patience(5) as patience:
        patience.most_s = 50
        await asyncio.sleep(40)

    assert patience.spent_s == pytest.approx(40)


@hasty
async def test_who_is_cancelled_by_another_stays_cancelled():
    async def waits():
        with Patience(60):
            await forever()

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@hasty
async def test_everybody_waits_by_their_own_time():
    async def waits(seconds):
        with pytest.raises(TimeoutError), Patience(seconds):
            await forever()
        return now_s()

    short, long = await asyncio.gather(waits(5), waits(30))

    assert (short, long) == (pytest.approx(5, abs=2 * LOOK_EVERY_S), pytest.approx(30, abs=2 * LOOK_EVERY_S))
