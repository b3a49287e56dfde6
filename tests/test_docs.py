"""Docs tell the truth: their links resolve, and every command and make task they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadhall.cli.tree import COMMANDS

HOME = Path(__file__).parents[1]
PAGES = sorted([*HOME.glob("*.md"), *HOME.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
COMMAND = re.compile(r"(?:^ {4}|`|bin/)leadhall ([a-z-]+)(?: |`|$)", re.MULTILINE)
TASK = re.compile(r"(?:^ {4}|`)make ([a-z-]+)", re.MULTILINE)
NAMED = {command.split()[0] for command, _, _ in COMMANDS}
TASKS = set(re.findall(r"^([a-z-]+):", (HOME / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_resolves(page):
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_is_there(page):
    text = page.read_text()

    assert set(COMMAND.findall(text)) <= NAMED
    assert set(TASK.findall(text)) <= TASKS


def test_a_link_to_nowhere_and_an_unknown_command_would_be_seen():
    assert LINK.findall("[a](nowhere.md)") == ["nowhere.md"]
    assert COMMAND.findall("`leadhall fly`") == ["fly"]
