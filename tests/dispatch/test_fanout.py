"""From a lead's outbox row to its deliveries, on the real database."""

import asyncio
from dataclasses import replace

import pytest

from leadhall.core.ids import mint
from leadhall.dispatch.fanner import Fanner
from leadhall.dispatch.fanout import Fanout
from leadhall.events.outbox import append_event
from leadhall.intake.write import write_batch
from tests.dispatch.world import FakeChannel, row_of
from tests.intake.drafts import BUSINESS, a_lead


@pytest.fixture
async def acme(owner, world):
    """The first business as intake knows it; its people are verified, and Ann's phone too."""
    await owner.execute("update app_user set email_verified_at = now()")
    await owner.execute("update staff set mobile_number = '+12125550123' where uid = $1", world.first.owner)
    await owner.execute(
        "insert into phone_check (business_id, staff_uid, number, verified_at) values ($1, $2, '+12125550123', now())",
        world.first.id,
        world.first.owner,
    )
    return replace(BUSINESS, id=world.first.id, directory_id=world.first.directory_id)


@pytest.fixture
def fanner(pool):
    return a_fanner(pool)


def a_fanner(pool, **more):
    return Fanner(pool, Fanout({"email": FakeChannel(), "sms": FakeChannel("sms")}, **more), made=lambda _: None)


async def leads(conn, business, count=1, **content):
    arrivals = [
        a_lead(business, **{"request_title": f"Kitchen {mint()}", "notifications": "email,sms,auto-reply"} | content)
        for _ in range(count)
    ]
    return [each.conversation_uid for each in await write_batch(conn, arrivals, mint=mint)]


async def planned(owner, columns="kind, channel, recipient, state, reason"):
    return [tuple(row) for row in await owner.fetch(f"select {columns} from delivery order by kind, channel, uid")]


async def test_a_lead_fans_out_into_what_it_asked_for(owner, conn, acme, fanner):
    (uid,) = await leads(conn, acme)

    assert await fanner.round() == 1
    assert await planned(owner) == [
        ("auto_reply", "email", "dana@example.com", "waiting", None),
        ("owner_notice", "email", "ann@acme.example", "waiting", None),
        ("owner_notice", "sms", "+12125550123", "waiting", None),
    ]
    assert {row[0] for row in await planned(owner, "lead_uid")} == {uid}
    assert await owner.fetchval("select count(*) from outbox") == 0


async def test_a_lead_that_asked_for_nothing_makes_no_mail_and_no_text(owner, conn, acme, fanner):
    await leads(conn, acme, notifications=None)

    assert await fanner.round() == 1
    assert await planned(owner) == []


async def test_the_assigned_member_hears_of_the_clients_next_lead(owner, conn, acme, fanner, world):
    await leads(conn, acme, notifications=None)
    await owner.execute("update client set assigned_staff_uid = $1", world.colleague)
    await leads(conn, acme, notifications="email")
    await fanner.round()

    assert await planned(owner, "recipient") == [("cal@acme.example",)]


async def test_an_owner_who_did_not_confirm_is_asked_to_and_the_next_member_hears(owner, conn, acme, fanner):
    await owner.execute("update app_user set email_verified_at = null where email like 'ann%'")
    await leads(conn, acme, notifications="email")
    await fanner.round()

    assert await planned(owner, "recipient, state, reason") == [
        ("ann@acme.example", "waiting", None),
        ("cal@acme.example", "waiting", None),
    ]


async def test_a_number_that_was_not_verified_is_not_texted(owner, conn, acme, fanner):
    await owner.execute("update phone_check set verified_at = null")
    await leads(conn, acme, notifications="sms,email")
    await fanner.round()

    assert ("owner_notice", "sms", "", "skipped", "no_number") in await planned(owner)


async def test_a_test_leads_notices_are_marked_for_capture(owner, conn, acme, fanner):
    await leads(conn, acme, is_test=True)
    await fanner.round()

    assert {row[0] for row in await planned(owner, "(payload ->> 'is_test')::boolean")} == {True}


async def test_an_address_is_greeted_once_an_hour_also_across_batches_and_workers(owner, conn, acme, pool):
    for _ in range(3):
        await leads(conn, acme, 2, notifications="auto-reply")
        await asyncio.gather(a_fanner(pool).round(), a_fanner(pool).round())

    reasons = [row[0] for row in await planned(owner, "reason")]
    assert reasons.count(None) == 1
    assert reasons.count("greeted_this_hour") == 5

    await owner.execute("update delivery set created_at = now() - interval '61 minutes'")
    await leads(conn, acme, notifications="auto-reply")
    await a_fanner(pool).round()
    assert [row[0] for row in await planned(owner, "reason")].count(None) == 2


async def test_a_business_greets_sixty_an_hour_and_holds_the_rest(owner, conn, acme, fanner):
    arrivals = [a_lead(acme, email=f"p{n}@example.com", notifications="auto-reply") for n in range(62)]
    await write_batch(conn, arrivals, mint=mint)
    await fanner.round()

    counts = dict(await owner.fetch("select coalesce(reason, 'goes'), count(*) from delivery group by 1"))
    assert counts == {"goes": 60, "held": 2}
    assert await owner.fetchval("select count(*) from delivery where due_at is null and state = 'waiting'") == 2


