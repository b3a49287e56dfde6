"""The page of tables says what the schema and the statements say."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import HOME
from tests.test_house import OWNERS, SQL_FILES, name_of, owner_of, tables_written

ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
ROWS = {
    table: (room, sorted(re.findall(r"`([^`]+)`", writers)))
    for table, room, writers in ROW.findall((HOME / "docs" / "reference" / "tables.md").read_text())
}
TABLES = [table for tables in OWNERS.values() for table in tables.split()]


def test_every_table_has_its_row_and_no_row_is_of_none():
    assert sorted(ROWS) == sorted(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_of_its_room_and_written_where_the_page_says(table):
    writers = sorted(name_of(path) for path in SQL_FILES if table in tables_written(path.read_text()))

    assert ROWS[table] == (owner_of(table), writers)
