"""Answers kept for a second: shared, aged from the question, forgotten when they failed."""

import asyncio

import pytest

from leadhall.tenancy.memory import ShortMemory


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Database:
    """Counts questions; answers when it is let."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self):
        self.asked += 1
        answer = self.answers[self.asked - 1]
        await self.may_answer.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def memory(clock):
    return ShortMemory(most=3, clock=clock)


async def test_within_half_a_second_nothing_is_asked_twice(memory, clock):
    database = Database("one", "two")
    await memory.recall("k", database.ask)
    clock.now += 0.49

    assert await memory.recall("k", database.ask) == "one"
    assert database.asked == 1


async def test_then_it_is_asked_anew_and_nobody_waits_for_it(memory, clock):
    database = Database("one", "two")
    await memory.recall("k", database.ask)
    clock.now += 0.5
    database.may_answer.clear()

    assert [await memory.recall("k", database.ask), memory.known("k", database.ask)] == ["one", "one"]
    assert database.asked == 1  # and the task that asks has not begun
    database.may_answer.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (memory.known("k", database.ask), database.asked) == ("two", 2)


async def test_who_is_told_while_it_is_asked_anew_is_told_nothing_older_than_a_second(memory, clock):
    database = Database("one", "two")
    await memory.recall("k", database.ask)
    clock.now += 0.9
    database.may_answer.clear()
    assert memory.known("k", database.ask) == "one"
    clock.now += 0.1

    assert memory.known("k", database.ask) is None
    database.may_answer.set()
    assert await memory.recall("k", database.ask) == "two"


async def test_what_fails_when_asked_anew_is_asked_again(memory, clock):
    database = Database("one", OSError("away"), "back")
    await memory.recall("k", database.ask)
    clock.now += 0.5
    memory.known("k", database.ask)
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert await memory.recall("k", database.ask) == "back"


async def test_after_a_second_it_is_asked_again(memory, clock):
    database = Database("one", "two")
    await memory.recall("k", database.ask)
    clock.now += 1.0

    assert await memory.recall("k", database.ask) == "two"


async def test_what_is_remembered_is_told_without_a_wait(memory, clock):
    database = Database("one")
    database.may_answer.clear()
    asking = asyncio.create_task(memory.recall("k", database.ask))
    await asyncio.sleep(0)
    asked_for = memory.known("k", database.ask)
    database.may_answer.set()
    await asking

    assert (asked_for, memory.known("k", database.ask), memory.known("other", database.ask)) == (None, "one", None)
    clock.now += 1.0
    assert memory.known("k", database.ask) is None


async def test_that_there_is_nothing_is_remembered_too(memory):
    database = Database(None, "something")
    await memory.recall("k", database.ask)

    assert await memory.recall("k", database.ask) is None


async def test_an_answer_ages_from_when_it_was_asked_for(memory, clock):
    database = Database("slow", "fresh")
    database.may_answer.clear()
    first = asyncio.create_task(memory.recall("k", database.ask))
    await asyncio.sleep(0)
    clock.now += 1.0
    database.may_answer.set()
    await first

    assert await memory.recall("k", database.ask) == "fresh"


async def test_who_asks_the_same_at_once_shares_one_question(memory):
    database = Database("one")
    database.may_answer.clear()
    waiting = [asyncio.create_task(memory.recall("k", database.ask)) for _ in range(5)]
    await asyncio.sleep(0)
    database.may_answer.set()

    assert await asyncio.gather(*waiting) == ["one"] * 5
    assert database.asked == 1


async def test_who_goes_away_takes_nobodys_answer_along(memory):
    database = Database("one")
    database.may_answer.clear()
    leaving, staying = [asyncio.create_task(memory.recall("k", database.ask)) for _ in range(2)]
    await asyncio.sleep(0)
    leaving.cancel()
    database.may_answer.set()

    assert await staying == "one"


async def test_a_failed_question_is_asked_again_at_once(memory):
    database = Database(OSError("away"), "back")
    with pytest.raises(OSError, match="away"):
        await memory.recall("k", database.ask)

    assert await memory.recall("k", database.ask) == "back"


async def test_it_never_holds_more_than_it_may(memory, clock):
    for key in range(10):
        await memory.recall(key, Database(key).ask)
        assert len(memory) <= 3


async def test_what_has_aged_makes_room_first(memory, clock):
    await memory.recall("old", Database(1).ask)
    clock.now += 0.9
    kept = Database("kept")
    await memory.recall("kept", kept.ask)
    await memory.recall("other", Database(2).ask)
    clock.now += 0.2
    await memory.recall("new", Database(3).ask)

    assert await memory.recall("kept", kept.ask) == "kept"
    assert kept.asked == 1