async def test_a_suppressed_lead_is_not_greeted_by_that_sender(owner, conn, acme, fanner):
    await owner.execute(
        """insert into suppression (business_id, uid, channel, address, sender, reason)
           values ($1, 's', 'email', 'dana@example.com', 'email -', 'refused')""",
        acme.id,
    )
    await leads(conn, acme, email="Dana@Example.com", notifications="auto-reply")
    await fanner.round()

    assert await planned(owner, "state, reason") == [("suppressed", "suppressed")]


async def test_past_twenty_leads_in_ten_minutes_one_digest_tells_the_owner(owner, conn, acme, fanner):
    uids = await leads(conn, acme, 15, notifications="email") + await leads(conn, acme, 10, notifications="email")
    await fanner.round()
    uids += await leads(conn, acme, 3, notifications="email")
    await fanner.round()

    states = dict(await owner.fetch("select coalesce(reason, kind), count(*) from delivery group by 1"))
    assert states["owner_notice"] == 20
    assert sum(count for name, count in states.items() if name != "owner_notice") == 8 + states["digest"] - 8
    digests = await owner.fetch("select payload, due_at > now() as later from delivery where kind = 'digest'")
    told = [uid for row in digests for uid in row["payload"]["lead_uids"]]
    assert len(told) == 8
    assert set(told) < set(uids)
    assert all(row["later"] for row in digests)


async def test_an_answer_is_no_new_lead_for_the_digest(owner, conn, acme, fanner):
    told = await leads(conn, acme, 21, notifications="email")
    await fanner.round()
    for _ in range(2):
        facts = {"message_uid": mint(), "conversation_uid": told[0], "notify": ["email"]}
        await append_event(conn, acme.id, "message", facts)
        await fanner.round()

    payloads = await owner.fetch("select payload from delivery where kind = 'digest'")
    assert sum(row["payload"]["count"] for row in payloads) == 1
    assert sum(row["payload"]["answers"] for row in payloads) == 2
    assert {uid for row in payloads for uid in row["payload"]["answered_uids"]} == {told[0]}


async def test_digests_can_be_switched_off(owner, conn, acme, pool):
    await leads(conn, acme, 25, notifications="email")
    await a_fanner(pool, digest_after=0).round()

    assert await owner.fetchval("select count(*) from delivery where reason is null and kind = 'owner_notice'") == 25


async def test_when_sending_first_begins_what_is_a_day_old_is_nobodys_news(owner, conn, acme, fanner):
    old, new = await leads(conn, acme, 2, notifications="email")
    await owner.execute("update outbox set created_at = now() - interval '25 hours' where uid = $1", old)
    await fanner.round()

    assert dict(await owner.fetch("select lead_uid, reason from delivery")) == {old: "too_old", new: None}


async def test_later_an_old_row_is_told_however_long_nobody_worked(owner, conn, acme, fanner):
    await owner.execute(
        "insert into instance_setting (name, value) values ('first_dispatch_at', to_jsonb(now() - interval '9 days'))"
    )
    await leads(conn, acme, notifications="email")
    await owner.execute("update outbox set created_at = now() - interval '3 days'")
    await fanner.round()

    assert await planned(owner, "state, reason") == [("waiting", None)]


async def test_after_a_restore_nothing_leaves_the_outbox_until_sending_is_confirmed(owner, conn, acme, fanner):
    await owner.execute("insert into instance_setting (name, value) values ('sending_off', 'true')")
    await leads(conn, acme)

    assert await fanner.round() == 0
    assert await owner.fetchval("select count(*) from outbox") == 1


async def test_a_poison_row_delays_no_other_and_is_dead_after_nine_tries(owner, conn, acme, fanner):
    uids = await leads(conn, acme, 40, notifications="email")
    poison = uids[17]
    await owner.execute("update outbox set facts = facts || '{\"notifications\": 7}' where uid = $1", poison)
    await fanner.round()
    assert await owner.fetchval("select count(distinct lead_uid) from delivery") == 39

    for _ in range(8):
        await owner.execute("update outbox set due_at = now()")
        await fanner.round()
    row = await owner.fetchrow("select attempts, dead_at is not null as dead, last_error from outbox")
    assert (row["attempts"], row["dead"]) == (9, True)
    assert "not iterable" in row["last_error"]
    await owner.execute("update outbox set due_at = now()")
    assert await fanner.round() == 0


async def test_a_fan_out_that_was_cut_leaves_the_outbox_as_it_was(owner, conn, acme, pool):
    await leads(conn, acme)

    class Cut(Fanout):
        async def __call__(self, connection, events):
            await super().__call__(connection, events)
            raise ConnectionResetError

    fanner = Fanner(pool, Cut({}), made=lambda _: None)
    with pytest.raises(ConnectionResetError):
        await fanner._batch()
    assert await owner.fetchval("select count(*) from outbox") == 1
    assert await planned(owner) == []

    await a_fanner(pool).round()
    assert len(await planned(owner)) == 3


