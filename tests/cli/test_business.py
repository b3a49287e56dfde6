"""Businesses by command, and from a CSV file: all of it or nothing."""

from __future__ import annotations

import pytest

from leadhall.cli import DONE, FAILED, WRONG_USAGE


@pytest.fixture
def directory(run):
    return run("directory", "create", "Acme", "--json").json["uid"]


@pytest.fixture
def business(run, directory):
    made = run("business", "create", "Joe", "--directory", directory, "--nickname", "joes.plumbing", "--json")
    return made.json


def listed(run, directory):
    return [row["name"] for row in run("business", "list", "--directory", directory, "--json").json]


def test_a_business_is_found_by_each_of_its_names(run, directory, business):
    for name in (business["uid"], "Joes.Plumbing"):
        assert run("business", "show", name, "--directory", directory, "--json").json == business


def test_an_existing_uid_is_kept(run, directory):
    made = run("business", "create", "Old", "--directory", directory, "--uid", f"old-{directory}", "--json")

    assert made.json["uid"] == f"old-{directory}"


def test_the_owner_is_made_with_it(run, directory):
    made = run("business", "create", "B", "--directory", directory, "--owner-email", "o@example.com", "--json").json

    assert [row["uid"] for row in run("staff", "list", made["uid"], "--json").json] == [made["owner_staff_uid"]]


def test_all_faults_are_told_at_once(run, directory):
    ran = run("business", "create", "B", "--directory", directory, "--nickname", "A", "--country", "XX")

    assert ran.code == FAILED
    assert "nickname must" in ran.err
    assert "country must" in ran.err


def test_with_several_directories_one_must_be_named(run, directory):
    run("directory", "create", "Another")

    ran = run("business", "create", "B")

    assert ran.code == WRONG_USAGE
    assert f"--directory {directory}" in ran.err


def test_a_file_is_imported_with_its_names_and_owners(run, directory, tmp_path):
    file = tmp_path / "businesses.csv"
    file.write_text(
        "\ufeffName,UID,Nickname,External reference ID,Owner email,Owner first name\n"
        f'"Joe, and sons",u-{directory},Joe_And,Ref 1,joe@example.com,Joe\n\nPlain,,,,,\n',
        encoding="utf-8",
    )

    ran = run("business", "import", str(file), "--directory", directory)
    joe = run("business", "show", "REF 1", "--directory", directory, "--json").json

    assert ran.code == DONE
    assert listed(run, directory) == ["Joe, and sons", "Plain"]
    assert (joe["uid"], joe["nickname"], joe["external_reference_id"]) == (f"u-{directory}", "Joe_And", "Ref 1")
    assert run("staff", "list", joe["uid"], "--json").json[0]["email"] == "joe@example.com"


def test_one_bad_line_keeps_all_of_them_out_and_each_fault_has_its_line(run, directory, business, tmp_path):
    file = tmp_path / "businesses.csv"
    file.write_text('name,nickname,country\nGood,good.one,US\n"Two\nlines",joes.plumbing,US\n,,XX\n', encoding="utf-8")

    ran = run("business", "import", str(file), "--directory", directory)

    assert ran.code == FAILED
    assert [line.strip() for line in ran.err.splitlines()[1:]] == [
        "line 3: nickname 'joes.plumbing' is already taken",
        "line 5: Mandatory parameter name is missing",
        "line 5: country must be a country code of two letters, such as US (ISO 3166)",
    ]
    assert listed(run, directory) == ["Joe"]


def test_a_dry_run_changes_nothing(run, directory, tmp_path):
    file = tmp_path / "businesses.csv"
    file.write_text("name\nGood\n", encoding="utf-8")

    ran = run("business", "import", str(file), "--directory", directory, "--dry-run")

    assert ran.code == DONE
    assert listed(run, directory) == []


@pytest.mark.parametrize(
    "content",
    ["", "uid\nx\n", "name,colour\nJoe,red\n", "name,name\na,b\n", "name\na,b\n", b"name\n\xff\n", 'name\n"open\n'],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(run, directory, tmp_path, content):
    file = tmp_path / "businesses.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

    ran = run("business", "import", str(file), "--directory", directory)

    assert ran.code == FAILED
    assert ran.err.startswith("leadhall: ")
    assert listed(run, directory) == []
