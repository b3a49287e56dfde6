"""One person by command: shown, merged and parted, given out, erased."""

from __future__ import annotations

import asyncio
import json

import pytest

from leadhall.app import Application
from leadhall.cli import DONE, FAILED, WRONG_USAGE
from leadhall.cli.demo.inside import post_inside
from leadhall.core.db import Database
from leadhall.core.secrets import InstanceKey
from leadhall.settings import Settings

LEAD = {"identifier_type": "email", "first_name": "Kim", "request_title": "Roof"}


@pytest.fixture
def filed(run, database_url):
    """A business, and two clients of it."""
    directory = run("directory", "create", "Acme", "--json").json["uid"]
    owner = ("--owner-email", "owner@example.com")
    business = run("business", "create", "Joe", "--directory", directory, *owner, "--json").json["uid"]
    token = run("token", "create", "staff", "--business", business).out.strip()
    return business, *asyncio.run(_post(database_url, token))


async def _post(database_url, token):
    settings = Settings(allow_unsafe_durability=True, dispatch=False)
    application = Application(settings, Database.from_url(database_url), InstanceKey(b"of the tests"))
    async with application.running():
        leads = [{"email": "kim@example.com"}, {"email": "kimmy@example.com", "last_name": "Ray"}]
        return [(await post_inside(application, "/platform/v1/leadgen", token, LEAD | lead))["uid"] for lead in leads]


def test_one_person_by_command(run, filed, tmp_path):
    business, kept, merged = filed
    assert run("client", "show", business, kept, "--json").json["client"]["email"] == "kim@example.com"
    preview = run("client", "merge", business, kept, merged, "--json").json
    assert (preview["merge"], preview["changes"][0]["becomes"]) == (None, "Ray")
    told = run("client", "merge", business, kept, merged, "--yes", "--json").json
    assert run("client", "show", business, merged).code == FAILED
    shown = run("client", "show", business, kept)
    assert (shown.code, "kimmy@example.com" in shown.out, "last name" in shown.out) == (DONE, False, True)
    undone = run("client", "undo", business, told["merge"], "--json").json
    assert undone == {"kept": kept, "restored": merged}

    assert run("client", "erase", business, kept).code == WRONG_USAGE
    run("client", "export", business, kept, "--to", str(tmp_path / "kim.json"))
    assert json.loads((tmp_path / "kim.json").read_text())["card"][0]["email"] == "kim@example.com"
    assert run("client", "erase", business, kept, "--yes", "--json").json["conversations"] == 1
    assert run("client", "export", business, kept).code == FAILED
