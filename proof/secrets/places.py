"""Everything that Leadhall leaves behind, as text: logs, files, every column of every row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from proof.hall import Hall

TABLES = """
    select c.relname as name from pg_class c
     where c.relnamespace = 'leadhall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1"""
SKIPPED_OF_A_CLUSTER = ("base", "global", "pg_wal", "pg_xact")
"""PostgreSQL's own files: their rows are read as rows."""


def files_under(folder: Path) -> Iterator[tuple[str, str]]:
    """Logs of servers and of PostgreSQL, and whatever else lies in the data folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not set(path.parts) & set(SKIPPED_OF_A_CLUSTER):
            yield str(path.relative_to(folder)), path.read_text(errors="replace")


def columns_of(our: Hall) -> Iterator[tuple[str, str]]:
    """Every column of every table, all its values in one text: bytes in hexadecimal, as a dump has them."""
    for (table,) in our.rows(TABLES):
        values: dict[str, list[str]] = defaultdict(list)
        query = (
            f"select e.key, e.value from {table} t cross join jsonb_each_text(to_jsonb(t)) e where e.value is not null"
        )
        for name, value in our.rows(query):
            values[name].append(value)
        for name, texts in values.items():
            yield f"{table}.{name}", "\n".join(texts)


def hashes_in(our: Hall) -> set[str]:
    """The hash columns: what is known of secrets that are only compared."""
    asked = "select encode(hash, 'hex') as h from token union all select encode(client_secret_hash, 'hex') from app"
    return {row["h"] for row in our.rows(asked) if row["h"]}
