"""Docs tell the truth: links resolve, and every command, option, task and test that a page names exists."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from leadhall.cli.reference import pages as made_pages
from tests.docs.pages import HOME, PAGES, blocks, commands, headings, name_of, shell_of

LINK = re.compile(r"\]\(\s*(?!https?://)([^)\s]+)\s*\)")
OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:work|srv/next|root|home|tmp)/|\.local/lib|site-packages")
TASK = re.compile(r"(?:^|\s)make ([a-z-]+)")
DECISION_MOST_LINES = 40

TASKS = set(re.findall(r"^([a-z-]+):", (HOME / "Makefile").read_text(), re.MULTILINE))
SECTIONS = dict(
    re.findall(r"^##+ leadhall ([a-z -]+)\n(.*?)(?=^##|\Z)", made_pages()["cli.md"], re.MULTILINE | re.DOTALL)
)


def broken_links(page, text):
    """Links to no file, or to no heading of it."""
    broken = []
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in headings(target.read_text())):
            broken.append(link)
    return broken


def unknown_in(text):
    """Commands and options of a page that the program has not."""
    unknown = []
    for command in commands(text):
        section = next((place for place in command.places if place in SECTIONS), "")
        is_noun = any(place.startswith(f"{section} ") for place in SECTIONS)
        if not section or (is_noun and len(command.words) > 1):
            unknown.append(command.places[0])
        else:
            unknown += [f"{section} {option}" for option in command.options if f"`{option}" not in SECTIONS[section]]
    return unknown


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_resolves(page):
    assert broken_links(page, page.read_text()) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_is_there_with_its_options(page):
    assert unknown_in(page.read_text()) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_task_that_a_page_names_is_there(page):
    assert {task for typed in shell_of(page.read_text()) for task in TASK.findall(typed)} <= TASKS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_path_of_somebodys_machine(page):
    assert not OF_A_MACHINE.search(page.read_text())


def test_a_link_to_nowhere_is_seen():
    text = "[a](nowhere.md) [b](README.md#nothing) [c](README.md#try-it) [d](https://example.com)"

    assert broken_links(HOME / "README.md", text) == ["nowhere.md", "README.md#nothing"]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("`leadhall fly`", ["fly"]),
        ("```sh\nbin/leadhall token fly\n```", ["token fly"]),
        ("`leadhall token create directory --forwebsite`", ["token create --forwebsite"]),
        ("```sh\nleadhall token create directory \\\n  --for-website  # --not-read\n```", []),
        ("`leadhall serve` and `leadhall lead show UID`", []),
    ],
)
def test_an_unknown_command_is_seen(text, unknown):
    assert unknown_in(text) == unknown


def test_every_page_is_reached_from_the_index():
    index = HOME / "docs" / "index.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(index.read_text())}

    assert {page for page in PAGES if HOME / "docs" in page.parents} - linked == {index}


def test_every_test_that_proves_a_control_exists():
    there = {
        name for path in HOME.glob("tests/**/test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    named = re.findall(r"`(test_\w+)`", "".join(page.read_text() for page in PAGES))

    assert named
    assert [name for name in named if name not in there] == []


@pytest.mark.parametrize("page", sorted(HOME.glob("docs/decisions/*.md")), ids=name_of)
def test_a_decision_is_numbered_and_short(page):
    lines = page.read_text().splitlines()

    assert len(lines) <= DECISION_MOST_LINES
    assert lines[0].startswith(f"# {int(page.name[:4])}. ")


def test_the_picture_is_drawn_with_words_for_those_who_cannot_see_it():
    picture = ET.parse(HOME / "docs" / "images" / "flow.svg").getroot()  # noqa: S314 - our own file

    assert {"title", "desc"} <= {each.tag.rpartition("}")[2] for each in picture}


def test_blocks_are_read_by_their_language():
    assert [block.language for block in blocks("```sh\na\n```\nand\n```json\n{}\n```\n")] == ["sh", "json"]
