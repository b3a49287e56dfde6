"""Backup and restore by command: counted, and silent until confirmed."""

from __future__ import annotations

from leadhall.cli import DONE, FAILED, WRONG_USAGE


def sending(run):
    return next(finding["state"] for finding in run("doctor", "--json").json if finding["name"] == "sending")


def test_a_restored_copy_holds_what_was_backed_up_and_sends_nothing_until_confirmed(bare, empty_database, tmp_path):
    file = str(tmp_path / "leadhall.dump")
    bare("migrate")
    bare("directory", "create", "Kept", "--uid", "kept")
    assert bare("backup", file).code == DONE
    bare("directory", "create", "Later")

    assert bare("restore", file).code == FAILED, "what is there is not replaced unasked"
    assert bare("restore", "--replace", file).code == DONE

    assert [row["uid"] for row in bare("directory", "list", "--json").json] == ["kept"]
    assert sending(bare) == "watch"
    assert bare("restore", "--confirm-sending").code == DONE
    assert sending(bare) == "fine"


def test_a_damaged_backup_is_refused(bare, empty_database, tmp_path):
    file = tmp_path / "leadhall.dump"
    bare("migrate")
    bare("backup", str(file))
    file.write_bytes(file.read_bytes()[:-1])

    ran = bare("restore", "--replace", str(file))

    assert ran.code == FAILED
    assert "Nothing was restored" in ran.err


def test_a_backup_tells_programs_what_is_in_it(bare, empty_database, tmp_path):
    bare("migrate")

    told = bare("backup", str(tmp_path / "b"), "--json").json

    assert told["rows"]["directory"] == 0


def test_restore_needs_to_know_what(run):
    assert run("restore").code == WRONG_USAGE


def test_confirming_what_is_confirmed_is_refused(run):
    assert run("restore", "--confirm-sending").code == FAILED


def test_the_embedded_database_is_not_spoken_of_when_there_is_another(run):
    ran = run("database", "status")

    assert ran.code == FAILED
    assert "DATABASE_URL" in ran.err
