"""An Excel file on stdin, its first sheet that holds anything as JSON on stdout: a process with little to lose.

A file of five kilobytes may claim a cell in the last corner of a sheet, or name one long text a million times over; the
reader then takes all memory there is, or aborts. Here that ends this process and none other. It has no
environment, no network to need and no file to write; macros and links are nothing to it.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

MEMORY_MOST_BYTES = 1024 * 1024 * 1024
PROCESSOR_MOST_S = 30
LINES_MOST = 1_048_576
COLUMNS_MOST = 200
CELL_MOST_CHARS = 10_000
TEXT_MOST_CHARS = 64 * 1024 * 1024
"""Of all cells: one text may be named by many."""


class _Refused(Exception):
    """The file is not read; the arguments are the code and the words of the fault."""


def main() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_MOST_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_MOST_S),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        told: dict[str, Any] = {"lines": _lines(sys.stdin.buffer.read())}
    except _Refused as fault:
        told = {"fault": fault.args}
    json.dump(told, sys.stdout)


def _lines(content: bytes) -> list[list[str]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = next(filter(None, (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)), [])
    except PasswordError:
        raise _Refused("unreadable", "The Excel file is locked by a password") from None
    except (CalamineError, ValueError, OSError) as fault:
        raise _Refused("unreadable", f"The Excel file cannot be read: {fault}") from None
    lines, left = [], TEXT_MOST_CHARS
    for line in found:
        cells = [_text(value)[:CELL_MOST_CHARS] for value in line[: COLUMNS_MOST + 1]]
        left -= sum(map(len, cells))
        if left < 0:
            raise _Refused("too_large", "The Excel file holds too much text: send it in parts")
        lines.append(cells)
    return lines


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value)


if __name__ == "__main__":
    main()
