"""Rows of a file as clients to be, and what becomes of each. Pure, so that a dry run decides as the import does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from leadhall.clients.bulk import Key, Known, keys_in
from leadhall.clients.changes import BLANK_NAME, UNIQUE_ID, read_tags, read_values
from leadhall.clients.desk import Desk
from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import read_boolean
from leadhall.transfer.mapping import NAME, OPT_IN, TAGS, UID, Columns

State = Literal["created", "updated", "skipped", "failed"]
_UID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(slots=True, kw_only=True)
class Row:
    """One row as it is to be written; `faults` when it cannot be."""

    n: int
    cells: list[str]
    uid: str | None = None
    card: dict[str, str | None] = field(default_factory=dict)
    tags: list[str] | None = None
    opt_in: bool | None = None
    keys: list[Key] = field(default_factory=list)
    external_id: str | None = None
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row. `client_uid` is whose it is, unless it failed.

    `faults` are why it failed, or what of it could not be done although it did not.
    """

    row: Row
    state: State
    client_uid: str | None = None
    faults: tuple[Fault, ...] = ()


def read_row(desk: Desk, mapping: Columns, n: int, cells: list[str]) -> Row:
    """A row of the file; every fault of it at once."""
    told = {target: cell for target, cell in zip(mapping.targets, cells, strict=True) if target is not None and cell}
    row = Row(n=n, cells=cells, uid=told.pop(UID, None), external_id=told.get(UNIQUE_ID))
    row.external_id = row.external_id or row.uid
    if row.uid is not None and not _UID.fullmatch(row.uid):
        row.faults.append(Fault("invalid", "uid must be at most 64 letters, digits, - and _", UID))
    _part_name(told)
    row.opt_in = _opt_in(told.pop(OPT_IN, None), row.faults)
    tags = told.pop(TAGS, None)
    row.tags = _collect(row.faults, lambda: read_tags(tags.split(","))) if tags else None
    row.card = _collect(row.faults, lambda: read_values(desk.card, desk.labels, told)) or {}
    row.keys = keys_in(desk, row.card)
    return row


def _part_name(told: dict[str, str]) -> None:
    first, _, last = told.pop(NAME, "").strip().partition(" ")
    if first:
        told.setdefault("first_name", first)
    if last.strip():
        told.setdefault("last_name", last.strip())


def _opt_in(cell: str | None, faults: list[Fault]) -> bool | None:
    try:
        return read_boolean(cell)
    except ValueError:
        faults.append(Fault("invalid", "opt_in must be yes or no", OPT_IN))
        return None


def _collect(faults: list[Fault], read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Invalid as refusal:
        faults += refusal.faults
        return None


def decide(row: Row, known: Known, *, overrides: bool, mint: Callable[[], str]) -> Verdict:
    """Whose row it is and what is done; whoever it would make is known from then on."""
    faults = list(row.faults)
    meant = {known.keys[key] for key in row.keys if key in known.keys}
    if row.uid in known.gone:
        faults.append(Fault("already_exists", "This uid belonged to a client who was deleted or merged", UID))
    elif row.uid in known.living:
        meant.add(row.uid)
    if len(meant) > 1:
        faults.append(Fault("already_exists", "Email, unique id and uid belong to different clients", None))
    if not meant and not faults and "first_name" not in row.card:
        faults.append(Fault("missing", BLANK_NAME, "first_name"))
    if faults:
        return Verdict(row, "failed", faults=tuple(faults))
    if meant:
        whose = meant.pop()
        return Verdict(row, "updated" if overrides else "skipped", whose, _not_kept(row.uid, whose))
    uid = row.uid or mint()
    known.keys.update(dict.fromkeys(row.keys, uid))
    known.living.add(uid)
    return Verdict(row, "created", uid)


def _not_kept(given: str | None, uid: str) -> tuple[Fault, ...]:
    """A row may bring a new uid for somebody whose email or unique id is known: they keep the one they have."""
    if given in (None, uid):
        return ()
    return (Fault("already_exists", f"The uid {given} is not kept: this client is {uid}", UID),)


def told_faults(faults: tuple[Fault, ...]) -> list[Mapping[str, str | None]]:
    return [{"code": fault.code, "field": fault.field, "message": fault.message} for fault in faults]
