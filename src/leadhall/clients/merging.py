"""Two clients made one, and parted again: what it does to their cards and keys.

What stands on the kept card stays; its blanks are filled from the other's, tags join, keys follow, and the status is
the further of the two. The merged client keeps its row as it was. Suggestions, suspected pairs, notes, consent and
history stay under the client they were made for and are read through the merge, so they need not be moved back.
Conversations are another room's: `person/merge.py` moves both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from leadhall.clients.book import Client
from leadhall.clients.changes import ASSIGNED, COLUMNS, TAGS, Change, sheet_of, with_tags
from leadhall.clients.desk import Desk, hold_all
from leadhall.clients.edit import tell, write_down
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements

SQL = statements(__package__, "merging.sql")
RANKS = {"lead": 1, "customer": 2, "loyal": 3}
MERGES_MOST = 200


class MovedKey(msgspec.Struct, frozen=True):
    """A key as it was before: whose, and whether an earlier merge had brought it there."""

    kind: str
    key: str
    moved_from: str | None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """All that a merge moved. `into` are clients that had been merged into the merged one before."""

    changes: list[tuple[str, str | None, str | None]]
    keys: list[MovedKey]
    into: list[str]
    after: int
    """The kept client's messages had this many; the merged one's `messages` were numbered on from there."""
    messages: int
    conversations: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One merge, as kept."""

    uid: str
    kept_uid: str
    merged_uid: str
    actor: str
    moved: Moved
    at: datetime
    undone_at: datetime | None
    undone_by: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Merge:
        return cls(**{**row, "moved": msgspec.convert(row["moved"], Moved)})


def plan_changes(kept: Client, merged: Client) -> list[Change]:
    """What the kept card takes over: blanks filled, tags added, the further status. Pure."""
    was, other = sheet_of(kept), sheet_of(merged)
    names = [*COLUMNS, ASSIGNED, *sorted(merged.fields)]
    changes = [Change(name, None, other[name]) for name in names if was.get(name) is None and other.get(name)]
    if 0 < RANKS.get(kept.status, 0) < RANKS.get(merged.status, 0):
        changes.append(Change("status", kept.status, merged.status))
    added = with_tags(kept.tags, merged.tags)[len(kept.tags) :]
    return changes + [Change(TAGS, None, tag) for tag in added]


def plan_undo(kept: Client, changes: Sequence[Change]) -> list[Change]:
    """The changes taken back, but for what somebody changed since. Pure."""
    now = sheet_of(kept)
    return [
        Change(each.field, each.becomes, each.was)
        for each in changes
        if (each.becomes in kept.tags if each.field == TAGS else now.get(each.field) == each.becomes)
    ]


def check_two(kept_uid: str, merged_uid: str) -> None:
    """Invalid for one and the same."""
    if kept_uid == merged_uid:
        raise Invalid("A client cannot be merged with itself", field="from_client_uids")


async def merge_cards(desk: Desk, kept_uid: str, merged_uid: str) -> tuple[Client, Client, Moved]:
    """Both as they are afterwards, and what moved. NotFound; Invalid for one and the same."""
    check_two(kept_uid, merged_uid)
    held = await hold_all(desk, [kept_uid, merged_uid])
    kept, merged = held[kept_uid], held[merged_uid]
    changes = plan_changes(kept, merged)
    keys = await desk.connection.fetch(SQL["keys"], desk.business_id, merged_uid)
    await desk.connection.execute(SQL["take_keys"], desk.business_id, merged_uid, kept_uid)
    into = [row["uid"] for row in await desk.connection.fetch(SQL["lead_on"], desk.business_id, merged_uid, kept_uid)]
    after, messages = await desk.connection.fetchrow(SQL["count_on"], desk.business_id, merged_uid, kept_uid)
    kept = await write_down(desk, kept, changes, "merge", counts_as_edit=False)
    merged = Client(**await desk.connection.fetchrow(SQL["merge"], desk.business_id, merged_uid, kept_uid))
    await tell(desk, merged, ())
    moved = Moved(
        changes=[(each.field, each.was, each.becomes) for each in changes],
        keys=[MovedKey(**row) for row in keys],
        into=into,
        after=after,
        messages=messages,
    )
    return kept, merged, moved


async def keep_merge(desk: Desk, kept_uid: str, merged_uid: str, moved: Moved) -> Merge:
    """Remember what moved."""
    row = await desk.connection.fetchrow(
        SQL["keep"], desk.business_id, mint(), kept_uid, merged_uid, desk.actor, msgspec.to_builtins(moved)
    )
    return Merge.of(row)


async def list_merges(connection: Connection, business_id: int, client_uid: str) -> list[Merge]:
    """Merges that a client was part of, the newest first."""
    return [Merge.of(row) for row in await connection.fetch(SQL["list"], business_id, client_uid, MERGES_MOST)]


async def hold_merge(desk: Desk, uid: str) -> Merge:
    """A merge that may be undone, held. NotFound; Invalid when it was, or when its client went on elsewhere."""
    row = await desk.connection.fetchrow(SQL["hold_merge"], desk.business_id, uid)
    if row is None:
        raise NotFound("There is no such merge")
    merge = Merge.of(row)
    if merge.undone_at is not None:
        raise Invalid("This merge was undone already", field="uid")
    return merge


async def part_cards(desk: Desk, merge: Merge) -> tuple[Client, Client]:
    """Both as they are again, but for the count of their messages (`count_back`).

    Invalid when the kept one was deleted, or merged into another since.
    """
    try:
        kept = (await hold_all(desk, [merge.kept_uid]))[merge.kept_uid]
    except NotFound:
        why = "The client that was kept is gone, or was merged into another since: undo that merge first"
        raise Invalid.of([Fault("invalid", why, "uid")]) from None
    moved = merge.moved
    await desk.connection.execute(SQL["lead_back"], desk.business_id, moved.into, merge.merged_uid, merge.kept_uid)
    keys = [[getattr(key, name) for key in moved.keys] for name in ("kind", "key", "moved_from")]
    await desk.connection.execute(SQL["give_keys"], desk.business_id, merge.merged_uid, merge.kept_uid, *keys)
    changes = plan_undo(kept, [Change(*each) for each in moved.changes])
    kept = await write_down(desk, kept, await _with_own_email(desk, kept, changes), "undo", counts_as_edit=False)
    merged = Client(**await desk.connection.fetchrow(SQL["part"], desk.business_id, merge.merged_uid))
    await tell(desk, merged, ())
    await desk.connection.execute(SQL["undone"], desk.business_id, merge.uid, desk.actor)
    return kept, merged


async def _with_own_email(desk: Desk, kept: Client, changes: list[Change]) -> list[Change]:
    """An email key that came meanwhile shows on the card where the other's email stood."""
    own = await desk.connection.fetchval(SQL["own_email"], desk.business_id, kept.uid)
    return [
        Change("email", each.was, own) if each.field == "email" and each.becomes is None and own else each
        for each in changes
    ]


async def count_back(desk: Desk, merge: Merge, newest: int) -> None:
    """The newest number of the merged client's messages, and the kept one's, unless more came on top of them."""
    moved = merge.moved
    await desk.connection.execute(
        SQL["count_back"], desk.business_id, merge.merged_uid, newest, merge.kept_uid, moved.after, moved.messages
    )
