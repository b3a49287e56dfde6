"""Logged requests followed live and run again by command."""

from __future__ import annotations

import asyncio

import pytest
import structlog

from leadhall.cli import DONE, FAILED, WRONG_USAGE
from leadhall.cli.requests_tail import follow
from leadhall.core.db import Database
from tests.cli.test_lead import filed  # noqa: F401 - a fixture

WITHIN_S = 10
LOGGED = """insert into request_log (business_id, uid, at, operation, status, verdict)
            values (0, $1, clock_timestamp(), 'o', $2, 'x')"""


@pytest.fixture(autouse=True)
def on_a_test_database(no_settings, monkeypatch):
    monkeypatch.setenv("LEADHALL_ALLOW_UNSAFE_DURABILITY", "1")
    yield
    structlog.reset_defaults()


@pytest.fixture
def refused(run, filed):  # noqa: F811 - the fixture of that name
    return run("requests", "list", "--business", filed.business, "--status", "422", "--json").json[0]["uid"]


def leads_of(run, filed):  # noqa: F811
    return len(run("lead", "show", filed.client, "--json").json)


def test_replay_is_a_dry_run(run, filed):  # noqa: F811
    request = run("lead", "show", filed.first, "--json").json[0]["request_uid"]
    ran = run("requests", "replay", request)

    assert ran.code == DONE
    assert "- A new client was made: nobody had this email address yet.\n+ An existing client was found" in ran.out
    assert leads_of(run, filed) == 2


def test_replay_with_apply_stores_it_once(run, filed):  # noqa: F811
    request = run("lead", "show", filed.first, "--json").json[0]["request_uid"]
    first = run("requests", "replay", request, "--apply", "--json").json
    again = run("requests", "replay", request, "--apply", "--json").json

    assert (first["status"], first["applied"]) == (201, True)
    assert again["answer"]["conversation_uid"] == first["answer"]["conversation_uid"]
    assert leads_of(run, filed) == 3


def test_a_refused_request_is_completed_by_changes(run, filed, refused):  # noqa: F811
    assert run("requests", "replay", refused).code == FAILED
    ran = run("requests", "replay", refused, "email=kim@example.com", "--json")

    assert (ran.code, ran.json["answer"]["matched_by"]) == (DONE, "email")


def test_a_change_without_a_value_is_wrong_usage(run, refused):
    assert run("requests", "replay", refused, "email").code == WRONG_USAGE


async def test_tail_tells_each_request_once(owner, migrated):
    connection = await Database(migrated.asyncpg_kwargs()).connect("owner")
    rows = follow(connection, await owner.fetchval("select clock_timestamp()"), None, None, refused=True)
    for uid, status in (("one", 422), ("two", 201), ("three", 401)):
        await owner.execute(LOGGED, uid, status)

    async with asyncio.timeout(WITHIN_S):
        assert [(await anext(rows))["uid"] for _ in range(2)] == ["one", "three"]
    await rows.aclose()
    await connection.close()


def test_what_a_client_said_is_redacted(run, filed):  # noqa: F811
    ran = run("requests", "redact", "--client", filed.client)
    rows = run("requests", "list", "--business", filed.business, "--json").json
    bodies = [run("requests", "show", row["uid"], "--json").json["body"] for row in rows if row["status"] == 201]

    assert "2 requests redacted" in ran.err
    assert bodies == [None, None]
