"""What commands print: columns for people, JSON for programs. Strangers' text never steers the terminal."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leadhall.core.clock import iso_seconds

WIDE = 100_000  # columns are never folded or cut when a program reads them

Json = Annotated[bool, Parameter(name="--json", help="Print JSON, for programs.")]
Row = Mapping[str, Any]


def on_terminal() -> bool:
    """Whether somebody watches: only then is there a progress bar or a question."""
    return sys.stdout.isatty() and sys.stdin.isatty()


def say(text: str) -> None:
    """A word for the person at the terminal; programs read stdout and do not see it."""
    sys.stdout.flush()  # so that both streams read in the order they were written
    print(text, file=sys.stderr, flush=True)


def show_json(value: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode())


def open_private(path: Path) -> BinaryIO:
    """A file to write people to: when it is new, nobody else may read it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def row_of(thing: Any) -> dict[str, Any]:
    """A record of a room as a row."""
    return dataclasses.asdict(thing)


def show_rows(rows: Sequence[Row], *, as_json: bool, columns: Sequence[str], nothing: str = "none") -> None:
    """Rows as a table of these columns, or whole as a JSON list. `nothing` is said when there are none."""
    if as_json:
        show_json([dict(row) for row in rows])
    elif not rows:
        say(nothing)
    else:
        _console().print(_table(rows, columns))


def show_facts(row: Row, *, as_json: bool) -> None:
    """One thing, a line a fact."""
    if as_json:
        show_json(dict(row))
        return
    width = max(len(name) for name in row)
    for name, value in row.items():
        print(f"{_heading(name):<{width}}  {readable(value)}")


def readable(value: Any) -> str:
    """A value as one line; control characters (a stranger's terminal escapes) are spelled out."""
    match value:
        case None:
            text = "-"
        case bool():
            text = "yes" if value else "no"
        case datetime():
            text = iso_seconds(value)
        case list() | tuple():
            text = ", ".join(map(str, value))
        case dict():
            text = msgspec.json.encode(value).decode()
        case _:
            text = str(value)
    return harmless(text)


def harmless(text: str, *, keep: str = "") -> str:
    return "".join(
        letter if letter.isprintable() or letter in keep else letter.encode("unicode_escape").decode()
        for letter in text
    )


def _table(rows: Sequence[Row], columns: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(_heading(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(readable(row[name])) for name in columns))
    return table


def _heading(name: str) -> str:
    return name.replace("_", " ")


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=WIDE)
