"""Leads and the request log by command, for a business with two leads of one client and one refused request."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass

import pytest

from leadhall.app import Application
from leadhall.cli import DONE, FAILED, WRONG_USAGE
from leadhall.cli.demo.inside import post_inside
from leadhall.cli.faults import CliFault
from leadhall.core.db import Database
from leadhall.core.secrets import InstanceKey
from leadhall.settings import Settings

LEADGEN = "/platform/v1/leadgen"
KIM = {"identifier_type": "email", "email": "kim@example.com", "first_name": "Kim"}
PAINTED = "\x1b[2J and \u202egnp"


@dataclass(frozen=True)
class Filed:
    business: str
    client: str
    first: str
    second: str


@pytest.fixture
def filed(run, database_url):
    """Made through intake, in this process."""
    directory = run("directory", "create", "Acme", "--json").json["uid"]
    owner = ("--owner-email", "owner@example.com")
    business = run("business", "create", "Joe", "--directory", directory, *owner, "--json").json["uid"]
    token = run("token", "create", "staff", "--business", business).out.strip()
    first, second = asyncio.run(_post(database_url, token))
    return Filed(business, first["uid"], first["conversation_uid"], second["conversation_uid"])


async def _post(database_url, token):
    settings = Settings(allow_unsafe_durability=True, dispatch=False)
    application = Application(settings, Database.from_url(database_url), InstanceKey(b"of the tests"))
    async with application.running():
        made = [
            await post_inside(application, LEADGEN, token, KIM | {"request_title": title})
            for title in ("Roof", PAINTED)
        ]
        with pytest.raises(CliFault, match="422"):
            await post_inside(application, LEADGEN, token, {"identifier_type": "email", "request_title": PAINTED})
    return made


def test_a_lead_is_shown_with_its_trace(run, filed):
    ran = run("lead", "show", filed.first)

    assert ran.code == DONE
    assert "Roof" in ran.out
    assert "  - A new client was made: nobody had this email address yet.\n" in ran.out


def test_a_client_shows_all_its_leads_newest_first(run, filed):
    shown = run("lead", "show", filed.client, "--json").json

    assert [lead["conversation_uid"] for lead in shown] == [filed.second, filed.first]
    assert all(lead["trace"] and lead["title"] for lead in shown)


def test_what_is_no_lead_is_refused(run, filed):
    assert run("lead", "show", filed.business).code == FAILED


def test_requests_are_listed_newest_first_also_the_refused(run, filed):
    rows = run("requests", "list", "--business", filed.business, "--json").json

    assert [row["status"] for row in rows] == [422, 201, 201]
    assert [row["lead_uid"] for row in rows] == [None, filed.second, filed.first]


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [("--status", "422", 1), ("--verdict", "accepted_with_warnings", 1), ("--limit", "1", 1)],
)
def test_the_log_is_narrowed(run, filed, option, value, found):
    assert len(run("requests", "list", "--business", filed.business, option, value, "--json").json) == found


def test_a_request_is_shown_as_it_came_and_cannot_steer_the_terminal(run, filed):
    uid = run("requests", "list", "--business", filed.business, "--status", "422", "--json").json[0]["uid"]

    ran = run("requests", "show", uid)

    assert ran.code == DONE
    assert "Mandatory parameter email is missing" in ran.out
    assert "gnp" in ran.out
    assert not {"\x1b", "\u202e"} & set(ran.out)


def test_programs_get_the_body_of_a_request_unchanged(run, filed):
    uid = run("requests", "list", "--business", filed.business, "--status", "422", "--json").json[0]["uid"]

    assert "\u202egnp" in run("requests", "show", uid, "--json").json["body"]


def test_an_unknown_request_is_refused(run):
    assert run("requests", "show", "nothing").code == FAILED


def test_sending_needs_a_token(run):
    assert run("lead", "send", "--email", "kim@example.com").code == WRONG_USAGE


def test_a_server_that_is_away_is_said(bare):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"

    ran = bare("lead", "send", "--email", "kim@example.com", "--token", "-", "--url", url, stdin="secret\n")

    assert ran.code == FAILED
    assert "leadhall serve" in ran.err


def test_the_description_of_the_api_is_printed(bare, monkeypatch):
    monkeypatch.setenv("LEADHALL_PUBLIC_URL", "https://leads.example.com")

    document = bare("openapi").json

    assert document["openapi"].startswith("3.1")
    assert document["servers"][0]["url"] == "https://leads.example.com"
    assert LEADGEN in document["paths"]
