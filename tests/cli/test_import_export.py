"""Clients in from a file and out again, by command."""

from __future__ import annotations

import csv
import io
import sys

import pytest

from leadhall.cli import DONE, FAILED
from leadhall.cli.faults import CliFault

FILE = "Vorname;E-Mail;Handy\nAnn;ann@x.example;+1 415 555 0132\n;bo@x.example;\n=Cy;cy@x.example;\n"


@pytest.fixture
def business(run):
    directory = run("directory", "create", "Acme", "--json").json["uid"]
    return run("business", "create", "Joe", "--directory", directory, "--json").json["uid"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text(FILE)
    return path


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_file_is_looked_at_first_and_then_taken_with_rejects_and_comes_out_again(run, business, file, tmp_path):
    """One story, as each command costs a second."""
    looked = run("import", str(file), "--business", business, "--map", "Handy=phone")
    done = run("import", str(file), "--business", business, "--map", "Handy=phone", "--yes", "--json")
    again = run("import", str(file), "--business", business, "--map", "Handy=phone", "--yes", "--json")
    exported = run("export", "--business", business)
    to_a_file = run("export", str(tmp_path / "out.csv"), "--business", business)

    assert looked.code == DONE
    assert "Handy    phone" in looked.err
    assert "2 created, 0 updated, 0 skipped, 1 failed" in looked.err
    assert "row 2: First name can't be blank" in looked.err
    assert "nothing was written" in looked.err
    assert {name: done.json[name] for name in ("state", "created", "failed")} == {
        "state": "done", "created": 2, "failed": 1,
    }  # fmt: skip
    (rejected,) = rows_of((tmp_path / "clients.csv.rejects.csv").read_text())
    assert (rejected["E-Mail"], rejected["row"], rejected["reason"]) == (
        "bo@x.example",
        "2",
        "First name can't be blank",
    )
    assert (tmp_path / "clients.csv.rejects.csv").stat().st_mode & 0o077 == 0
    assert (again.json["created"], again.json["skipped"]) == (0, 2)
    assert [(row["first_name"], row["phone"]) for row in rows_of(exported.out)] == [
        ("'=Cy", ""),
        ("Ann", "'+1 415 555 0132"),
    ]
    assert to_a_file.code == DONE
    assert (tmp_path / "out.csv").read_text() == exported.out.replace("\r\n", "\n")
    assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0


def test_of_an_import_that_broke_off_a_dry_run_shows_what_is_left(run, business, file, monkeypatch):
    command = sys.modules["leadhall.cli.import_clients"]
    take, taken = command.take_portion, []

    async def once(*arguments):
        if taken:
            raise CliFault("broken off")
        taken.append(arguments)
        return await take(*arguments)

    monkeypatch.setattr("leadhall.transfer.run.PORTION_ROWS", 1)
    monkeypatch.setattr(command, "take_portion", once)
    assert run("import", str(file), "--business", business, "--map", "Handy=phone", "--yes").code == FAILED
    looked = run("import", str(file), "--business", business, "--map", "Handy=phone", "--dry-run")

    assert (looked.code, "goes on after row 1" in looked.err) == (DONE, True)
    assert "1 created, 0 updated, 0 skipped, 1 failed" in looked.err
    assert "row 2: First name can't be blank" in looked.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--map", "Handy"), "write COLUMN=FIELD"),
        (("--map", "Handy=shoe"), "There is no field 'shoe'"),
        (("--map", "Hand=phone"), "There is no column 'Hand'"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(run, business, file, arguments, words):
    ran = run("import", str(file), "--business", business, *arguments)

    assert ran.code >= FAILED
    assert words in ran.err


def test_a_file_that_is_none_is_refused(run, business, tmp_path):
    ran = run("import", str(tmp_path / "nowhere.csv"), "--business", business)

    assert (ran.code, "cannot be read" in ran.err) == (FAILED, True)


def test_the_search_index_tells_how_it_stands_and_is_made_anew(run, business, file):
    run("search", "rebuild")  # what others left to be read
    run("import", str(file), "--business", business, "--map", "Handy=phone", "--yes")

    assert "2 clients and conversations read" in run("search", "rebuild", "--business", business).err
    assert run("search", "status", "--json").json["due"] == 0
