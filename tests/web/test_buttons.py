"""Links of mails: looking changes nothing, pressing acts once, and nobody learns why a link is dead."""

import asyncio

import pytest

from leadhall.notify.mail_links import drop_dead, make_link
from tests.notify.stored import a_lead

ANN = "ann@acme.example"


@pytest.fixture
async def ann(owner, world):
    return await owner.fetchrow("select user_id, uid as staff_uid from staff where uid = $1", world.first.owner)


async def a_link(services, world, ann, act, **more):
    return await make_link(services.worker_pool, act, business_id=world.first.id, address=ANN, **{**ann, **more})


async def verified(owner):
    return await owner.fetchval("select email_verified_at is not null from app_user where email = $1", ANN)


async def test_a_scanner_that_opens_the_link_confirms_nothing_a_press_does(ask, services, owner, world, ann):
    await owner.execute("update app_user set email_verified_at = null")
    link = await a_link(services, world, ann, "verify_email")

    shown = await ask.get(link)
    assert (shown.status, await verified(owner)) == (200, False)
    assert "Confirm" in shown.content.decode()
    pressed = await ask.post(link)
    assert (pressed.status, await verified(owner)) == (200, True)


async def test_a_link_works_once_even_when_it_is_pressed_twice_at_once(ask, services, world, ann):
    link = await a_link(services, world, ann, "verify_email")
    told = await asyncio.gather(*(ask.post(link) for _ in range(5)))

    assert sorted(each.status for each in told) == [200, 410, 410, 410, 410]
    assert (await ask.get(link)).status == 410


async def test_an_address_that_changed_meanwhile_is_not_confirmed_by_the_old_ones_link(
    ask, services, owner, world, ann
):
    link = await a_link(services, world, ann, "verify_email")
    await owner.execute(
        "update app_user set email = 'new@acme.example', email_key = 'new@acme.example', email_verified_at = null "
        "where email = $1",
        ANN,
    )
    await ask.post(link)

    assert not await owner.fetchval("select email_verified_at from app_user where email = 'new@acme.example'")


@pytest.fixture
async def answered(services, owner, world, ann):
    """The link "I answered" of a lead."""
    return await a_link(services, world, ann, "answered", conversation_uid=await a_lead(owner, world.first.id))


async def test_i_answered_stops_the_clock_and_takes_the_lead_off_the_unread(ask, owner, world, answered):
    await owner.execute("update conversation set business_unread = 1")

    assert "Dana Levi: Kitchen" in (await ask.get(answered)).content.decode()
    assert await owner.fetchval("select first_answered_at from conversation") is None
    await ask.post(answered)
    row = await owner.fetchrow("select first_answered_at, business_unread, last_business_action from conversation")
    assert row["first_answered_at"] is not None
    assert (row["business_unread"], row["last_business_action"]) == (0, "answered_elsewhere")
    assert await owner.fetchval("select act from audit where subject = $1", world.first.owner) == "mail_link/answered"


async def test_one_press_in_a_mail_program_stops_the_mails_of_that_member_only(ask, services, owner, world, ann):
    link = await a_link(services, world, ann, "stop_mail")
    told = await ask.post(
        link,
        body=b"List-Unsubscribe=One-Click",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert told.status == 200
    muted = await owner.fetch("select uid from staff where preferences ->> 'email' = 'false'")
    assert [row["uid"] for row in muted] == [world.first.owner]


async def test_old_forged_foreign_and_empty_links_look_alike(ask, services, owner, world, ann):
    old = await a_link(services, world, ann, "stop_mail")
    await owner.execute("update mail_link set expires_at = now() - interval '1 minute'")
    left = await a_link(services, world, ann, "stop_mail")
    await owner.execute("update staff set deleted_at = now() where uid = $1", world.first.owner)
    links = [old, left, "/m/x", "/m/" + "x" * 500, "/m/%00", "/m/lh_mail_x"]
    told = [await ask.get(link) for link in links] + [await ask.post(link) for link in links]

    assert {each.status for each in told} == {410}
    assert len({each.content.partition(b"<main>")[2] for each in told}) == 1


async def test_a_page_of_a_link_speaks_the_readers_language_and_lets_nothing_run(ask, owner, answered):
    await owner.execute("update app_user set locale = 'he'")
    await owner.execute("update conversation set title = '<script>alert(1)</script>'")
    shown = await ask.get(answered)
    text = shown.content.decode()

    assert '<html lang="he" dir="rtl">' in text
    assert "<script" not in text
    assert "script-src 'nonce-" in shown.header("content-security-policy")
    assert shown.header("cache-control") == "no-store"


async def test_dead_links_are_forgotten(services, owner, world, ann):
    await a_link(services, world, ann, "stop_mail")
    await owner.execute("update mail_link set expires_at = now() - interval '2 days'")
    await a_link(services, world, ann, "stop_mail")

    await drop_dead(services.worker_pool)

    assert await owner.fetchval("select count(*) from mail_link") == 1
