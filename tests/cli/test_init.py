"""Setting up for real."""

from __future__ import annotations

import pytest

from leadhall.cli import DONE, FAILED, WRONG_USAGE

GIVEN = ("--directory", "Acme", "--admin-email", "Boss@example.com", "--public-url", "https://leads.example.com/")


def test_it_makes_a_directory_and_shows_its_tokens_once(bare, empty_database):
    made = bare("init", *GIVEN, "--json").json

    assert made["public_url"] == "https://leads.example.com"
    assert [row["uid"] for row in bare("directory", "list", "--json").json] == [made["directory"]["uid"]]
    assert len({made["website_token"], made["token"]}) == 2


def test_the_public_address_is_what_doctor_looks_at(bare, empty_database):
    bare("init", *GIVEN)

    found = {finding["name"]: finding for finding in bare("doctor", "--json").json}

    assert (found["public url"]["state"], found["public url"]["found"]) == ("fine", "https://leads.example.com")


def test_it_is_done_once(bare, empty_database):
    assert bare("init", *GIVEN).code == DONE

    again = bare("init", *GIVEN)

    assert again.code == FAILED
    assert "leadhall directory create" in again.err


@pytest.mark.parametrize("missing", [0, 2, 4])
def test_without_a_terminal_nothing_is_asked(bare, empty_database, missing):
    ran = bare("init", *GIVEN[:missing], *GIVEN[missing + 2 :])

    assert ran.code == WRONG_USAGE
    assert GIVEN[missing] in ran.err


def test_an_address_that_is_none_is_refused_before_anything_is_made(bare, empty_database):
    ran = bare("init", *GIVEN[:4], "--public-url", "leads.example.com")

    assert ran.code == FAILED
    assert bare("directory", "list").code == FAILED


def test_migrate_is_harmless_when_there_is_nothing_to_do(bare, empty_database):
    first, again = bare("migrate"), bare("migrate")

    assert "applied 0001_tenancy.sql" in first.err
    assert (again.code, again.err) == (DONE, "the database is up to date\n")


def test_a_database_that_is_behind_is_named_with_the_command(bare, empty_database):
    ran = bare("directory", "list")

    assert ran.code == FAILED
    assert "leadhall migrate" in ran.err
