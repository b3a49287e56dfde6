"""Directories, staff, apps, form keys and card fields by command."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from leadhall.cli import DONE, FAILED, WRONG_USAGE


@pytest.fixture
def directory(run):
    return run("directory", "create", "Acme", "--json").json["uid"]


@pytest.fixture
def business(run, directory):
    return run("business", "create", "Joe", "--directory", directory, "--json").json["uid"]


def test_a_directory_is_listed_and_shown(run, directory):
    assert directory in [row["uid"] for row in run("directory", "list", "--json").json]
    assert run("directory", "show", directory, "--json").json["name"] == "Acme"


def test_a_directory_brings_its_uid_along_once(run):
    assert run("directory", "create", "Old", "--uid", "old-directory", "--json").json["uid"] == "old-directory"
    assert run("directory", "create", "Old", "--uid", "old-directory").code == FAILED


def test_staff_join_a_business(run, business):
    made = run("staff", "create", business, "ann@example.com", "--name", "Ann", "--role", "manager", "--json").json

    assert run("staff", "show", business, made["uid"], "--json").json == made
    assert made["invite_sent_at"]
    assert [row["display_name"] for row in run("staff", "list", business, "--json").json] == ["Ann"]


def test_an_operator_clears_a_second_factor_and_the_audit_log_says_so(run, business, database_url):
    run("staff", "create", business, "eve@example.com")
    asyncio.run(
        _execute(
            database_url,
            "insert into leadhall.second_factor (user_id, sealed, confirmed_at) "
            "select id, '', now() from leadhall.app_user where email = 'eve@example.com'",
        )
    )

    assert run("staff", "clear-second-factor", "Eve@example.com", "--json").json["second_factor"] == "cleared"
    assert run("staff", "clear-second-factor", "eve@example.com").code == FAILED
    assert run("staff", "clear-second-factor", "nobody@example.com").code == FAILED
    rows = asyncio.run(_execute(database_url, "select actor from leadhall.audit where act = 'second_factor/cleared'"))
    assert [row["actor"] for row in rows] == ["operator"]


async def _execute(url, statement):
    connection = await asyncpg.connect(url, server_settings={"role": "leadhall_owner"})
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


def test_a_role_that_does_not_exist_is_wrong_usage(run, business):
    assert run("staff", "create", business, "ann@example.com", "--role", "king").code == WRONG_USAGE


def test_an_app_shows_its_secret_once(run, directory):
    made = run("app", "create", "Zapier", "--directory", directory, "--json").json

    assert len(made["client_secret"]) == 64
    assert made["client_secret"] not in run("app", "show", made["uid"], "--json").out


def test_an_app_is_installed_and_uninstalled(run, directory, business):
    app = run("app", "create", "Zapier", "--directory", directory, "--json").json["uid"]

    assert run("app", "install", app, business).code == DONE
    assert run("app", "uninstall", app, business).code == DONE
    assert app in [row["uid"] for row in run("app", "list", "--directory", directory, "--json").json]


def test_a_form_key_is_made_listed_and_revoked(run, business):
    made = run("form-key", "create", business, "--origin", "example.com", "--origin", "http://localhost:3000", "--json")

    assert made.json["key"].startswith("fk_")
    assert made.json["origins"] == ["https://example.com", "http://localhost:3000"]
    assert run("form-key", "revoke", made.json["uid"]).code == DONE
    assert run("form-key", "list", business, "--json").json[0]["revoked_at"]


def test_fields_stand_on_the_card_in_order(run, business):
    run("field", "create", business, "Budget")
    made = run(
        "field", "create", business, "Size", "--type", "dropdown", "--option", "S", "--option", "L", "--json"
    ).json

    listed = run("field", "list", business, "--json").json

    assert [(field["label"], field["position"]) for field in listed] == [("Budget", 1), ("Size", 2)]
    assert run("field", "show", business, made["id"], "--json").json["options"] == ["S", "L"]


@pytest.mark.parametrize("arguments", [["Size", "--type", "dropdown"], ["Size", "--type", "colour"], [" "]])
def test_a_field_that_cannot_be_is_refused(run, business, arguments):
    assert run("field", "create", business, *arguments).code == FAILED


def test_people_get_tables_and_a_word_when_there_is_nothing(run, business):
    assert run("field", "list", business).err == "only the built-in fields\n"
    run("field", "create", business, "Budget")

    assert run("field", "list", business).out.split()[:2] == ["id", "label"]
