"""A task ends although a cancellation was swallowed."""

import asyncio

from leadhall.dispatch.ending import end


async def test_a_task_that_swallows_a_cancellation_is_ended_by_the_next():
    swallowed = asyncio.Event()

    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            swallowed.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await asyncio.wait_for(end(task, again_s=0.01), 5)

    assert swallowed.is_set()
    assert task.cancelled()


async def test_a_task_that_is_done_is_left_alone():
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    await end(task)

    assert not task.cancelled()
