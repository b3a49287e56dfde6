"""`leadhall inbound`: an operator looks at what is held, and places what is nobody's."""

import asyncio

import pytest

from leadhall.core.db import Database
from leadhall.core.ids import mint
from leadhall.inbound.received import NOBODYS, Received, keep


@pytest.fixture
def held(database_url):
    """A mail of nobody's; answers its uid."""
    told_as = mint()

    async def hold():
        connection = await Database.from_url(database_url).connect("owner")
        row = Received(
            business_id=NOBODYS, channel="email", told_as=told_as, sender="dana@example.com", recipient="x@in.example",
            fate="held", reason="unknown_address", subject=told_as, text="Monday\n\x1b[31mis fine.",
        )  # fmt: skip
        await keep(connection, row)
        uid = await connection.fetchval("select uid from inbound where subject = $1", told_as)
        await connection.close()
        return uid

    return asyncio.run(hold())


@pytest.fixture
def business(run):
    directory = run("directory", "create", mint(), "--json").json["uid"]
    return run("business", "create", "Acme", "--directory", directory, "--json").json["uid"]


def uids(listed):
    return [each["uid"] for each in listed.json]


def test_what_is_nobodys_is_listed_and_shown_whole_and_never_steers_the_terminal(run, held):
    shown = run("inbound", "show", held)

    assert held in uids(run("inbound", "list", "--nobodys", "--json"))
    assert "unknown_address" in shown.out
    assert "Monday\n\\x1b[31mis fine." in shown.out
    assert run("inbound", "show", held, "--json").json["text"] == "Monday\n\x1b[31mis fine."


def test_it_is_given_to_a_business(run, held, business):
    given = run("inbound", "give", held, business)

    assert (given.code, given.err) == (0, "Acme has it, in no conversation\n")
    assert uids(run("inbound", "list", "--business", business, "--json")) == [held]
    assert held not in uids(run("inbound", "list", "--nobodys", "--json"))
    assert run("inbound", "give", held, business).code != 0


def test_it_is_dismissed_once(run, held):
    assert run("inbound", "dismiss", held).code == 0
    assert held not in uids(run("inbound", "list", "--json"))
    assert run("inbound", "dismiss", held).code != 0


def test_what_cannot_be_is_refused(run, held, business):
    assert run("inbound", "show", "nothing").code != 0
    assert run("inbound", "list", "--nobodys", "--business", business).code == 2
    assert "no such conversation" in run("inbound", "give", held, business, "--conversation", "nothing").err


def test_doctor_says_that_some_wait(run, held):
    told = run("doctor").out

    assert "belong to no business" in told
    assert "leadhall inbound list --nobodys" in told
