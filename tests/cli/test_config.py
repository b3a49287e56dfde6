from __future__ import annotations

import dataclasses

from leadhall.cli.config import MASK
from leadhall.settings import Settings


def rows(run):
    return {row["name"]: row for row in run("config", "show", "--json").json}


def test_every_setting_is_shown_with_its_meaning(bare):
    names = {entry.metadata["name"] for entry in dataclasses.fields(Settings)}

    assert {name for name, row in rows(bare).items() if row["meaning"]} == names


def test_it_tells_where_a_value_comes_from(bare, monkeypatch):
    monkeypatch.setenv("PORT", "8123")

    shown = rows(bare)

    assert (shown["PORT"]["value"], shown["PORT"]["from"]) == (8123, "environment")
    assert shown["LEADHALL_HOST"]["from"] == "default"


def test_secrets_are_masked(bare, monkeypatch):
    monkeypatch.setenv("LEADHALL_SECRET_KEY", "ours-alone")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:ours-alone@h/d")

    ran = bare("config", "show", "--json")

    assert "ours-alone" not in ran.out
    assert {row["value"] for row in ran.json if row["name"] in {"LEADHALL_SECRET_KEY", "DATABASE_URL"}} == {MASK}
