"""What the other side reports after it took a delivery."""

from leadhall.dispatch.suppression import list_suppressions, report_arrival, report_failure
from tests.dispatch.world import a_delivery, row_of


async def taken(owner):
    uid = await a_delivery(owner)
    await owner.execute("update delivery set state = 'accepted', due_at = null, settled_at = now()")
    return uid


async def test_a_bounce_corrects_the_log_closes_the_address_and_whom_it_was_for_hears_otherwise(owner):
    uid = await taken(owner)

    assert await report_failure(owner, 1, uid, answer="5.1.1 no such user", reason="bounced")
    row = await row_of(owner, uid)
    assert (row["state"], row["reason"], row["last_error"]) == ("failed", "bounced", "5.1.1 no such user")
    (closed,) = await list_suppressions(owner, 1, most=10)
    assert (closed.address, closed.reason, closed.delivery_uid) == ("ann@acme.example", "bounced", uid)
    assert await owner.fetchval("select facts ->> 'delivery_uid' from outbox where kind = 'missed'") == uid
    assert not await report_failure(owner, 1, uid, answer="again", reason="bounced")


async def test_a_failure_that_is_not_the_addresss_fault_closes_nothing(owner):
    uid = await taken(owner)

    assert await report_failure(owner, 1, uid, answer="5.2.2 full")
    assert await list_suppressions(owner, 1, most=10) == []


async def test_evidence_makes_accepted_delivered_and_nothing_else(owner):
    uid = await taken(owner)

    assert await report_arrival(owner, 1, uid)
    assert (await row_of(owner, uid))["state"] == "delivered"
    assert not await report_arrival(owner, 1, uid)
    assert not await report_arrival(owner, 2, uid)
