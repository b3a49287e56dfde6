"""A file of clients as rows of text: CSV however it was saved, or the first sheet of an Excel file."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import clean
from leadhall.transfer.excel import BEGINS, READ_WITHIN_S, ExcelFault, read_excel
from leadhall.transfer.unpacking import CELL_MOST_CHARS, COLUMNS_MOST, LINES_MOST

FILE_MOST_BYTES = 10 * 1024 * 1024
ROWS_MOST = 100_000
DELIMITERS = ",;\t|"
SNIFFED_CHARS = 64 * 1024
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Sheet:
    """Rows below the headings; `numbers` are their places in the file, from 1. Empty rows are left out."""

    headings: list[str]
    rows: list[list[str]]
    numbers: list[int]
    sha256: bytes


def read_sheet(content: bytes, *, excel_within_s: float = READ_WITHIN_S) -> Sheet:
    """The file as rows. Invalid says what is wrong with it; Busy, that too many Excel files are being read."""
    if len(content) > FILE_MOST_BYTES:
        raise _refused("too_large", f"The file is over {FILE_MOST_BYTES // 1024 // 1024} MiB")
    lines = _excel(content, excel_within_s) if content.startswith(BEGINS) else _csv(content)
    first = next(lines, [])
    if len(first) > COLUMNS_MOST:
        raise _refused("too_many", f"The file has more than {COLUMNS_MOST} columns")
    headings = [_cell(cell) for cell in first]
    if not any(headings):
        raise _refused("missing", "The first line must hold the headings of the columns")
    rows, numbers = [], []
    for number, line in enumerate(lines, 1):
        cells = [_cell(cell) for cell in line[: len(headings)]]
        if any(cells):
            rows.append(cells + [""] * (len(headings) - len(cells)))
            numbers.append(number)
        if len(rows) > ROWS_MOST or number > LINES_MOST:
            raise _refused("too_many", f"The file has more than {ROWS_MOST:,} rows: send it in parts")
    return Sheet(headings, rows, numbers, hashlib.sha256(content).digest())


def _refused(code: str, message: str) -> Invalid:
    return Invalid(faults=(Fault(code, message, "file"),))


def _excel(content: bytes, within_s: float) -> Iterator[list[str]]:
    try:
        return iter(read_excel(content, within_s=within_s))
    except ExcelFault as fault:
        raise _refused(fault.code, str(fault)) from None


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise _refused("unreadable", "The file is neither CSV nor Excel")
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text[:SNIFFED_CHARS]), strict=False)
    except csv.Error as fault:
        raise _refused("unreadable", f"The file is no CSV: {fault}") from None


def _decoded(content: bytes) -> str:
    """By its mark; else UTF-8 if it can be; else as Windows saves it in the West, which can be anything."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise _refused("unreadable", "The file is cut, or not in the encoding that its mark says") from None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _delimiter(start: str) -> str:
    """What divides the headings, outside of quotes; of several signs the one that stands there most."""
    heading = next((line for line in start.splitlines() if line.strip()), "")
    plain = "".join(part for n, part in enumerate(heading.split('"')) if n % 2 == 0)
    return max(DELIMITERS, key=lambda sign: (plain.count(sign), -DELIMITERS.index(sign)))


def _cell(text: str) -> str:
    """As it was meant: our own export (and others) puts a ' before what a sheet would take for a formula."""
    return clean((text[1:] if is_marked(text) else text)[:CELL_MOST_CHARS])[0]


def is_marked(cell: str) -> bool:
    """Whether a ' (or several, the others being its own) stands before what a sheet would take for a formula."""
    return cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_BEGINS)
