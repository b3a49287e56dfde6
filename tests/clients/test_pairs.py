"""Clients who may be one person: noted by keys that clash and by equal numbers, told as pairs, dismissed."""

import pytest

from leadhall.clients.pairs import PairsByNumber, dismiss_pair, list_pairs
from leadhall.core.errors import NotFound

LONG_ENOUGH = "update client set updated_at = updated_at - interval '11 seconds'"
"""The chore leaves ten seconds for transactions under way."""


@pytest.fixture
def pairs(at_desk, world):
    async def pairs(**more):
        async with at_desk() as desk:
            told = await list_pairs(desk.connection, world.first.id, **more)
            return [(each.a_uid, each.b_uid, each.because) for each in told]

    return pairs


@pytest.fixture
def pair_by_number(owner, worker_pool):
    async def pair_by_number():
        await owner.execute(LONG_ENOUGH)
        await PairsByNumber(worker_pool).pair_by_number()

    return pair_by_number


async def test_two_clients_of_one_number_are_a_pair_however_it_was_written(file, pairs, pair_by_number):
    a = await file(email="a@example.com", phone="(415) 555-0132")
    b = await file(email="b@example.com", phone="+1 415 555 0132")
    await file(email="c@example.com", phone="+1 415 555 0199")
    await pair_by_number()

    assert await pairs() == [(a.client_uid, b.client_uid, "phone")]
    assert await pairs(client_uid=b.client_uid) == await pairs()


async def test_a_number_that_nobody_can_have_pairs_nobody(file, pairs, pair_by_number):
    for name in "ab":
        await file(email=f"{name}@example.com", phone="+1 000 000 0000")
    await pair_by_number()

    assert await pairs() == []


async def test_who_comes_later_is_paired_in_a_later_round(file, pairs, pair_by_number):
    a = await file(email="a@example.com", phone="+1 415 555 0132")
    await pair_by_number()
    assert await pairs() == []
    b = await file(email="b@example.com", phone="+1 415 555 0132")
    await pair_by_number()

    assert await pairs() == [(a.client_uid, b.client_uid, "phone")]


async def test_keys_that_clash_make_a_pair_and_a_dismissed_one_does_not_come_back(file, pairs, at_desk, world):
    a, b = await file(email="a@example.com"), await file(identifier_type="unique_id", unique_id="crm-1", email=None)
    await file(email="a@example.com", unique_id="crm-1")
    assert await pairs() == [(a.client_uid, b.client_uid, "unique_id")]
    async with at_desk() as desk:
        await dismiss_pair(desk.connection, world.first.id, b.client_uid, a.client_uid, actor="somebody")
    await file(email="a@example.com", unique_id="crm-1")

    assert await pairs() == []
    async with at_desk() as desk:
        with pytest.raises(NotFound):
            await dismiss_pair(desk.connection, world.first.id, a.client_uid, b.client_uid, actor="somebody")
