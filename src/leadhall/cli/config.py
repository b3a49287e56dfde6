"""`leadhall config show`: every setting, where its value comes from, secrets masked."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

import cyclopts

from leadhall.cli.output import Json, show_rows
from leadhall.settings import Settings, read_settings

MASK = "********"

app = cyclopts.App(name="config", help="The settings in force.")


@app.command
def show(*, as_json: Json = False) -> None:
    """Every setting: its value (secrets masked), where the value comes from, what it means."""
    rows = describe(read_settings(), os.environ)
    show_rows(rows, as_json=as_json, columns=("name", "value", "from", "meaning"))


def describe(settings: Settings, environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row a setting, in the order of the settings table."""
    return [_row(entry, getattr(settings, entry.name), environment) for entry in dataclasses.fields(settings)]


def _row(entry: dataclasses.Field[Any], value: Any, environment: Mapping[str, str]) -> dict[str, Any]:
    given = bool(environment.get(entry.metadata["name"], "").strip())
    return {
        "name": entry.metadata["name"],
        "value": _shown(entry, value, given=given),
        "from": "environment" if given else "default",
        "meaning": entry.metadata["meaning"],
    }


def _shown(entry: dataclasses.Field[Any], value: Any, *, given: bool) -> Any:
    if not given and entry.metadata["shown"]:
        return entry.metadata["shown"]
    if value is None:
        return None
    if entry.metadata["secret"]:
        return MASK
    return value if isinstance(value, bool | int | float) else _text(value)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
