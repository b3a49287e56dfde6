"""What a caller is told when PostgreSQL cannot do it now."""

import asyncpg
import pytest

from leadhall.intake.faults import refusal_for


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        (asyncpg.DiskFullError(), "storage_full", "The disk of the database is full; please send it again later"),
        (TimeoutError(), "unavailable", "The database did not answer in time; please send it again"),
        (asyncpg.QueryCanceledError(), "unavailable", "The database did not answer in time; please send it again"),
        (ConnectionRefusedError(), "unavailable", "The database is not reachable right now; please send it again"),
        (asyncpg.AdminShutdownError(), "unavailable", "The database is not reachable right now; please send it again"),
    ],
)
def test_a_full_disk_a_slow_database_and_one_that_is_away_have_each_their_word(fault, code, told):
    refusal = refusal_for(fault)

    assert (refusal.code, str(refusal)) == (code, told)
