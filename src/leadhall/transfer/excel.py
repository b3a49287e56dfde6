"""An Excel file, looked at from outside and then read by a process that may die of it (unpacking.py)."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import zipfile
from typing import Any

import msgspec

from leadhall.core.errors import Busy
from leadhall.transfer import unpacking

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BEGINS = (ZIP, OLE)
UNPACKED_MOST_BYTES = 200 * 1024 * 1024
"""An Excel file is a zip, of which a small one may unpack to anything."""
PARTS_MOST = 2_000
RATIO_MOST, RATIO_FROM_BYTES = 300, 1024 * 1024
"""A sheet of people unpacks to some ten times its size, one of nothing but blanks to a hundred."""
READ_WITHIN_S = 60.0
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each may take a gigabyte."""
_TURN_SHARE = 0.25
"""How much of its time a file may wait for its turn."""
_ALONE = [sys.executable, "-I", "-m", unpacking.__name__]


class ExcelFault(Exception):
    """The file is not read; the words say why."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def read_excel(content: bytes, *, within_s: float = READ_WITHIN_S) -> list[list[str]]:
    """The lines of the first sheet that has any; blocks for `within_s` at most, and then nothing of it goes on.

    ExcelFault when it cannot be read, or not in time; Busy when its turn does not come.
    """
    if content.startswith(ZIP):
        _require_small(content)
    for_a_turn_s = within_s * _TURN_SHARE
    if not _AT_ONCE.acquire(timeout=for_a_turn_s):
        raise Busy(within_s, "Other Excel files are being read: please try again in a moment")
    try:
        told = _read_alone(content, within_s=within_s - for_a_turn_s)
    finally:
        _AT_ONCE.release()
    if "fault" in told:
        raise ExcelFault(*told["fault"])
    lines: list[list[str]] = told["lines"]
    return lines


def _require_small(content: bytes) -> None:
    """By what the zip says of itself; one that lies is ended by the bounds of the process that unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ExcelFault("unreadable", "The Excel file is broken") from None
    if len(parts) > PARTS_MOST:
        raise ExcelFault("too_many", f"The Excel file has more than {PARTS_MOST:,} parts")
    if sum(each.file_size for each in parts) > UNPACKED_MOST_BYTES:
        raise ExcelFault("too_large", "The Excel file unpacks to more than 200 MiB")
    if any(each.file_size > max(RATIO_FROM_BYTES, RATIO_MOST * each.compress_size) for each in parts):
        raise ExcelFault("too_large", f"A part of the Excel file unpacks to more than {RATIO_MOST} times its size")


def _read_alone(content: bytes, *, within_s: float = READ_WITHIN_S) -> dict[str, Any]:
    """What the process told; it knows nothing of ours, not even the environment."""
    try:
        done = subprocess.run(
            _ALONE, input=content, env={}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=within_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    if done.returncode != 0:
        raise _too_much()
    told: dict[str, Any] = msgspec.json.decode(done.stdout)
    return told


def _too_much() -> ExcelFault:
    return ExcelFault("too_large", "The Excel file takes too much memory or time to read: save it as CSV")
