import asyncio

import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import AlreadyExists, Invalid, KeyInFlight, KeyReused, Unavailable
from leadhall.core.ids import mint
from leadhall.requestlog import idempotency
from leadhall.requestlog.idempotency import AlreadyDone, Claim, Told, once

DONE = Told(201, "application/json", b'{"status":"OK"}')
STATUSES = {AlreadyExists: 409, Invalid: 422, Unavailable: 503}


def a_claim(world, key="k", fingerprint=b"one", **more):
    told = {"business_id": world.first.id, "principal": "p", "operation": "create_client", "request_uid": mint()}
    return Claim(**told | more, key=key, fingerprint=fingerprint)


def refuse(refusal):
    return Told(STATUSES[type(refusal)], "application/json", refusal.code.encode())


class Work:
    """Counts how often it was done, and leaves a row behind."""

    def __init__(self, app_pool, world):
        self._pool, self._world, self.times = app_pool, world, 0
        self.begun = asyncio.Event()

    async def once(self, claim, *, fails=None, waits=None, **more):
        async with scoped(self._pool, Scope.of([self._world.first.id])) as connection:

            async def act():
                self.times += 1
                self.begun.set()
                await connection.execute(
                    "insert into client (business_id, uid) values ($1, $2)", self._world.first.id, mint()
                )
                if waits:
                    await waits.wait()
                if fails:
                    raise fails
                return DONE

            return await once(connection, claim, act, refuse=refuse, **more)


@pytest.fixture
def work(app_pool, world):
    return Work(app_pool, world)


async def clients(owner):
    return await owner.fetchval("select count(*) from client")


async def test_the_same_key_and_request_get_the_first_answer_and_nothing_is_done_twice(work, world, owner):
    first, again = await work.once(a_claim(world)), await work.once(a_claim(world))

    assert first == DONE
    assert (again.status, again.content_type, again.body, again.again) == (201, "application/json", DONE.body, True)
    assert (work.times, await clients(owner)) == (1, 1)


async def test_the_same_key_for_another_request_is_refused(work, world):
    await work.once(a_claim(world))

    with pytest.raises(KeyReused):
        await work.once(a_claim(world, fingerprint=b"two"))


@pytest.mark.parametrize("other", [{"key": "other"}, {"principal": "other"}, {"operation": "other"}])
async def test_a_key_is_one_principals_for_one_operation(work, world, other):
    await work.once(a_claim(world))
    await work.once(a_claim(world, **other))

    assert work.times == 2


@pytest.mark.parametrize("refusal", [Invalid("no"), AlreadyExists("there")])
async def test_a_refusal_decided_on_the_whole_request_is_kept_and_its_work_undone(work, world, owner, refusal):
    first = await work.once(a_claim(world), fails=refusal)
    again = await work.once(a_claim(world))

    assert (again.status, again.body, again.again) == (first.status, first.body, True)
    assert (work.times, await clients(owner)) == (1, 0)


async def test_a_fault_of_ours_leaves_no_trace_of_the_key(work, world):
    with pytest.raises(Unavailable):
        await work.once(a_claim(world), fails=Unavailable())

    assert await work.once(a_claim(world)) == DONE


async def test_an_answer_with_a_secret_is_told_once(work, world, owner):
    assert await work.once(a_claim(world), holds_secret=True) == DONE

    with pytest.raises(AlreadyDone):
        await work.once(a_claim(world), holds_secret=True)
    assert await owner.fetchval("select answer from idempotency") is None


async def test_who_comes_while_the_first_is_at_work_waits_for_its_answer(work, world):
    gate = asyncio.Event()
    first = asyncio.create_task(work.once(a_claim(world), waits=gate))
    await asyncio.wait_for(work.begun.wait(), 5)
    second = asyncio.create_task(work.once(a_claim(world)))
    done, _ = await asyncio.wait((second,), timeout=0.2)
    assert not done

    gate.set()

    assert (await first, (await second).again) == (DONE, True)
    assert work.times == 1


async def test_who_waited_too_long_is_told_to_ask_again(work, world, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT_FOR_THE_FIRST", "100ms")
    gate = asyncio.Event()
    first = asyncio.create_task(work.once(a_claim(world), waits=gate))
    await asyncio.wait_for(work.begun.wait(), 5)

    with pytest.raises(KeyInFlight) as refused:
        await work.once(a_claim(world))
    assert refused.value.retry_after_s
    gate.set()
    assert await first == DONE


async def test_a_key_past_its_time_is_free(work, world, owner):
    await work.once(a_claim(world))
    await owner.execute("update idempotency set until = now() - interval '1 second'")

    assert (await work.once(a_claim(world, fingerprint=b"two"))).again is False
