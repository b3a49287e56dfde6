"""Of what time a document is, as a lexeme, so that the index can be asked for what is new alone. Pure.

A cell is the first letters of a uid: 12.4 days. A uid that is none of ours may tell no time, or one to come: it is
of the cell `~`, in which every look looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leadhall.core.ids import ALPHABET, FIRST, LOW_BITS, UID_LENGTH, spell

CELL_LETTERS = 3
CELL_BITS = 5 * (UID_LENGTH - CELL_LETTERS)
CELL_MS = 1 << (CELL_BITS - LOW_BITS)
SOME_TIME = "~"
LOOK_BACK_CELLS = (2, 16)
"""A look at the last weeks, then one at the last half year; then all is looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is of `since` (the beginning of a uid) or later is of one of these cells."""

    since: str
    cells: tuple[str, ...]


def cell_of(uid: str, *, now_ms: int) -> str:
    """The cell of a uid, as it is told at `now_ms` (ms since 1970)."""
    cell = uid[:CELL_LETTERS]
    counts = len(cell) == CELL_LETTERS and all(letter in ALPHABET for letter in cell)
    return cell if counts and cell <= _spelled(_cell_at(now_ms)) else SOME_TIME


def looks(*, below: str | None, reached: str, again: str | None, now_ms: int) -> Iterator[Look]:
    """Looks, each further back than the one before, at what is below a uid (None: at everything).

    None reaches where cells are not told yet, below the uid `again`, and none ends before `reached`, as far as which
    all was looked at already.
    """
    newest = _cell_at(now_ms) + 1  # of a worker whose clock is ahead, by at most a cell
    if below is not None and (cell := cell_of(below, now_ms=now_ms)) != SOME_TIME:
        newest = _number(cell)
    for back in LOOK_BACK_CELLS:
        cells = [_spelled(cell) for cell in range(max(newest - back, 0), newest + 1)]
        if (again or FIRST) <= cells[0] < reached[:CELL_LETTERS]:
            yield Look(cells[0], (*cells, SOME_TIME))


def _cell_at(ms: int) -> int:
    return (ms << LOW_BITS) >> CELL_BITS


def _number(cell: str) -> int:
    number = 0
    for letter in cell:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number


def _spelled(cell: int) -> str:
    return spell(cell << CELL_BITS)[:CELL_LETTERS]
