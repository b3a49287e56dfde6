import asyncio

import pytest

from leadhall.core.loader import GATHER_MOST_S, Loader
from tests.hasty import hasty, now_s


class Database:
    """Answers a question with ten times its number, when it is let; keeps what it was asked together."""

    def __init__(self, fault=None):
        self.asked = []
        self.fault = fault
        self.may_answer = asyncio.Event()

    async def __call__(self, keys):
        self.asked.append(keys)
        await self.may_answer.wait()
        if self.fault:
            raise self.fault
        return {key: key * 10 for key in keys if key > 0}


@pytest.fixture
def database():
    return Database()


async def a_moment():
    for _ in range(5):
        await asyncio.sleep(0)


async def asked(loader, *keys):
    """The answers that will come, asked for in this order."""
    answers = [asyncio.ensure_future(loader.ask(key)) for key in keys]
    await a_moment()
    return answers


@hasty
async def test_a_lone_question_goes_at_once(database):
    database.may_answer.set()

    assert await Loader(database).ask(1) == 10
    assert now_s() == 0


@hasty
async def test_what_comes_while_one_is_answered_is_asked_together(database):
    loader = Loader(database)
    first = await asked(loader, 1)
    rest = await asked(loader, 2, 3, 2)
    database.may_answer.set()

    assert await asyncio.gather(*first, *rest) == [10, 20, 30, 20]
    assert database.asked == [[1], [2, 3]]


@hasty
async def test_what_is_unknown_is_none(database):
    database.may_answer.set()

    assert await Loader(database).ask(-1) is None


@hasty
async def test_an_answer_that_hangs_holds_up_nobody_for_long(database):
    loader = Loader(database)
    await asked(loader, 1)
    await asked(loader, 2)
    await asyncio.sleep(GATHER_MOST_S)

    assert database.asked == [[1], [2]]
    database.may_answer.set()


@hasty
async def test_a_fault_is_told_to_all_who_asked_and_to_nobody_else():
    database = Database(ConnectionError("away"))
    loader = Loader(database)
    first, second = await asked(loader, 1, 2)
    database.may_answer.set()

    with pytest.raises(ConnectionError):
        await first
    with pytest.raises(ConnectionError):
        await second
    database.fault = None
    assert await loader.ask(1) == 10


@hasty
async def test_who_leaves_takes_nobodys_answer_along(database):
    loader = Loader(database)
    leaves, stays = await asked(loader, 1, 1)
    leaves.cancel()
    database.may_answer.set()

    assert await stays == 10
