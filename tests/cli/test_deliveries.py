"""The delivery log, suppressions and preferences at the terminal."""

import asyncio

import pytest

from leadhall.core.db import Database
from leadhall.core.ids import mint
from tests.dispatch.world import a_delivery


@pytest.fixture
def business(run):
    """A business of a directory of its own, with an owner."""
    name = mint()
    directory = run("directory", "create", name, "--json").json["uid"]
    made = run("business", "create", name, "--directory", directory, "--json").json
    assert run("staff", "create", made["uid"], f"{name}@acme.example", "--role", "owner").code == 0
    return made


def at_work(database_url, work):
    async def done():
        connection = await Database.from_url(database_url).connect("owner")
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(done())


@pytest.fixture
def delivery(business, database_url):
    """A mail of that business that was refused for good, in two tries, and its address is suppressed."""

    async def make(connection):
        id_ = await connection.fetchval("select id from business where uid = $1", business["uid"])
        uid = await a_delivery(connection, business_id=id_, recipient="dana@example.com", kind="auto_reply")
        await connection.execute(
            "update delivery set state = 'failed', reason = 'recipient', due_at = null, attempts = 2 where uid = $1",
            uid,
        )
        await connection.execute(
            """insert into delivery_attempt (business_id, delivery_uid, n, outcome, answer, took_ms)
               values ($1, $2, 1, 'later', '451 later', 9), ($1, $2, 2, 'never', E'550 no\\x1b[2J', 7)""",
            id_,
            uid,
        )
        await connection.execute(
            """insert into suppression (business_id, uid, channel, address, sender, reason)
               values ($1, $2, 'email', 'dana@example.com', 'email -', 'refused')""",
            id_,
            uid,
        )
        return uid

    return at_work(database_url, make)


def test_deliveries_are_listed_and_shown_with_every_try(run, business, delivery):
    listed = run("deliveries", "list", "--business", business["uid"], "--state", "failed", "--json").json
    assert [(each["uid"], each["tries"], each["recipient"]) for each in listed] == [(delivery, 2, "dana@example.com")]
    assert (
        run("deliveries", "list", "--business", business["uid"], "--channel", "sms")
        .err.strip()
        .endswith("no deliveries")
    )

    shown = run("deliveries", "show", delivery)
    assert "later after 9 ms: 451 later" in shown.out
    assert "550 no\\x1b[2J" in shown.out
    assert run("deliveries", "show", "nothing").code == 1


def test_a_suppression_is_removed_and_then_the_delivery_is_tried_again(run, business, delivery):
    refused = run("deliveries", "retry", delivery)
    assert (refused.code, "suppressed" in refused.err) == (1, True)

    (listed,) = run("suppression", "list", "--business", business["uid"], "--json").json
    assert (listed["address"], listed["reason"]) == ("dana@example.com", "refused")
    assert run("suppression", "remove", listed["uid"]).code == 0
    assert run("suppression", "remove", listed["uid"]).code == 1
    assert run("deliveries", "retry", delivery).code == 0
    assert run("deliveries", "show", delivery, "--json").json["state"] == "waiting"


def test_preferences_are_shown_and_changed(run, business):
    staff = run("staff", "list", business["uid"], "--json").json[0]["uid"]
    options = ("--sms", "off", "--quiet", "22:00-07:00", "--leads", "all", "--json")
    changed = run("staff", "preferences", business["uid"], staff, *options)

    assert changed.code == 0, changed.err
    assert (changed.json["sms"], changed.json["quiet_until"], changed.json["leads"]) == (False, "07:00", "all")
    assert run("staff", "preferences", business["uid"], staff, "--json").json == changed.json
    assert run("staff", "preferences", business["uid"], staff, "--quiet", "off", "--json").json["quiet_from"] is None
    assert run("staff", "preferences", business["uid"], staff, "--quiet", "late").code == 1


def test_outbox_rows_that_died_are_revived(run, database_url):
    async def kill(connection):
        await connection.execute(
            "insert into outbox (business_id, uid, kind, facts, dead_at) values (0, $1, 'nothing', '{}', now())", mint()
        )

    at_work(database_url, kill)
    assert "1 rows are due again" in run("deliveries", "revive").err


def test_doctor_tells_who_rests_what_died_and_whose_address_is_closed(run, business, database_url):
    async def break_things(connection):
        await connection.execute("delete from outbox")
        id_ = await connection.fetchval("select id from business where uid = $1", business["uid"])
        address = await connection.fetchval(
            "select u.email_key from staff s join app_user u on u.id = s.user_id where s.business_id = $1", id_
        )
        await connection.execute(
            """insert into suppression (business_id, uid, channel, address, sender, reason)
               values ($1, $2, 'email', $3, 'email -', 'refused')""",
            id_,
            mint(),
            address,
        )
        await connection.execute(
            """insert into sender_pause (lane, fault, answer, until)
               values ('email relay instance', 'sender', '535 wrong password', now() + interval '1 minute')"""
        )
        await connection.execute(
            """insert into outbox (business_id, uid, kind, facts, dead_at, due_at)
               values (0, $1, 'x', '{}', now(), now()), (0, $2, 'x', '{}', null, now() - interval '2 minutes')""",
            mint(),
            mint(),
        )

    async def mend(connection):
        await connection.execute("delete from outbox; delete from sender_pause; delete from suppression")

    at_work(database_url, break_things)
    try:
        found = {each["name"]: each for each in run("doctor", "--json").json}
    finally:
        at_work(database_url, mend)

    assert "535 wrong password" in found["senders"]["found"]
    assert {found[name]["state"] for name in ("outbox", "dead outbox rows", "senders", "staff addresses")} == {"wrong"}
    assert business["name"] in found["staff addresses"]["found"]
