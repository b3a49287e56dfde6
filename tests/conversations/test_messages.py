"""Messages out and in, and what they move."""

import asyncio

import pytest

from leadhall.conversations.acts import act_on, archive, trash
from leadhall.conversations.answered import mark_answered
from leadhall.conversations.by import By
from leadhall.conversations.messages import (
    TEXT_MOST_BYTES,
    Arrived,
    begin,
    newest_with,
    receive_from_client,
    send_to_client,
)
from leadhall.conversations.threads import get_thread
from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Invalid, NotFound


@pytest.fixture
def by(world):
    return By(staff_uid=world.first.owner)


async def outbox_of(connection, uid):
    row = await connection.fetchrow("select kind, facts from outbox where facts ->> 'message_uid' = $1", uid)
    return row["kind"], row["facts"]


async def acts_of(connection, talk):
    rows = await connection.fetch(
        "select act, staff_uid from conversation_act where conversation_uid = $1 order by uid", talk.uid
    )
    return [tuple(row) for row in rows]


async def test_an_answer_stops_the_clock_and_is_told_in_the_same_transaction(connection, talk, by):
    message = await send_to_client(connection, talk.business_id, talk.uid, "When may we come?", by=by)

    thread = await get_thread(connection, talk.business_id, talk.uid)
    assert (thread.awaits_since, thread.business_unread, thread.client_unread) == (None, 0, 1)
    assert thread.first_answered_at is not None
    assert (thread.last_text, thread.last_direction) == ("When may we come?", "business_to_client")
    kind, facts = await outbox_of(connection, message.uid)
    assert (kind, facts["channels"], facts["staff_uid"]) == ("message", ["email", "sms"], by.staff_uid)
    assert facts["events"] == ["message/business_sent_message", "conversation_item/created"]
    assert (facts["lead_uid"], facts["client_uid"]) == (talk.uid, talk.client_uid)


async def test_who_answers_first_claims_a_conversation_that_nobody_has(connection, talk, by, world):
    await send_to_client(connection, talk.business_id, talk.uid, "One", by=by)
    await send_to_client(connection, talk.business_id, talk.uid, "Two", by=By(staff_uid=world.colleague))

    assert (await get_thread(connection, talk.business_id, talk.uid)).assigned_staff_uid == by.staff_uid
    assert await acts_of(connection, talk) == [("claim", by.staff_uid)]


async def test_messages_are_numbered_without_gaps_within_their_client(app_pool, lead_of, world, by, owner):
    one, two = await lead_of(email="a@example.com"), await lead_of(email="a@example.com")

    async def write(talk, n):
        async with scoped(app_pool, Scope.of([world.first.id])) as connection:
            if n % 2:
                await send_to_client(connection, talk.business_id, talk.uid, f"{n}", by=by)
            else:
                await receive_from_client(connection, talk.business_id, talk.uid, Arrived(text=f"{n}"))

    await asyncio.gather(*(write((one, two)[n % 2], n) for n in range(8)))

    rows = await owner.fetch("select revision from message where client_uid = $1 order by revision", one.client_uid)
    assert [row["revision"] for row in rows] == list(range(1, 11))


async def test_a_clients_message_waits_again_and_comes_back_from_archive_and_trash(connection, talk, by):
    await send_to_client(connection, talk.business_id, talk.uid, "Hello", by=by)
    answered = (await get_thread(connection, talk.business_id, talk.uid)).first_answered_at
    await act_on(connection, talk.business_id, talk.uid, [archive(), trash()], by)

    arrived = Arrived(text="Tuesday", channels=("email",), external_id="<1@example.com>", files=("plan.pdf",))
    message = await receive_from_client(connection, talk.business_id, talk.uid, arrived)

    thread = await get_thread(connection, talk.business_id, talk.uid)
    assert (thread.archived_at, thread.deleted_at, thread.business_unread) == (None, None, 1)
    assert thread.awaits_since is not None
    assert thread.first_answered_at == answered
    assert [act for act, _ in await acts_of(connection, talk)] == ["claim", "archive", "trash", "reopen"]
    _, facts = await outbox_of(connection, message.uid)
    assert facts["events"] == ["message/client_sent_message", "conversation_item/created"]
    assert (facts["notify"], "channels" in facts) == ([], False)


async def test_staff_hear_of_a_clients_message_as_its_lead_asked(connection, lead_of):
    talk = await lead_of(notifications="sms, auto-reply")
    begun = await begin(connection, talk.business_id, talk.client_uid, "From us")

    told = [
        (
            await outbox_of(
                connection, (await receive_from_client(connection, talk.business_id, uid, Arrived(text="x"))).uid
            )
        )[1]
        for uid in (talk.uid, begun)
    ]

    assert [facts["notify"] for facts in told] == [["sms"], ["email"]]


async def test_a_second_question_does_not_make_the_client_wait_anew(connection, talk):
    before = (await get_thread(connection, talk.business_id, talk.uid)).awaits_since
    await receive_from_client(connection, talk.business_id, talk.uid, Arrived(text="Are you there?"))

    assert (await get_thread(connection, talk.business_id, talk.uid)).awaits_since == before


async def test_answered_by_other_means_is_an_act_and_a_second_time_is_none(connection, talk, by):
    for _ in range(2):
        await mark_answered(connection, talk.business_id, talk.uid, by)

    assert (await get_thread(connection, talk.business_id, talk.uid)).awaits_since is None
    assert await acts_of(connection, talk) == [("answered_elsewhere", by.staff_uid)]


async def test_a_conversation_that_staff_begins_is_with_whom_the_card_names_then(connection, talk, by, owner):
    uid = await begin(connection, talk.business_id, talk.client_uid, None)
    await send_to_client(connection, talk.business_id, uid, "A word from us", by=by)

    contact = await connection.fetchval("select contact from conversation where uid = $1", uid)
    assert (contact["email"], contact["phone_e164"]) == ("dana@example.com", "+14155550132")
    thread = await get_thread(connection, talk.business_id, uid)
    assert (thread.title, thread.awaits_since, thread.verdict) == ("Dana", None, None)
    assert await newest_with(connection, talk.business_id, talk.client_uid) == uid


@pytest.mark.parametrize(
    "sent",
    [
        ("", ["email"], "missing"),
        (" \n\x01 ", ["email"], "missing"),
        ("é" * (TEXT_MOST_BYTES // 2 + 1), ["email"], "too_long"),
        ("hello", ["pigeon"], "invalid"),
    ],
    ids=["empty", "blank", "long", "pigeon"],
)
async def test_what_cannot_be_sent_is_refused_and_changes_nothing(connection, talk, by, sent):
    text, channels, code = sent
    with pytest.raises(Invalid) as refused:
        await send_to_client(connection, talk.business_id, talk.uid, text, channels=channels, by=by)

    assert refused.value.first.code == code
    assert await connection.fetchval("select count(*) from message where conversation_uid = $1", talk.uid) == 1


async def test_nobody_writes_into_the_conversations_of_others(app_pool, talk, by, world):
    async with scoped(app_pool, Scope.of([world.second.id])) as theirs:
        with pytest.raises(NotFound):
            await receive_from_client(theirs, world.second.id, talk.uid, Arrived(text="hello"))
        with pytest.raises(Invalid, match="serves the business"):
            await send_to_client(theirs, world.second.id, talk.uid, "hello", by=by)
