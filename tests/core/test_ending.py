"""A task ends although a cancellation was swallowed."""

import asyncio
import contextlib

from structlog.testing import capture_logs

from leadhall.core.ending import at_work, end


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


async def test_a_wait_that_swallows_a_cancellation_does_not_hang_the_stop():
    """As asyncio.wait_for of Python 3.11 does: the answer and the cancellation come in the same turn of the loop."""
    answered, begun = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def work():
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await answered
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        async with at_work(work(), "work", again_s=0.01):
            await begun.wait()
            answered.set_result(None)


async def test_what_work_in_the_background_died_of_is_told_and_not_raised():
    async def work():
        raise RuntimeError("no such table")

    with capture_logs() as logs:
        async with at_work(work(), "housekeeper"):
            await asyncio.sleep(0)

    assert [(line["log_level"], line["work"]) for line in logs] == [("error", "housekeeper")]
