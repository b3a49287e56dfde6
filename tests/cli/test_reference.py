"""The reference pages say what the program says."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from leadhall.app import TABLE
from leadhall.cli.reference import pages, reference
from leadhall.cli.tree import COMMANDS
from leadhall.events.catalogue import CATALOGUE
from leadhall.settings import Settings
from leadhall.web.codes import CODES
from leadhall.web.portal.shapes import fields_of

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_committed_page_is_what_make_docs_writes(name, tmp_path):
    reference(tmp_path)

    assert (FOLDER / name).read_text() == (tmp_path / name).read_text(), "run: make docs"


def test_every_setting_command_code_and_operation_has_its_heading():
    made = pages()

    assert all(f"### `{entry.metadata['name']}`\n" in made["settings.md"] for entry in dataclasses.fields(Settings))
    assert all(f"## leadhall {name}\n" in made["cli.md"] for name, _, _ in COMMANDS)
    assert all(f"### `{code.name}`\n" in made["errors.md"] for code in CODES)
    assert all(f"### `{operation.name}`\n" in made["api.md"] for operation in TABLE)


def test_every_field_that_goes_in_stands_in_the_page_of_the_api():
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", pages()["api.md"], re.MULTILINE | re.DOTALL))

    missing = [
        f"{operation.name} {field.name}"
        for operation in TABLE.of_door("api")
        for field in (*fields_of(operation.request), *fields_of(operation.query))
        if f"`{field.name}`" not in sections[operation.name]
    ]
    assert missing == []


def test_every_event_has_its_heading_and_its_sample():
    made = pages()["events.md"]

    assert all(f"### `{event.name}`\n" in made for event in CATALOGUE)
    assert made.count('"entity_name"') == len(CATALOGUE)
