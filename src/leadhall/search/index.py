"""The index is kept: what changed is marked in the transaction that takes its event, and read anew by the worker.

Where everything is to be read anew, one row for each business and kind tells how far that is; what changed goes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from leadhall.conversations.parts import text_of
from leadhall.core.db import Connection
from leadhall.core.ids import now_ms
from leadhall.core.sql import statements
from leadhall.events.outbox import OutboxEvent
from leadhall.search.cells import cell_of
from leadhall.search.words import Kind, belongs, client_lexemes, conversation_lexemes, of_cell

SQL = statements(__package__, "index.sql")
MESSAGES_MOST = 200
"""The newest of a conversation are searched."""

Key = tuple[int, Kind, str]
"""Business, client or conversation, uid."""


def keys_of_clients(business_id: int, uids: Iterable[str]) -> list[Key]:
    return [(business_id, "c", uid) for uid in uids]


def keys_of_threads(business_id: int, uids: Iterable[str]) -> list[Key]:
    return [(business_id, "v", uid) for uid in uids]


async def mark_events(connection: Connection, events: Iterable[OutboxEvent]) -> int:
    """Mark what these events tell of; how many things that is."""
    return await mark_due(connection, (key for event in events for key in _told_of(event)))


def _told_of(event: OutboxEvent) -> Iterator[Key]:
    facts = event.facts
    clients = [facts.get("client_uid"), *(facts.get("client_uids") or ())]
    yield from ((event.business_id, "c", uid) for uid in clients if uid)
    conversation = event.uid if event.kind == "lead" else facts.get("conversation_uid")
    if conversation:
        yield (event.business_id, "v", conversation)


async def mark_due(connection: Connection, keys: Iterable[Key]) -> int:
    """Mark these to be read anew, in the caller's transaction; in one order, so that two who mark never deadlock."""
    marked = sorted(set(keys))
    if marked:
        await connection.execute(SQL["mark"], *_columns(marked))
    return len(marked)


async def index_some(connection: Connection, *, most: int) -> int:
    """Take what is due, then what is to be read anew, and index it, within the caller's transaction; how many."""
    keys: list[Key] = [tuple(row) for row in await connection.fetch(SQL["take"], most)]
    if keys:
        await index_these(connection, keys)
    done = len(keys)
    while done < most and (turn := await connection.fetchrow(SQL["turn"])):
        done += await _index_below(connection, *turn, most=most - done)
    return done


async def _index_below(connection: Connection, business_id: int, kind: Kind, below: str, *, most: int) -> int:
    """Read the next of a business and kind anew; how many."""
    uids = [row["uid"] for row in await connection.fetch(SQL["below"], business_id, kind, below, most)]
    if uids:
        await index_these(connection, [(business_id, kind, uid) for uid in uids])
    if len(uids) == most:
        await connection.execute(SQL["move"], business_id, kind, uids[-1])
    else:
        await connection.execute(SQL["end"], business_id, kind)
    return len(uids)


async def index_these(connection: Connection, keys: Sequence[Key]) -> None:
    """Read these as they are now; what is there no more is found no more."""
    docs = {**await _clients(connection, keys), **await _conversations(connection, keys)}
    if docs:
        ordered, now = sorted(docs), now_ms()
        lexemes = ["\n".join([*docs[key], _time(key, now)]) for key in ordered]
        await connection.execute(SQL["write"], *_columns(ordered), lexemes)
    gone = [key for key in keys if key not in docs]
    if gone:
        await connection.execute(SQL["forget"], *_columns(gone))
        await _forget_what_belonged(connection, [key for key in gone if key[1] == "c"])


def _time(key: Key, now: int) -> str:
    business_id, kind, uid = key
    return of_cell(business_id, kind, cell_of(uid, now_ms=now))


async def _clients(connection: Connection, keys: Sequence[Key]) -> dict[Key, list[str]]:
    rows = await connection.fetch(SQL["clients"], *_of_kind(keys, "c"))
    return {(row["business_id"], "c", row["uid"]): _client(row) for row in rows}


def _client(row: Any) -> list[str]:
    return client_lexemes(
        row["business_id"],
        names=" ".join(filter(None, [row["first_name"], row["last_name"]])),
        email=row["email"] or "",
        numbers=[number for number in (row["phone_e164"], row["phone"]) if number],
    )


async def _conversations(connection: Connection, keys: Sequence[Key]) -> dict[Key, list[str]]:
    rows = await connection.fetch(SQL["conversations"], *_of_kind(keys, "v"), MESSAGES_MOST)
    return {(row["business_id"], "v", row["uid"]): _conversation(row) for row in rows}


def _conversation(row: Any) -> list[str]:
    texts = [message["text"] or text_of(message["parts"] or ()) for message in row["messages"]]
    return conversation_lexemes(row["business_id"], client_uid=row["client_uid"], title=row["title"], texts=texts)


async def _forget_what_belonged(connection: Connection, clients: Sequence[Key]) -> None:
    """Conversations of clients who were erased; a client who was only deleted keeps theirs."""
    for business_id, _, uid in clients:
        if not await connection.fetchval(SQL["is_there"], business_id, uid):
            lexeme = belongs(business_id, uid).replace("'", "''")
            await connection.execute(SQL["forget_what_belonged"], business_id, f"'{lexeme}'")


def _of_kind(keys: Sequence[Key], kind: Kind) -> tuple[list[int], list[str]]:
    of_kind = [key for key in keys if key[1] == kind]
    return [key[0] for key in of_kind], [key[2] for key in of_kind]


def _columns(keys: Sequence[Key]) -> tuple[list[int], list[str], list[str]]:
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]


async def mark_all(connection: Connection, business_id: int | None) -> None:
    """Have everything of a business, or (None) of all, read anew, and forgotten what is there no more."""
    await connection.execute(SQL["all_again"], business_id)


async def standing(connection: Connection) -> dict[str, float]:
    """How many things changed and wait to be read (`due`), since how many seconds (`lag_s`).

    `again`: how many are to be read anew besides.
    """
    row = await connection.fetchrow(SQL["standing"])
    return dict(row) if row else {}
