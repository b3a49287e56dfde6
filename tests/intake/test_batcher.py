"""The batcher: no timer, no lost answer, nobody starved, faults sorted by whose they are."""

import asyncio

import msgspec
import pytest

from leadhall.core.errors import Busy, KeyInFlight, Unavailable, Unstorable
from leadhall.core.ids import mint
from leadhall.core.sql import SqlFile, text_of
from leadhall.intake import batcher as batching
from leadhall.intake.batcher import Batcher, Crossing
from leadhall.intake.business import BusinessFacts
from leadhall.intake.write import FUNCTIONS, write_batch
from tests.intake.drafts import a_lead


class Heard:
    """Remembers the sizes of batches."""

    def __init__(self):
        self.batches = []

    def batch_done(self, leads, _seconds):
        self.batches.append(leads)

    def queue_length(self, leads):
        pass


@pytest.fixture
async def heard():
    return Heard()


@pytest.fixture
async def batcher(database, conn, heard):
    running = Batcher(database, watcher=heard)
    running.start()
    yield running
    await running.close()


def person(n, **more):
    return a_lead(email=f"person{n}@example.com", **more)


async def test_a_lone_lead_is_a_batch_of_its_own(batcher, heard):
    await batcher.receive(a_lead())

    assert heard.batches == [1]


async def test_what_arrives_together_shares_a_commit(batcher, heard):
    await asyncio.gather(*[batcher.receive(person(n)) for n in range(600)])

    assert sum(heard.batches) == 600
    assert max(heard.batches) <= 256
    assert len(heard.batches) <= 5


async def test_everybody_gets_their_own_answer(batcher, owner):
    receipts = await asyncio.gather(*[batcher.receive(person(n, request_title=f"Title {n}")) for n in range(50)])

    titles = dict(await owner.fetch("select uid, title from conversation"))
    assert [titles[receipt.conversation_uid] for receipt in receipts] == [f"Title {n}" for n in range(50)]


async def test_a_lead_that_postgresql_refuses_stands_alone(batcher):
    bad = person(7)
    msgspec.structs.force_setattr(bad.request, "ip", "nowhere")
    outcomes = await asyncio.gather(
        *[batcher.receive(person(n)) for n in range(6)], batcher.receive(bad), return_exceptions=True
    )

    assert isinstance(outcomes[-1], Unstorable)
    assert all(outcome.created for outcome in outcomes[:-1])


async def test_an_upgrade_that_lays_the_function_anew_is_felt_by_nobody(batcher, owner):
    await batcher.receive(person(1))
    for laid in (*FUNCTIONS, SqlFile("schema/access.sql", text_of("leadhall.schema", "access.sql"))):
        await owner.execute(laid.text)

    assert (await batcher.receive(person(2))).created


async def test_equal_requests_at_once_are_one_lead(batcher, owner):
    receipts = await asyncio.gather(*[batcher.receive(a_lead(key="k")) for _ in range(20)])

    assert len({receipt.conversation_uid for receipt in receipts}) == 1
    assert await owner.fetchval("select count(*) from lead") == 1


async def test_two_who_share_a_person_crosswise_are_decided_one_after_the_other(batcher, owner):
    await asyncio.gather(
        batcher.receive(a_lead(unique_id="crm-7")),
        batcher.receive(
            a_lead(identifier_type="unique_id", unique_id="crm-7", email="dana@example.com", request_title="2")
        ),
    )

    assert await owner.fetchval("select count(*) from client") == 1


def test_a_crossing_is_seen_from_both_sides():
    by_email, by_id = a_lead(unique_id="7"), a_lead(identifier_type="unique_id", unique_id="7", email=None)
    there, back = Crossing(), Crossing()

    assert [there.with_others(by_email), there.with_others(by_id)] == [False, True]
    assert [back.with_others(by_id), back.with_others(by_email)] == [False, True]


async def test_one_directory_may_fill_at_most_half_of_the_queue(database, conn, monkeypatch):
    monkeypatch.setattr(batching, "QUEUE_MOST_LEADS", 8)
    stopped = Batcher(database)
    elsewhere = BusinessFacts(id=9, uid="far", directory_id=9, name="Far", country="US", locale="en", repeat_window_s=0)
    waiting = [asyncio.create_task(stopped.receive(person(n))) for n in range(4)]
    await asyncio.sleep(0)

    with pytest.raises(Busy):
        await stopped.receive(person(5))
    waiting.append(asyncio.create_task(stopped.receive(a_lead(elsewhere))))
    stopped.start()
    assert len(await asyncio.gather(*waiting)) == 5
    await stopped.close()


async def test_who_waited_too_long_is_told_to_come_again(database, conn, monkeypatch):
    monkeypatch.setattr(batching, "LEAD_WITHIN_S", -1.0)
    late = Batcher(database)
    late.start()

    with pytest.raises(Busy):
        await late.receive(a_lead())
    await late.close()


async def test_a_database_that_is_away_is_told_at_once_and_found_again(database, conn, owner):
    batcher = Batcher(database)
    batcher.start()
    await batcher.receive(person(1))
    real, batcher._database = batcher._database, type(database).from_url("postgresql://nobody@127.0.0.1:1/none")
    await batcher._drop_connection()
    with pytest.raises(Unavailable):
        await batcher.receive(person(2))
    batcher._database = real

    assert (await batcher.receive(person(3))).created
    await batcher.close()


CUT = """select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'leadhall intake'"""


async def test_a_connection_cut_in_the_middle_is_answered_and_healed(batcher, database):
    await batcher.receive(person(1))
    login = await database.connect(None)
    await login.execute(CUT)
    await login.close()
    [outcome] = await asyncio.gather(batcher.receive(person(2)), return_exceptions=True)

    assert isinstance(outcome, Unavailable) or outcome.created
    assert (await batcher.receive(person(3))).created


async def test_a_key_in_flight_in_another_process_is_waited_for(batcher, database):
    other = await database.connect("intake")
    slow = other.transaction()
    await slow.start()
    [theirs] = await write_batch(other, [a_lead(key="k")], mint=mint)
    ours = asyncio.create_task(batcher.receive(a_lead(key="k")))
    await asyncio.sleep(0)
    await slow.commit()

    assert (await ours).conversation_uid == theirs.conversation_uid
    await other.close()


async def test_a_key_in_flight_for_too_long_is_a_409(batcher, database, monkeypatch):
    monkeypatch.setattr(batching, "IN_FLIGHT_WITHIN_S", 0.1)
    other = await database.connect("intake")
    slow = other.transaction()
    await slow.start()
    await write_batch(other, [a_lead(key="k")], mint=mint)
    with pytest.raises(KeyInFlight):
        await batcher.receive(a_lead(key="k"))
    await slow.rollback()
    await other.close()


async def test_closing_stores_what_is_queued(database, conn, owner):
    batcher = Batcher(database)
    waiting = [asyncio.create_task(batcher.receive(person(n))) for n in range(10)]
    await asyncio.sleep(0)
    batcher.start()
    await batcher.close()

    assert all(receipt.created for receipt in await asyncio.gather(*waiting))
