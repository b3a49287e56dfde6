"""`leadhall client show|merge|undo|erase|export`: one person, as whoever runs the installation sees them."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import cyclopts
import msgspec
from cyclopts import Parameter

from leadhall.cli.faults import Usage
from leadhall.cli.output import Json, harmless, readable, row_of, say, show_facts, show_json
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import chosen_place, session
from leadhall.clients.book import get_client, keys_of
from leadhall.clients.desk import Desk, open_desk
from leadhall.clients.history import history_of
from leadhall.clients.merging import list_merges
from leadhall.clients.pairs import list_pairs
from leadhall.clients.suggestions import list_suggestions
from leadhall.core.db import Scope, narrow
from leadhall.core.secrets import InstanceKey, instance_key
from leadhall.person.erase import erase_person
from leadhall.person.export import export_person
from leadhall.person.merge import merge_clients, preview_merge, undo_merge
from leadhall.tenancy.audit import OPERATOR

app = cyclopts.App(name="client", help="Clients: show one, merge two, erase or export a person.")
HISTORY_SHOWN = 20
Yes = Annotated[bool, Parameter(name="--yes", help="Do it; without this nothing is done.")]


@dataclass(frozen=True)
class _At:
    desk: Desk
    key: InstanceKey


@asynccontextmanager
async def _at_desk(business: str, directory: str | None) -> AsyncIterator[_At]:
    """A transaction in the scope of one business, as the operator."""
    async with session() as at, at.connection.transaction():
        found = await pick_business(at.connection, business, directory)
        await narrow(at.connection, Scope.of([found.id]))
        key = instance_key(at.settings.secret_key, chosen_place(at.settings).data)
        yield _At(await open_desk(at.connection, found.id, OPERATOR), key)


@app.command
async def show(business: str, uid: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """A client's card with its keys, suggestions, suspected duplicates, merges, and the newest of its history."""
    async with _at_desk(business, directory) as at:
        told = await _told(at.desk, uid)
    if as_json:
        show_json(told)
        return
    card = {name: value for name, value in told["client"].items() if value not in (None, "", [], {})}
    show_facts(card, as_json=False)
    for heading in ("keys", "suggestions", "pairs", "merges", "history"):
        for each in told[heading][:HISTORY_SHOWN]:
            print(f"  {heading.rstrip('s')}: {_line(each)}")


async def _told(desk: Desk, uid: str) -> dict[str, Any]:
    where = (desk.connection, desk.business_id)
    labels = {field.id: field.label for field in desk.card.own}
    client = row_of(await get_client(*where, uid))
    client["fields"] = {labels.get(name, name): value for name, value in client["fields"].items()}
    return {
        "client": client,
        "keys": [{"kind": kind, "key": key} for kind, key in await keys_of(*where, uid)],
        "suggestions": [row_of(each) for each in await list_suggestions(*where, uid)],
        "pairs": [row_of(each) for each in await list_pairs(*where, client_uid=uid)],
        "merges": [_without_moved(row_of(each)) for each in await list_merges(*where, uid)],
        "history": [row_of(each) for each in await history_of(*where, uid)],
    }


def _without_moved(merge: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in merge.items() if name != "moved"}


def _line(row: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {readable(value)}" for name, value in row.items() if value is not None)


@app.command
async def merge(
    business: str,
    kept: str,
    merged: str,
    /,
    *,
    yes: Yes = False,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Make MERGED one with KEPT, whose card stays; `client undo` parts them again. Without --yes, a preview."""
    async with _at_desk(business, directory) as at:
        desk = at.desk
        preview = await preview_merge(desk.connection, desk.business_id, kept, merged)
        uid = (await merge_clients(desk, kept, [merged]))[1][0].uid if yes else None
    told = {
        "kept": kept,
        "merged": merged,
        "changes": [row_of(each) for each in preview.changes],
        "keys": [{"kind": kind, "key": key} for kind, key in preview.keys],
        "conversations": preview.conversations,
        "merge": uid,
    }
    if as_json:
        show_json(told)
        return
    for change in preview.changes:
        print(f"{harmless(change.field)}: {readable(change.was)} -> {readable(change.becomes)}")
    print(f"{len(preview.keys)} keys and {preview.conversations} conversations follow")
    say(f"done; undo: leadhall client undo {business} {uid}" if uid else "nothing was done: add --yes")


@app.command
async def undo(business: str, merge_uid: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """Part two clients again, by the uid of their merge."""
    async with _at_desk(business, directory) as at:
        kept, restored = await undo_merge(at.desk, merge_uid, at.key.mark)
    show_facts({"kept": kept.uid, "restored": restored.uid}, as_json=as_json)


@app.command
async def erase(
    business: str,
    uid: str,
    /,
    *,
    yes: Yes = False,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Erase a person: card, messages, deliveries, what their requests said. It cannot be undone.

    Backups keep what they held: drop those made before.
    """
    if not yes:
        raise Usage("nothing was erased", remedy=f"leadhall client erase {business} {uid} --yes")
    async with _at_desk(business, directory) as at:
        desk = at.desk
        erased = await erase_person(desk.connection, desk.business_id, uid, at.key.mark, actor=OPERATOR)
    show_facts(row_of(erased), as_json=as_json)


@app.command
async def export(
    business: str,
    uid: str,
    /,
    *,
    to: Annotated[Path | None, Parameter(help="Write to this file; else to stdout.")] = None,
    directory: DirectoryOption = None,
    as_json: Json = False,  # noqa: ARG001 - it is JSON in any case, as who asks for it may say
) -> None:
    """All that is held of a person, as one JSON object."""
    async with _at_desk(business, directory) as at:
        desk = at.desk
        told = await export_person(desk.connection, desk.business_id, uid, at.key.mark, actor=OPERATOR)
    text = msgspec.json.format(msgspec.json.encode(told), indent=2)
    if to is None:
        sys.stdout.buffer.write(text + b"\n")
    else:
        to.write_bytes(text + b"\n")
        say(f"written to {to}")
