import asyncio

import pytest

from leadhall.web.patience import Patience


async def forever():
    await asyncio.Event().wait()


async def test_who_waits_too_long_is_told_so():
    with pytest.raises(TimeoutError), Patience(0.05):
        await forever()


async def test_what_is_done_in_time_is_not_disturbed():
    with Patience(0.05):
        await asyncio.sleep(0)
    await asyncio.sleep(0.15)  # past a look of the watch

    assert asyncio.current_task().cancelling() == 0


async def test_the_budget_is_spent_over_several_waits():
    patience = Patience(0.2)
    with patience:
        await asyncio.sleep(0.15)
    began = asyncio.get_running_loop().time()

    with pytest.raises(TimeoutError), patience:
        await forever()
    assert asyncio.get_running_loop().time() - began < 0.2


async def test_a_longer_budget_may_be_granted_while_it_waits():
    with Patience(0.05) as patience:
        patience.most_s = 5
        await asyncio.sleep(0.15)

    assert patience.spent_s >= 0.15


async def test_who_is_cancelled_by_another_stays_cancelled():
    async def waits():
        with Patience(60):
            await forever()

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_everybody_waits_by_their_own_time():
    async def waits(seconds):
        began = asyncio.get_running_loop().time()
        with pytest.raises(TimeoutError), Patience(seconds):
            await forever()
        return asyncio.get_running_loop().time() - began

    short, long = await asyncio.gather(waits(0.05), waits(0.3))

    assert 0.05 <= short < 0.3 <= long
