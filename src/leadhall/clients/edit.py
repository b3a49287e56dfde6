"""A card changed by hand: every value that changes is in the history, told as an event, in one transaction.

Intake only suggests to a card that was edited. Email and unique id are keys: they move with their text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadhall.clients.book import Client
from leadhall.clients.changes import (
    ASSIGNED,
    COLUMNS,
    TAGS,
    TOUCH,
    UNIQUE_ID,
    Change,
    Values,
    changes_between,
    read_tags,
    read_values,
    sheet_of,
    tag_changes,
)
from leadhall.clients.desk import Desk, hold
from leadhall.clients.keys import email_key, unique_id_key
from leadhall.clients.phone import read_phone
from leadhall.core.errors import AlreadyExists, Invalid
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event

SQL = statements(__package__, "edit.sql")
KEY_OF = {"email": email_key, UNIQUE_ID: unique_id_key}
TAKEN = "Client already exist"
"""Upstream's words, which its callers read."""


async def edit_client(
    desk: Desk, uid: str, values: Values, *, tags: Sequence[str] | None = None, because: str = "edit"
) -> Client:
    """Change what is given of a client; `tags` are all that it is to have.

    NotFound; Invalid with every fault; AlreadyExists for an email or unique id of another client. What is so
    already is no change, and without one nothing is written.
    """
    becomes = read_values(desk.card, desk.labels, values)
    wanted = None if tags is None else read_tags(tags)
    client = await hold(desk, uid)
    changes = await _moved_keys(desk, client, becomes)
    changes += changes_between(sheet_of(client), {name: v for name, v in becomes.items() if name != UNIQUE_ID})
    await check_staff(desk, changes)
    if wanted is not None:
        changes += tag_changes(client.tags, wanted)
    return await write_down(desk, client, changes, because) if changes else client


async def _moved_keys(desk: Desk, client: Client, becomes: Values) -> list[Change]:
    """Let the keys follow their text; a unique id that no field of the card shows is a change of its own."""
    changes: list[Change] = []
    for kind, name in key_fields(desk).items():
        if name not in becomes:
            continue
        value = becomes[name]
        key = KEY_OF[kind](value) if value else None
        own = await desk.connection.fetchval(SQL["own_key"], desk.business_id, client.uid, kind)
        if key != own:
            await _move_key(desk, client.uid, kind, key)
        if name == UNIQUE_ID and key != own:
            changes.append(Change(UNIQUE_ID, own, key))
    return changes


def key_fields(desk: Desk) -> dict[str, str]:
    """Kind of key to the field of the card that shows it."""
    identifier = desk.card.first_of("identifier")
    return {"email": "email", UNIQUE_ID: identifier.id if identifier else UNIQUE_ID}


async def _move_key(desk: Desk, uid: str, kind: str, key: str | None) -> None:
    await desk.connection.execute(SQL["release"], desk.business_id, uid, kind)
    if key is not None:
        await claim(desk, uid, kind, key)


async def claim(desk: Desk, uid: str, kind: str, key: str) -> None:
    """A key becomes this client's, or is so already (a merge brought it). AlreadyExists when another has it."""
    if await desk.connection.fetchval(SQL["claim"], desk.business_id, kind, key, uid):
        return
    holder = await desk.connection.fetchval(SQL["holder"], desk.business_id, kind, key)
    if holder != uid:
        raise AlreadyExists(TAKEN, field=kind)


async def check_staff(desk: Desk, changes: Iterable[Change]) -> None:
    """Invalid when somebody is to look after the client who does not serve this business."""
    for change in changes:
        if change.field != ASSIGNED or change.becomes is None:
            continue
        if not await desk.connection.fetchval(SQL["serves"], desk.business_id, change.becomes):
            raise Invalid("There is no such member of the staff", field="staff_id")


async def write_down(
    desk: Desk, client: Client, changes: Sequence[Change], because: str, *, counts_as_edit: bool = True
) -> Client:
    """Store a held client as the changes leave it, with its history and its events.

    `counts_as_edit`: from now on intake only suggests, if a field of the card is among them.
    """
    sheet = sheet_of(client) | {each.field: each.becomes for each in changes if each.field not in (TAGS, UNIQUE_ID)}
    own = {name: value for name, value in sheet.items() if name not in _NOT_OWN and value is not None}
    phone = sheet["phone"]
    row = await desk.connection.fetchrow(
        SQL["store"],
        desk.business_id,
        client.uid,
        *(sheet[name] for name in (*COLUMNS, *TOUCH, "status", ASSIGNED)),
        read_phone(phone, desk.country).e164 if phone else None,
        own,
        _tags_after(client.tags, changes),
        counts_as_edit and any(each.field in COLUMNS or each.field not in _NOT_OWN for each in changes),
    )
    after = Client(**row)
    await note_changes(desk, client.uid, changes, because)
    await tell(desk, after, changes)
    return after


_NOT_OWN = frozenset((*COLUMNS, *TOUCH, "status", ASSIGNED, TAGS, UNIQUE_ID))


def _tags_after(tags: list[str], changes: Iterable[Change]) -> list[str]:
    gone = {each.was for each in changes if each.field == TAGS and each.becomes is None}
    came = [each.becomes for each in changes if each.field == TAGS and each.becomes is not None]
    return [tag for tag in tags if tag not in gone] + came


async def note_changes(desk: Desk, uid: str, changes: Iterable[Change], because: str) -> None:
    """The history of a card, a row a value."""
    rows = [(mint(), each.field, each.was, each.becomes) for each in changes]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    await desk.connection.execute(SQL["note"], desk.business_id, uid, desk.actor, because, *columns)


async def tell(desk: Desk, client: Client, changes: Iterable[Change], *, also: Sequence[str] = ()) -> None:
    """`client/updated`, or the events `also` in its place; a tag that came or went is told as such."""
    about = {"client_uid": client.uid, "client_revision": client.revision}
    tags = [each for each in changes if each.field == TAGS]
    came = [each.becomes for each in tags if each.becomes is not None]
    gone = [each.was for each in tags if each.was is not None]
    events = list(also or ["client/updated"])
    await append_event(desk.connection, desk.business_id, "client", {"events": events, **about})
    for name, which in (("tag/add", came), ("tag/delete", gone)):
        if which:
            await append_event(desk.connection, desk.business_id, "client", {"events": [name], "tags": which, **about})
