"""Businesses from a CSV file: every fault of it at once, by line, and nothing done unless all of it can be."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadhall.cli.faults import CliFault
from leadhall.core.errors import Refusal
from leadhall.tenancy.businesses import NewBusiness

OF_BUSINESS = (
    *("name", "uid", "nickname", "external_reference_id", "email", "phone", "address", "website_url"),
    *("country", "time_zone", "locale", "currency"),
)
OF_OWNER = ("owner_email", "owner_first_name", "owner_last_name", "owner_phone", "owner_uid")
COLUMNS = OF_BUSINESS + OF_OWNER
FAULTS_SHOWN = 50


@dataclass(frozen=True)
class Line:
    """One business of the file, and the line it begins on (the heading is line 1)."""

    number: int
    cells: dict[str, str]

    @property
    def business(self) -> NewBusiness:
        told: dict[str, Any] = {name: text for name, text in self.cells.items() if name in OF_BUSINESS}
        return NewBusiness(**told)

    @property
    def owner(self) -> dict[str, str]:
        """What is told of the owner, without the `owner_`."""
        return {name.removeprefix("owner_"): text for name, text in self.cells.items() if name in OF_OWNER}


def read_file(path: Path) -> list[Line]:
    """All lines that say anything. CliFault when it is no CSV in UTF-8, or a heading is unknown."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_lines(csv.reader(file, strict=True)))
    except UnicodeDecodeError:
        raise CliFault(f"{path} is not in UTF-8", remedy="save it as CSV UTF-8") from None
    except csv.Error as fault:
        raise CliFault(f"{path} is not a CSV file: {fault}") from None


def _lines(rows: Iterator[list[str]]) -> Iterator[Line]:
    headings = [heading.strip().lower().replace(" ", "_") for heading in next(rows, [])]
    _check_headings(headings)
    number = 2
    for row in rows:
        began, number = number, rows.line_num + 1  # type: ignore[attr-defined] # csv readers know their line
        cells = {name: cell.strip() for name, cell in zip(headings, row, strict=False) if cell.strip()}
        if len(row) > len(headings):
            raise CliFault(f"line {began}: more cells than the heading has")
        if cells:
            yield Line(began, {"name": ""} | cells)


def _check_headings(headings: list[str]) -> None:
    unknown = [heading for heading in headings if heading not in COLUMNS]
    if unknown or "name" not in headings or len(set(headings)) != len(headings):
        wrong = f"unknown: {', '.join(map(repr, unknown))}" if unknown else "`name` is missing, or one stands twice"
        raise CliFault(f"the heading cannot be read ({wrong})", remedy=f"columns: {', '.join(COLUMNS)}")


def faults_of(line: Line, refusal: Refusal) -> list[str]:
    return [f"line {line.number}: {fault.message}" for fault in refusal.faults]


def refuse(faults: list[str]) -> CliFault:
    """One message with every fault, as far as anybody reads."""
    more = [f"… and {len(faults) - FAULTS_SHOWN} more"] if len(faults) > FAULTS_SHOWN else []
    return CliFault("\n  ".join(["nothing was imported:", *faults[:FAULTS_SHOWN], *more]))
