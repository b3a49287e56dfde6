"""Busy days are counted beforehand, and figures are the same as if every conversation were read."""

from datetime import timedelta

import pytest

from leadhall.conversations.counter import Counter
from leadhall.conversations.days import ANSWERS_MOST, BUSY_FROM, count_days, look_for_busy_days
from leadhall.conversations.figures import read_figures
from leadhall.core.clock import now
from leadhall.core.ids import LOW_BITS, spell

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
NOON = now().replace(hour=12, minute=0, second=0, microsecond=0) - 3 * A_DAY
MADE = """
    insert into conversation (business_id, uid, client_uid, title, source, created_at, first_answered_at)
    select $1, u.uid, u.uid, 'Roof', case when u.n % 4 > 0 then 'Website' end, $3::timestamptz,
           case when u.n % 2 = 0 then $3::timestamptz + u.n * interval '1 minute' end
      from unnest($2::text[]) with ordinality as u (uid, n)"""


def a_uid(at, n=0):
    return spell((int(at.timestamp() * 1000) << LOW_BITS) + n)


@pytest.fixture
def came(owner, world):
    """`await came(40, at=NOON)`: so many leads of a moment, three of four by the website, every other one answered."""

    async def make(leads, at=NOON):
        uids = [a_uid(at, n) for n in range(leads)]
        await owner.execute(MADE, world.first.id, uids, at)
        return uids

    return make


@pytest.fixture
def counted(worker_pool):
    """`await counted()`: all that is to be counted now; how many days that were."""

    async def count():
        async with worker_pool.acquire() as connection, connection.transaction():
            await look_for_busy_days(connection)
            return await count_days(connection, settled_after_s=0)

    return count


@pytest.fixture
def figures(connection, world):
    """Of a week."""

    async def read():
        return await read_figures(connection, world.first.id, NOON - 4 * A_DAY, NOON + 4 * A_DAY)

    return read


async def test_figures_are_the_same_before_and_after_a_day_is_counted(came, counted, figures):
    for at in (NOON, NOON - A_DAY, NOON - A_DAY + AN_HOUR, now()):
        await came(41, at)
    before = await figures()

    assert await counted() == 2
    assert await figures() == before
    assert (before.first_answer.leads, before.first_answer.answered) == (164, 80)


async def test_a_counted_day_is_not_read_again(came, counted, figures, owner):
    await came(40)
    await counted()
    await owner.execute("alter table conversation disable trigger counted_no_more")
    await owner.execute("delete from conversation")
    await owner.execute("alter table conversation enable trigger counted_no_more")

    assert (await figures()).first_answer.leads == 40


async def test_a_quiet_day_and_today_are_read_as_they_are(came, counted):
    await came(BUSY_FROM - 1)
    await came(40, now())

    assert await counted() == 0


@pytest.mark.parametrize(
    "change",
    [
        "update conversation set first_answered_at = created_at + interval '30 days' where uid = $1",
        "update conversation set spam_at = now() where uid = $1",
        "update conversation set is_test = true where uid = $1",
        "delete from conversation where uid = $1",
    ],
)
async def test_what_changes_later_is_told_at_once_and_counted_again(came, counted, figures, owner, change):
    uids = await came(40)
    await counted()
    before = await figures()

    await owner.execute(change, uids[0])

    changed = await figures()
    assert changed != before
    assert await counted() == 1
    assert await figures() == changed


async def test_what_is_no_figure_counts_nothing_anew(came, counted, owner):
    uids = await came(40)
    await counted()

    await owner.execute("update conversation set archived_at = now(), business_unread = 0 where uid = $1", uids[0])

    assert await counted() == 0


async def test_a_business_that_moves_to_another_zone_is_counted_by_its_new_days(came, counted, figures, owner, world):
    await came(40, NOON.replace(hour=23))
    await counted()
    await owner.execute("update business set time_zone = 'Asia/Kolkata' where id = $1", world.first.id)
    before = await figures()

    assert {each.day for each in before.leads_per_day} == {(NOON + A_DAY).date()}
    assert await counted() == 1
    assert await figures() == before
    assert await owner.fetchval("select count(*) from counted_day") == 1


async def test_many_answers_of_a_day_are_taken_together_within_two_percent(came, counted, figures):
    await came(2 * ANSWERS_MOST + 100)
    before, _ = (await figures()).first_answer, await counted()

    after = (await figures()).first_answer

    assert after.answered == before.answered
    assert after.median_s == pytest.approx(before.median_s, rel=0.02)
    assert after.p90_s == pytest.approx(before.p90_s, rel=0.02)


async def test_held_leads_stay_out_of_what_is_counted(came, counted, figures, owner, world):
    (held, *_) = await came(40)
    await owner.execute(
        """insert into lead (business_id, conversation_uid, client_uid, message_uid, request_uid, operation, verdict,
                             contact, facts)
           values ($1, $2, $2, $2, $2, 'create_lead', 'held', '{}', '{}')""",
        world.first.id,
        held,
    )
    await counted()

    assert (await figures()).first_answer.leads == 39


async def test_the_worker_looks_for_days_and_waits_until_they_are_settled(came, worker_pool, owner):
    await came(40)
    counter = Counter(worker_pool)

    assert await counter.round()
    assert counter.counted == 0
    await owner.execute("update counted_day set due_at = now() - interval '1 minute'")
    assert await counter.round()
    assert counter.counted == 1


async def test_a_database_that_is_away_is_waited_for(worker_pool):
    await worker_pool.close()

    assert not await Counter(worker_pool).round()
