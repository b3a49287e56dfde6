"""The reference pages say what the program says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from leadhall.app import TABLE
from leadhall.cli.reference import pages, reference
from leadhall.cli.tree import COMMANDS
from leadhall.settings import Settings
from leadhall.web.codes import CODES

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
    assert all(f"### `{operation.name}`\n" in made["operations.md"] for operation in TABLE)
