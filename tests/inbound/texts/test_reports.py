"""What the provider reports of a text moves its delivery, with its words, and only its own."""

import pytest

from leadhall.core.ids import mint
from leadhall.dispatch.claim import claim
from leadhall.dispatch.settle import Try, settle
from leadhall.dispatch.verdict import judge
from leadhall.events.outcome import Sent
from leadhall.inbound.texts.reports import take_report
from tests.inbound.people import NUMBER, a_known_lead, consents

SID = "SM1"


@pytest.fixture
async def dana(owner, world):
    return await a_known_lead(owner, world.first.id, agreed=True)


@pytest.fixture
async def text(owner, dana):
    return await a_text(owner, dana)


async def a_text(owner, dana, *, state="accepted", provider_uid=SID):
    uid = mint()
    facts = {"provider_uid": provider_uid} if provider_uid else {}
    await owner.execute(
        "insert into delivery (business_id, uid, dedupe, lead_uid, kind, channel, recipient, recipient_key, lane, "
        "state, facts, due_at, attempts) values ($1, $2, $2, $3, 'reply', 'sms', $4, $4, 'sms instance', $5, $6, "
        "case when $5 = 'waiting' then now() end, 1)",
        *(dana.business_id, uid, dana.conversation_uid, NUMBER, state, facts),
    )
    return uid


async def report(worker_pool, dana, uid, state, code=None, *, sid=SID):
    form = {"MessageSid": sid, "MessageStatus": state} | ({"ErrorCode": str(code)} if code else {})
    async with worker_pool.acquire() as connection, connection.transaction():
        return await take_report(connection, dana.business_id, uid, form)


async def row(owner, uid):
    return await owner.fetchrow("select state, reason, last_error from delivery where uid = $1", uid)


@pytest.mark.parametrize("state", ["delivered", "read"])
async def test_evidence_makes_it_delivered(worker_pool, owner, dana, text, state):
    assert await report(worker_pool, dana, text, state)

    assert (await row(owner, text))["state"] == "delivered"


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "accepted", "", "no such state"])
async def test_a_step_on_the_way_is_no_evidence(worker_pool, owner, dana, text, state):
    assert not await report(worker_pool, dana, text, state)

    assert (await row(owner, text))["state"] == "accepted"


async def test_a_text_that_failed_shows_the_code_and_falls_back_to_mail(worker_pool, owner, dana, text):
    assert await report(worker_pool, dana, text, "undelivered", 30003)

    assert tuple(await row(owner, text)) == ("failed", "bounced", "undelivered 30003")
    assert await owner.fetchval("select facts ->> 'delivery_uid' from outbox where kind = 'missed'") == text
    assert await owner.fetchval("select count(*) from suppression") == 0  # the phone was off: the number is one


async def test_a_number_that_is_none_is_closed(worker_pool, owner, dana, text):
    await report(worker_pool, dana, text, "undelivered", 30006)

    assert tuple(await owner.fetchrow("select address, reason from suppression")) == (NUMBER, "bounced")


async def test_who_told_the_provider_to_stop_has_stopped_with_us(worker_pool, owner, dana, text):
    await report(worker_pool, dana, text, "failed", 21610)

    assert ("transactional", False, "stop") in await consents(owner, dana)
    assert await owner.fetchval("select reason from suppression") == "stopped"


async def test_a_report_about_another_text_moves_nothing(worker_pool, owner, dana, text):
    assert not await report(worker_pool, dana, text, "delivered", sid="SM2")

    assert (await row(owner, text))["state"] == "accepted"


async def test_told_twice_it_happens_once(worker_pool, owner, dana, text):
    assert await report(worker_pool, dana, text, "failed", 30003)
    assert not await report(worker_pool, dana, text, "failed", 30003)

    assert await owner.fetchval("select count(*) from outbox where kind = 'missed'") == 1


async def test_evidence_that_comes_before_our_own_mark_is_not_lost(worker_pool, owner, dana):
    uid = await a_text(owner, dana, state="waiting", provider_uid=None)
    async with worker_pool.acquire() as connection:
        [claimed] = await claim(
            connection, {}, {"sms": 4}, most=10, leases_before=await owner.fetchval("select now() + interval '1 h'")
        )
        assert await report(worker_pool, dana, uid, "delivered")
        await settle(connection, [Try(judge(claimed, Sent(answer="queued", facts={"provider_uid": SID})), 5)])

    assert (await row(owner, uid))["state"] == "delivered"
