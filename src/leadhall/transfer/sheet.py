"""A file of clients as rows of text: CSV however it was saved, or the first sheet of an Excel file."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import clean

FILE_MOST_BYTES = 10 * 1024 * 1024
UNPACKED_MOST_BYTES = 200 * 1024 * 1024
"""An Excel file is a zip, of which a small one may unpack to anything."""
ROWS_MOST = 100_000
COLUMNS_MOST = 200
CELL_MOST_CHARS = 10_000
DELIMITERS = ",;\t|"
SNIFFED_CHARS = 64 * 1024
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
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


def read_sheet(content: bytes) -> Sheet:
    """The file as rows. Invalid says what is wrong with it."""
    if len(content) > FILE_MOST_BYTES:
        raise _refused("too_large", f"The file is over {FILE_MOST_BYTES // 1024 // 1024} MiB")
    lines = _excel(content) if content.startswith((_ZIP, _OLE)) else _csv(content)
    headings = [clean(cell)[0] for cell in next(lines, [])]
    if not any(headings):
        raise _refused("missing", "The first line must hold the headings of the columns")
    if len(headings) > COLUMNS_MOST:
        raise _refused("too_many", f"The file has more than {COLUMNS_MOST} columns")
    rows, numbers = [], []
    for number, line in enumerate(lines, 1):
        cells = [_cell(cell) for cell in line[: len(headings)]]
        if any(cells):
            rows.append(cells + [""] * (len(headings) - len(cells)))
            numbers.append(number)
        if len(rows) > ROWS_MOST:
            raise _refused("too_many", f"The file has more than {ROWS_MOST:,} rows: send it in parts")
    return Sheet(headings, rows, numbers, hashlib.sha256(content).digest())


def _refused(code: str, message: str) -> Invalid:
    return Invalid(faults=(Fault(code, message, "file"),))


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


def _excel(content: bytes) -> Iterator[list[str]]:
    _require_small(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            lines = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if lines:
                return iter([[_excel_text(value) for value in line] for line in lines])
    except PasswordError:
        raise _refused("unreadable", "The Excel file is locked by a password") from None
    except (CalamineError, ValueError, OSError) as fault:
        raise _refused("unreadable", f"The Excel file cannot be read: {fault}") from None
    return iter([])


def _require_small(content: bytes) -> None:
    if not content.startswith(_ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
    except zipfile.BadZipFile:
        raise _refused("unreadable", "The Excel file is broken") from None
    if unpacked > UNPACKED_MOST_BYTES:
        raise _refused("too_large", "The Excel file unpacks to more than 200 MiB")


def _excel_text(value: Any) -> str:
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


def _cell(text: str) -> str:
    """As it was meant: our own export (and others) puts a ' before what a sheet would take for a formula."""
    if text.startswith("'") and text[1:].startswith(FORMULA_BEGINS):
        text = text[1:]
    return clean(text[:CELL_MOST_CHARS])[0]
