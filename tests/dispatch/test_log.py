"""The delivery log: found by its keys at any size, in one business or in all."""

import pytest

from leadhall.core.clock import ALWAYS, EVER
from leadhall.core.errors import NotFound
from leadhall.core.ids import FIRST, LAST
from leadhall.dispatch.log import SQL, Filter, get_delivery, list_deliveries
from tests.dispatch.world import a_delivery
from tests.plans import plan_of, rows_read

MANY = """
    insert into delivery (business_id, uid, dedupe, kind, channel, recipient, recipient_key, lead_uid, payload, state)
    select $1, lpad(n::text, 16, '0'), n, 'owner_notice', 'email', 'x@y.example', 'x@y.example', 'v' || (n / 4), '{}',
           case when n % 100 = 0 then 'failed' else 'accepted' end
      from generate_series(1, 20000) n"""
PAGE_ROWS_MOST = 200
ANY = (EVER, ALWAYS, None, None, None, None, 25)


@pytest.fixture
async def many(owner, world):
    await owner.execute(MANY, world.first.id)
    await owner.execute("analyze delivery")
    yield [world.first.id]
    await owner.execute("set plan_cache_mode = auto")


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
async def test_no_way_to_a_page_reads_more_than_the_page_however_deep(owner, many, generic):
    middle, found = "0" * 11 + "10000", (EVER, ALWAYS, "failed", None, None, None, 25)
    for name, arguments in (
        ("by_key", (many, middle, FIRST, *ANY)),
        ("by_trouble", (many, middle, FIRST, *found)),
        ("by_lead", (many, LAST, FIRST, *ANY, "v2500")),
        ("shown", (many * 25, [f"{n:016}" for n in range(25)])),
        ("whose", (many, middle)),
    ):
        plan = await plan_of(owner, SQL[name], *arguments, generic=generic)
        assert rows_read(plan) < PAGE_ROWS_MOST, (name, plan)


async def test_a_page_along_no_index_is_found_out(owner, many):
    statement = "select uid from delivery where business_id = any ($1) order by recipient, uid limit 25"

    assert rows_read(await plan_of(owner, statement, many)) > PAGE_ROWS_MOST


async def test_an_operator_sees_those_of_all_businesses_together_newest_first(owner, world):
    made = [await a_delivery(owner, business_id=each.id, lead_uid="v") for each in (*world.businesses, world.first)]
    await owner.execute("update delivery set state = 'failed' where uid = any ($1)", made[1:3])

    async def uids(**wanted):
        return [each.uid for each in await list_deliveries(owner, None, Filter(**wanted), most=9)]

    assert await uids() == await uids(lead_uid="v") == made[::-1]
    assert await uids(state="failed") == [made[2], made[1]]
    assert [each.uid for each in await list_deliveries(owner, None, Filter(), after=made[2], most=1)] == [made[1]]


async def test_one_is_found_whosever_it_is_and_only_once_it_is_there(owner, world):
    uid = await a_delivery(owner, business_id=world.second.id)

    assert (await get_delivery(owner, None, uid)).business_id == world.second.id
    with pytest.raises(NotFound):
        await get_delivery(owner, None, "nothing")
    with pytest.raises(NotFound):
        await get_delivery(owner, world.first.id, uid)
