import sys

import pytest

from leadhall.cluster.errors import BackupFault
from leadhall.cluster.programs import pour

# Two programs that stand in for pg_restore and psql: one writes what is given, one keeps what it was fed.
WRITE = "import sys; sys.stdout.write(sys.argv[1])"
KEEP = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())"
HEAD = "SET statement_timeout = 0;\nSET transaction_timeout = 0;\n"
OF_15_20 = "ALTER TABLE ONLY leadhall.lead ALTER COLUMN uid SET (pg_attver=29353272);\n"
OTHERS = "ALTER TABLE ONLY leadhall.lead ALTER COLUMN uid SET (n_distinct=5);\n"


@pytest.fixture
def poured(tmp_path):
    def pour_it(script, *, before_17=False):
        kept = tmp_path / "kept"
        pour([sys.executable, "-c", WRITE, script], [sys.executable, "-c", KEEP, kept], "", before_17=before_17)
        return kept.read_text()

    return pour_it


def test_a_setting_that_an_older_server_does_not_know_is_left_out(poured):
    assert poured(HEAD, before_17=True) == "SET statement_timeout = 0;\n"


def test_a_newer_server_gets_that_setting(poured):
    assert poured(HEAD) == HEAD


def test_the_column_versions_of_15_20_are_left_out_and_other_options_stay(poured):
    assert poured(OF_15_20 + OTHERS) == OTHERS


def test_rows_are_handed_over_as_they_stand(poured):
    rows = f"COPY leadhall.lead (body) FROM stdin;\n{OF_15_20}{HEAD}\\.\n"

    assert poured(rows, before_17=True) == rows


def test_a_giver_that_fails_is_quoted(tmp_path):
    with pytest.raises(BackupFault, match="out of ink"):
        pour(
            [sys.executable, "-c", "import sys; sys.exit('out of ink')"],
            [sys.executable, "-c", KEEP, tmp_path / "kept"],
            "",
            before_17=False,
        )
