"""Many clients written at once, by statements over sets: what create.py and edit.py do one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from leadhall.clients.book import Client
from leadhall.clients.changes import ASSIGNED, COLUMNS, TAGS, TOUCH, UNIQUE_ID, Change, Values, sheet_of
from leadhall.clients.desk import Desk
from leadhall.clients.edit import KEY_OF, key_fields
from leadhall.clients.phone import read_phone
from leadhall.core.db import Connection
from leadhall.core.errors import Refusal
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_events

SQL = statements(__package__, "bulk.sql")
Key = tuple[str, str]
"""Kind and key."""
_BESIDE = frozenset((*COLUMNS, *TOUCH, "status", ASSIGNED, TAGS, UNIQUE_ID))


class KeyTaken(Refusal):
    """Somebody else took a key after it was looked up: look again."""

    code = "already_exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """A client to be. `card` is as `read_values` gives it."""

    uid: str
    card: Values
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Whose keys are whose, who is in the book, and which uids are used up by those who are not any more."""

    keys: dict[Key, str]
    living: set[str]
    gone: set[str]


def keys_in(desk: Desk, card: Values) -> list[Key]:
    """The keys that a card would be found by."""
    return [
        (kind, KEY_OF[kind](value)) for kind, name in key_fields(desk).items() if (value := card.get(name)) is not None
    ]


async def who_is_known(connection: Connection, business_id: int, keys: Iterable[Key], uids: Iterable[str]) -> Known:
    """Look up these keys and uids."""
    columns = [list(column) for column in zip(*set(keys), strict=True)] or [[], []]
    rows = await connection.fetch(SQL["holders"], business_id, *columns)
    held = {(row["kind"], row["key"]): row["client_uid"] for row in rows}
    standing = await connection.fetch(SQL["standing"], business_id, sorted({*uids, *held.values()}))
    living = {row["uid"] for row in standing if row["lives"]}
    return Known(held, living, {row["uid"] for row in standing} - living)


async def create_many(desk: Desk, new: Sequence[NewCard]) -> list[Client]:
    """Make them all, or none: KeyTaken when somebody else has one of their keys by now. In no order."""
    if not new:
        return []
    keys = sorted((kind, key, each.uid) for each in new for kind, key in keys_in(desk, each.card))
    columns = [list(column) for column in zip(*keys, strict=True)] or [[], [], []]
    claimed = await desk.connection.fetchval(SQL["claim_many"], desk.business_id, *columns)
    if claimed != len(keys):
        raise KeyTaken("Somebody has this email or unique id")
    rows = await desk.connection.fetch(SQL["insert_many"], desk.business_id, [_new_row(desk, each) for each in new])
    clients = [Client(**row) for row in rows]
    await _tell(desk, "client/created", clients, {each.uid: list(each.tags) for each in new})
    return clients


def _new_row(desk: Desk, new: NewCard) -> dict[str, Any]:
    return _row(desk, new.uid, {"status": "lead"} | dict(new.card), list(new.tags))


def _row(desk: Desk, uid: str, sheet: Values, tags: list[str]) -> dict[str, Any]:
    phone = sheet.get("phone")
    return {
        "uid": uid,
        **{name: sheet.get(name) for name in (*COLUMNS, *TOUCH, "status", ASSIGNED)},
        "phone_e164": read_phone(phone, desk.country).e164 if phone else None,
        "fields": {name: value for name, value in sheet.items() if name not in _BESIDE and value is not None},
        "tags": tags,
    }


async def edit_many(desk: Desk, edits: Sequence[tuple[Client, Sequence[Change]]], because: str) -> list[Client]:
    """Store held clients as their changes leave them, with history and events. No key moves here. In no order."""
    if not edits:
        return []
    stored = await desk.connection.fetch(
        SQL["store_many"], desk.business_id, [_changed_row(desk, client, changes) for client, changes in edits]
    )
    await _note(desk, edits, because)
    clients = [Client(**row) for row in stored]
    came = {
        client.uid: [each.becomes for each in changes if each.field == TAGS and each.becomes is not None]
        for client, changes in edits
    }
    await _tell(desk, "client/updated", clients, came)
    return clients


def _changed_row(desk: Desk, client: Client, changes: Sequence[Change]) -> dict[str, Any]:
    sheet = sheet_of(client) | {each.field: each.becomes for each in changes if each.field != TAGS}
    gone = {each.was for each in changes if each.field == TAGS and each.becomes is None}
    came = [each.becomes for each in changes if each.field == TAGS and each.becomes is not None]
    return _row(desk, client.uid, sheet, [tag for tag in client.tags if tag not in gone] + came)


async def _note(desk: Desk, edits: Sequence[tuple[Client, Sequence[Change]]], because: str) -> None:
    rows = [(client.uid, mint(), each.field, each.was, each.becomes) for client, changes in edits for each in changes]
    columns = [list(column) for column in zip(*rows, strict=True)]
    await desk.connection.execute(SQL["note_many"], desk.business_id, desk.actor, because, *columns)


async def _tell(desk: Desk, event: str, clients: Sequence[Client], came: dict[str, list[str]]) -> None:
    about = [{"client_uid": client.uid, "client_revision": client.revision} for client in clients]
    facts: list[dict[str, Any]] = [{"events": [event], **each} for each in about]
    facts += [
        {"events": ["tag/add"], "tags": tags, **each} for each in about if (tags := came.get(str(each["client_uid"])))
    ]
    await append_events(desk.connection, desk.business_id, "client", facts)


async def unique_ids(connection: Connection, business_id: int, uids: Sequence[str]) -> dict[str, str]:
    """The unique id of each of these clients who has one."""
    rows = await connection.fetch(SQL["unique_ids"], business_id, uids)
    return {row["client_uid"]: row["key"] for row in rows}