async def test_two_workers_fan_out_each_row_once(owner, conn, acme, pool):
    for n in range(6):
        await leads(conn, acme, 50, notifications="email", email=f"p{n}@example.com")
    await asyncio.gather(*[a_fanner(pool, digest_after=0).round() for _ in range(3)])
    while await a_fanner(pool, digest_after=0).round():
        pass

    assert await owner.fetchval("select count(*) from delivery") == 300
    assert await owner.fetchval("select count(distinct lead_uid) from delivery") == 300


@pytest.mark.parametrize("kind", ["verify", "invitation", "sign_in", "endpoint_off", "endpoint_failing", "dead_token"])
async def test_a_letter_goes_to_whom_its_facts_name_else_to_the_owner(owner, acme, fanner, kind):
    await append_event(owner, acme.id, kind, {"recipient": "new@acme.example", "link": "x"})
    await append_event(owner, acme.id, kind, {"endpoint_id": 3})
    await fanner.round()

    rows = await planned(owner, "kind, recipient, payload, lane")
    assert (kind, "new@acme.example", {"recipient": "new@acme.example", "link": "x"}, "email -") in rows
    assert (kind, "ann@acme.example", {"endpoint_id": 3}, "email -") in rows


async def test_a_reply_goes_to_the_lead_as_it_introduced_itself(owner, conn, acme, fanner, world):
    (uid,) = await leads(conn, acme, phone="+1 415 555 0132", notifications=None)
    await append_event(
        owner,
        acme.id,
        "message",
        {"conversation_uid": uid, "message_uid": "m2", "channels": ["email", "sms"], "staff_uid": world.first.owner},
    )
    await fanner.round()

    rows = await planned(owner, "channel, recipient, lead_uid, message_uid, payload ->> 'staff_uid'")
    assert rows == [
        ("email", "dana@example.com", uid, "m2", world.first.owner),
        ("sms", "+14155550132", uid, "m2", world.first.owner),
    ]


async def test_an_answer_of_the_lead_is_told_beside_the_lead_itself(owner, conn, acme, fanner):
    (uid,) = await leads(conn, acme, notifications="email")
    facts = {"conversation_uid": uid, "message_uid": "m2", "notify": ["email", "sms"]}
    await append_event(owner, acme.id, "message", facts)
    await append_event(owner, acme.id, "message", facts | {"message_uid": "m3", "notify": []})
    await fanner.round()

    rows = await owner.fetch("select channel, recipient, lead_uid from delivery where message_uid = 'm2' order by 1")
    assert [tuple(row) for row in rows] == [("email", "ann@acme.example", uid), ("sms", "+12125550123", uid)]
    assert await owner.fetchval("select count(*) from delivery") == 3


async def test_an_answer_that_was_missed_is_told_otherwise_and_not_the_lead_again(owner, conn, acme, fanner):
    (uid,) = await leads(conn, acme, notifications=None)
    facts = {"conversation_uid": uid, "message_uid": "m2", "notify": ["sms"]}
    await append_event(owner, acme.id, "message", facts)
    await fanner.round()
    text = await owner.fetchval("select uid from delivery")
    await append_event(owner, acme.id, "missed", {"delivery_uid": text})
    await fanner.round()

    assert await planned(owner, "channel, message_uid") == [("email", "m2"), ("sms", "m2")]


async def test_a_refused_staff_address_is_told_by_text_and_a_refused_text_by_one_mail(owner, conn, acme, fanner, world):
    (uid,) = await leads(conn, acme, notifications="email")
    await fanner.round()
    missed = await owner.fetchval("select uid from delivery")
    await owner.execute(
        """insert into suppression (business_id, uid, channel, address, sender, reason)
           values ($1, 's', 'email', 'ann@acme.example', 'email -', 'refused')""",
        acme.id,
    )
    await append_event(owner, acme.id, "missed", {"delivery_uid": missed})
    await fanner.round()
    text = await owner.fetchrow("select * from delivery where channel = 'sms'")
    assert (text["lead_uid"], text["recipient"], text["payload"]["instead_of"]) == (uid, "+12125550123", "email")

    await append_event(owner, acme.id, "missed", {"delivery_uid": text["uid"]})
    await fanner.round()
    assert await planned(owner, "recipient") == [("ann@acme.example",), ("cal@acme.example",), ("+12125550123",)]


async def test_a_reply_by_text_that_was_given_up_becomes_one_mail(owner, conn, acme, fanner):
    (uid,) = await leads(conn, acme, phone="+1 415 555 0132", notifications=None)
    facts = {"conversation_uid": uid, "message_uid": "m2", "channels": ["sms"]}
    await append_event(owner, acme.id, "message", facts)
    await fanner.round()
    text = await owner.fetchval("select uid from delivery")
    for _ in range(2):
        await append_event(owner, acme.id, "missed", {"delivery_uid": text})
        await fanner.round()

    assert await planned(owner, "channel, recipient") == [("email", "dana@example.com"), ("sms", "+14155550132")]
    assert (await row_of(owner, text))["state"] == "waiting"
