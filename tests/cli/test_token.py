"""Tokens by command: shown once, imported, rotated, revoked."""

from __future__ import annotations

import hashlib

import pytest

from leadhall.cli import DONE, FAILED, WRONG_USAGE


@pytest.fixture
def directory(run):
    return run("directory", "create", "Acme", "--json").json


@pytest.fixture
def business(run, directory):
    options = ("--directory", directory["uid"], "--owner-email", "owner@example.com", "--json")
    return run("business", "create", "Joe", *options).json


def tokens(run, directory):
    return {row["uid"]: row for row in run("token", "list", "--directory", directory["uid"], "--json").json}


def test_a_new_directory_shows_the_token_for_websites_first(run):
    lines = run("directory", "create", "Acme").out.splitlines()
    secrets = [line.strip() for line in lines if line.strip().startswith("lh_dir_")]

    assert "the one for websites" in lines[lines.index(f"  {secrets[0]}") - 1]
    assert len(set(secrets)) == 2


def test_the_token_for_websites_may_only_send_leads(run, directory):
    scopes = [row["scopes"] for row in tokens(run, directory).values() if row["label"] == "for websites"]

    assert scopes == [["leads:write"]]


def test_listings_never_show_a_secret(run, directory):
    ran = run("token", "list", "--directory", directory["uid"], "--json")

    assert directory["token"] not in ran.out
    assert directory["website_token"] not in ran.out


def test_a_staff_token_is_the_owners_unless_told_otherwise(run, business):
    issued = run("token", "create", "staff", "--business", business["uid"], "--json").json

    assert issued["secret"].startswith("lh_staff_")
    assert run("token", "show", issued["uid"], "--json").json["staff_uid"] == business["owner_staff_uid"]


def test_the_secret_stands_alone_on_stdout(run, business):
    ran = run("token", "create", "staff", "--business", business["uid"])

    assert ran.out.startswith("lh_staff_")
    assert len(ran.out.split()) == 1


def test_limits_are_kept(run, directory, business):
    limits = ("--scope", "leads:write", "--only-business", business["uid"], "--cidr", "10.0.0.0/8", "--test")
    issued = run("token", "create", "directory", "--directory", directory["uid"], *limits, "--expires", "90d", "--json")

    shown = run("token", "show", issued.json["uid"], "--json").json

    assert (shown["scopes"], shown["only_businesses"], shown["cidrs"], shown["mode"]) == (
        ["leads:write"],
        [business["uid"]],
        ["10.0.0.0/8"],
        "test",
    )
    assert shown["expires_at"]


def test_an_app_token_needs_its_app(run, directory):
    app = run("app", "create", "Zapier", "--directory", directory["uid"], "--json").json

    assert run("token", "create", "app", "--app", app["uid"]).out.startswith("lh_app_")
    assert run("token", "create", "app").code == WRONG_USAGE


def test_an_existing_token_is_read_from_stdin_and_never_shown(run, directory):
    secret = "e5" * 32
    ran = run("token", "import", "directory", "--directory", directory["uid"], stdin=f"{secret}\n")

    assert ran.code == DONE
    assert secret not in ran.out + ran.err


def test_an_existing_token_can_be_brought_by_its_hash(run, directory):
    sha256 = hashlib.sha256(directory["uid"].encode()).hexdigest()
    arguments = ("token", "import", "directory", "--directory", directory["uid"], "--sha256", sha256)

    assert run(*arguments).code == DONE
    assert run(*arguments).err == "leadhall: This secret is a token here already\n"


def test_nothing_on_stdin_is_wrong_usage(run, directory):
    assert run("token", "import", "directory", "--directory", directory["uid"]).code == WRONG_USAGE


def test_rotation_leaves_the_old_one_its_grace(run, directory):
    old = next(uid for uid, row in tokens(run, directory).items() if row["label"] == "full")

    new = run("token", "rotate", old, "--grace", "2d", "--json").json
    after = tokens(run, directory)

    assert new["secret"] != directory["token"]
    assert after[old]["expires_at"]
    assert after[new["uid"]]["principal"] == after[old]["principal"]


@pytest.mark.parametrize("grace", ["", "7", "d", "-1d", "7 days", "1y"])
def test_a_grace_that_is_no_span_of_time_is_wrong_usage(run, grace):
    assert run("token", "rotate", "whatever", "--grace", grace).code == WRONG_USAGE


def test_a_revoked_token_is_listed_as_such(run, directory):
    uid = next(iter(tokens(run, directory)))

    assert run("token", "revoke", uid).code == DONE
    assert tokens(run, directory)[uid]["revoked_at"]


def test_an_unknown_token_is_refused(run):
    assert run("token", "revoke", "nobody").code == FAILED
