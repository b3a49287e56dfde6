"""Conversations at the terminal."""

import asyncio

import pytest

from leadhall.core.db import Database
from leadhall.core.ids import mint
from tests.notify.stored import a_lead


@pytest.fixture
def business(run):
    """A business of a directory of its own, with an owner and a colleague."""
    name = mint()
    directory = run("directory", "create", name, "--json").json["uid"]
    made = run("business", "create", name, "--directory", directory, "--json").json
    for who, role in (("ann", "owner"), ("cal", "user")):
        assert run("staff", "create", made["uid"], f"{who}-{name}@acme.example", "--role", role).code == 0
    return made | {"colleague": f"cal-{name}@acme.example"}


@pytest.fixture
def conversation(business, database_url):
    """Of a lead whose title would steer a terminal."""

    async def make():
        connection = await Database.from_url(database_url).connect("owner")
        try:
            id_ = await connection.fetchval("select id from business where uid = $1", business["uid"])
            return await a_lead(connection, id_, title="Kitchen\x1b[2J")
        finally:
            await connection.close()

    return asyncio.run(make())


def test_conversations_are_listed_by_folder_and_on_a_page_after_another(run, business, conversation):
    listed = run("conversation", "list", business["uid"], "--json").json
    assert [(each["uid"], each["client"], each["unread"]) for each in listed] == [(conversation, "Dana", 0)]
    assert "Kitchen\\x1b[2J" in run("conversation", "list", business["uid"], "--folder", "inbox").out

    first = run("conversation", "list", business["uid"], "--limit", "1")
    after = first.err.rpartition("--after ")[2].strip()
    assert run("conversation", "list", business["uid"], "--after", after).err.strip().endswith("no conversations")
    assert run("conversation", "list", business["uid"], "--folder", "mine", "--staff", business["colleague"]).code == 0
    for wrong in (["--folder", "attic"], ["--folder", "mine"], ["--after", "x.y"], ["--within", "soon"]):
        assert run("conversation", "list", business["uid"], *wrong).code in {1, 2}


def test_an_answer_is_written_by_the_owner_or_by_whoever_is_named(run, business, conversation):
    message = run("conversation", "reply", conversation, "We come on Monday.", "--json").json
    assert message["conversation_uid"] == conversation
    by_mail = ["--as", business["colleague"], "--channel", "email"]
    assert run("conversation", "reply", conversation, *by_mail, stdin="Or Tuesday.\n").code == 0

    shown = run("conversation", "show", conversation)
    assert "We come on Monday." in shown.out
    assert "Or Tuesday." in shown.out
    assert "the lead" in shown.out
    assert "\x1b" not in shown.out
    told = run("conversation", "show", conversation, "--json").json
    assert [item["kind"] for item in told["timeline"]] == ["message", "message", "act", "message"]
    assert run("conversation", "list", business["uid"], "--json").json == []


@pytest.mark.parametrize(
    "wrong", [["nothing", "x"], ["UID", " "], ["UID", "x", "--as", "nobody"], ["UID", "x", "--channel", "fax"]]
)
def test_an_answer_that_cannot_be_is_refused(run, conversation, wrong):
    refused = run("conversation", "reply", *[conversation if each == "UID" else each for each in wrong])

    assert refused.code in {1, 2}
    assert len(run("conversation", "show", conversation, "--json").json["timeline"]) == 1


def test_conversations_are_archived_brought_back_and_assigned(run, business, conversation):
    assert run("conversation", "archive", conversation, "--json").json == {"uids": [conversation], "act": "archive"}
    assert run("conversation", "list", business["uid"], "--folder", "archived", "--json").json[0]["uid"] == conversation
    assert run("conversation", "archive", conversation, "--undo").err.strip().endswith("unarchived: 1")
    assert run("conversation", "assign", conversation, business["colleague"]).code == 0
    assert "assigned to nobody" in run("conversation", "assign", conversation).err
    assert run("conversation", "archive", "nothing").code == 1
    assert run("conversation", "assign", conversation, "nobody").code == 1

    acts = [item["data"]["act"] for item in run("conversation", "show", conversation, "--json").json["timeline"][1:]]
    assert acts == ["archive", "unarchive", "assign", "assign"]
