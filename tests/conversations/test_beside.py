"""What is kept beside messages: drafts, canned replies, the timeline, and the figures of answering."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from leadhall.conversations import acts
from leadhall.conversations.acts import act_on
from leadhall.conversations.by import By
from leadhall.conversations.canned import KEPT_MOST, add_canned, change_canned, list_canned, remove_canned
from leadhall.conversations.drafts import clear_draft, draft_of, keep_draft
from leadhall.conversations.figures import read_figures
from leadhall.conversations.messages import TEXT_MOST_BYTES, send_to_client
from leadhall.conversations.timeline import timeline_of
from leadhall.core.db import Scope, scoped
from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.core.ids import mint
from tests.races import until_one_waits

A_DAY = timedelta(days=1)


@pytest.fixture
def by(world):
    return By(staff_uid=world.first.owner)


# drafts


async def test_a_draft_is_of_one_person_and_a_blank_one_is_none(connection, talk, world):
    where = (connection, talk.business_id, talk.uid)
    await keep_draft(*where, world.first.owner, "Dear", channels=["email"])
    await keep_draft(*where, world.first.owner, "Dear Dana", channels=["sms", "email"])

    draft = await draft_of(*where, world.first.owner)
    assert (draft.text, draft.channels) == ("Dear Dana", ["email", "sms"])
    assert await draft_of(*where, world.colleague) is None
    assert await keep_draft(*where, world.first.owner, " \n") is None
    assert await draft_of(*where, world.first.owner) is None
    await clear_draft(*where, world.first.owner)


async def test_a_draft_that_cannot_be_kept_is_refused(connection, talk, world):
    with pytest.raises(NotFound):
        await keep_draft(connection, talk.business_id, "nothing", world.first.owner, "x")
    with pytest.raises(Invalid):
        await keep_draft(connection, talk.business_id, talk.uid, world.first.owner, "x" * (TEXT_MOST_BYTES + 1))


# canned replies


async def test_canned_replies_are_listed_by_title_changed_and_removed(connection, world):
    business_id = world.first.id
    two = await add_canned(connection, business_id, "Visit", "When may we come?", staff_uid=world.first.owner)
    one = await add_canned(connection, business_id, "Hours", "Nine to five")
    assert [each.title for each in await list_canned(connection, business_id)] == ["Hours", "Visit"]

    with pytest.raises(AlreadyExists):
        await add_canned(connection, business_id, "Hours", "Ten to six")
    with pytest.raises(AlreadyExists):
        await change_canned(connection, business_id, two.uid, "Hours", "Ten to six")
    assert (await change_canned(connection, business_id, one.uid, "Hours", "Ten to six")).text == "Ten to six"
    await remove_canned(connection, business_id, two.uid)
    for gone in (
        remove_canned(connection, business_id, two.uid),
        change_canned(connection, business_id, "x", "t", "t"),
    ):
        with pytest.raises(NotFound):
            await gone
    for title in ("", "t" * 101):
        with pytest.raises(Invalid):
            await add_canned(connection, business_id, title, "x")


async def test_two_who_give_one_title_to_two_replies_at_once_do_not_both_get_it(app_pool, owner, world):
    one, two = [await add_canned(owner, world.first.id, title, "x") for title in ("One", "Two")]

    async def change(reply):
        async with scoped(app_pool, Scope.of([world.first.id])) as connection:
            await change_canned(connection, world.first.id, reply.uid, "Wanted", "x")

    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        await change_canned(connection, world.first.id, one.uid, "Wanted", "x")
        changing = asyncio.create_task(change(two))
        await until_one_waits(owner)
    with pytest.raises(AlreadyExists):
        await changing


async def test_no_more_canned_replies_are_kept_than_a_screen_can_list(connection, world, owner):
    await owner.execute(
        "insert into canned_reply (business_id, uid, title, text) select $1, n::text, n::text, 'x' "
        "from generate_series(1, $2::int) n",
        world.first.id,
        KEPT_MOST,
    )

    with pytest.raises(Invalid, match="at most"):
        await add_canned(connection, world.first.id, "One more", "x")


# the timeline


async def test_the_timeline_tells_messages_acts_notices_and_changes_in_one_order(connection, talk, by, owner, world):
    message = await send_to_client(connection, talk.business_id, talk.uid, "Hello", channels=["email"], by=by)
    await act_on(connection, talk.business_id, talk.uid, [acts.assign(world.colleague)], by)
    for kind, state, message_uid in (("owner_notice", "delivered", None), ("reply", "accepted", message.uid)):
        await owner.execute(
            """insert into delivery (business_id, uid, dedupe, lead_uid, message_uid, kind, channel, recipient, state)
               values ($1, $2, $2, $3, $4, $5, 'email', 'a@example.com', $6)""",
            talk.business_id, mint(), talk.uid, message_uid, kind, state,
        )  # fmt: skip
    await owner.execute(
        "insert into card_change (business_id, client_uid, uid, field, was, becomes, actor, because) "
        "values ($1, $2, $3, 'status', 'lead', 'customer', $4, 'edit')",
        talk.business_id, talk.client_uid, mint(), world.first.owner,
    )  # fmt: skip

    items = await timeline_of(connection, talk.business_id, talk.uid)

    assert items == sorted(items, key=lambda item: (item.at, item.uid))
    told = {(item.kind, item.data.get("act") or item.data.get("kind") or item.data["field"]): item for item in items}
    assert set(told) == {
        ("message", "api"), ("message", "message"), ("act", "claim"), ("act", "assign"), ("notice", "owner_notice"),
        ("change", "status"),
    }  # fmt: skip
    assert told["message", "message"].staff_name == told["change", "status"].staff_name == "Ann Owner"
    [delivery] = told["message", "message"].data["deliveries"]
    assert (delivery["channel"], delivery["state"]) == ("email", "accepted")
    assert told["act", "assign"].data["to_name"] == "Cal Colleague"
    newest = items[-1]
    earlier = await timeline_of(connection, talk.business_id, talk.uid, before=(newest.at, newest.uid), most=2)
    assert [item.uid for item in earlier] == [item.uid for item in items[-3:-1]]


# figures


async def test_the_clock_of_the_first_answer_has_a_median_and_a_p90(connection, lead_of, world, owner):
    for n in range(11):
        talk = await lead_of()
        await owner.execute(
            "update conversation set first_answered_at = created_at + $2::int * interval '1 minute' where uid = $1",
            talk.uid,
            n + 1,
        )
        await owner.execute(
            "update lead set at = (select created_at from conversation where uid = $1) where conversation_uid = $1",
            talk.uid,
        )
    await lead_of()
    await lead_of(is_test="true")

    at = datetime.now(UTC)
    figures = (await read_figures(connection, world.first.id, at - A_DAY, at + A_DAY)).first_answer

    assert (figures.leads, figures.answered) == (12, 11)
    assert (figures.median_s, figures.p90_s) == (6 * 60, 10 * 60)
    before = (await read_figures(connection, world.first.id, at - 9 * A_DAY, at - A_DAY)).first_answer
    assert (before.leads, before.median_s) == (0, None)


async def test_leads_are_counted_by_day_and_source(connection, lead_of, world):
    for source in ("Website", "Website", None):
        await lead_of(source=source)

    at = datetime.now(UTC)
    figures = await read_figures(connection, world.first.id, at - A_DAY, at + A_DAY)

    assert [(each.source, each.leads) for each in figures.leads_per_day] == [(None, 1), ("Website", 2)]
