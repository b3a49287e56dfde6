"""Two clients made one, with a look before and a way back. All in the caller's transaction.

Undo gives back exactly what the merge moved. What came since stays with the kept client, but for two things: a value
that somebody changed since is left as it is, and a lead that was found by a key which goes back goes with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.clients.book import Client, get_client, keys_of
from leadhall.clients.changes import Change
from leadhall.clients.desk import Desk, hold_all
from leadhall.clients.edit import KEY_OF
from leadhall.clients.keys import split_email
from leadhall.clients.merging import (
    Merge,
    check_two,
    count_back,
    hold_merge,
    keep_merge,
    merge_cards,
    part_cards,
    plan_changes,
)
from leadhall.conversations.moving import LaterLead, count_conversations, leads_since, move_all, move_back
from leadhall.core.db import Connection
from leadhall.person.whole import Mark
from leadhall.requestlog.marks import unique_id_marks
from leadhall.search.index import keys_of_threads, mark_due


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a merge would do: both cards, what the kept one takes over, keys and conversations that follow."""

    kept: Client
    merged: Client
    changes: list[Change]
    keys: list[tuple[str, str]]
    conversations: int


async def preview_merge(connection: Connection, business_id: int, kept_uid: str, merged_uid: str) -> Preview:
    """Changes nothing. NotFound for who is not in the book; Invalid for one and the same."""
    check_two(kept_uid, merged_uid)
    kept = await get_client(connection, business_id, kept_uid)
    merged = await get_client(connection, business_id, merged_uid)
    return Preview(
        kept=kept,
        merged=merged,
        changes=plan_changes(kept, merged),
        keys=await keys_of(connection, business_id, merged_uid),
        conversations=await count_conversations(connection, business_id, merged_uid),
    )


async def merge_clients(desk: Desk, kept_uid: str, merged_uids: list[str]) -> tuple[Client, list[Merge]]:
    """Each of them becomes the kept client, in the order given. NotFound for one that is not in the book."""
    kept = (await hold_all(desk, [kept_uid, *merged_uids]))[kept_uid]
    merges = []
    for uid in dict.fromkeys(merged_uids):
        kept, _, moved = await merge_cards(desk, kept_uid, uid)
        at = moved.after
        moved.conversations.extend(await move_all(desk.connection, desk.business_id, uid, kept_uid, after=at))
        await mark_due(desk.connection, keys_of_threads(desk.business_id, moved.conversations))
        merges.append(await keep_merge(desk, kept_uid, uid, moved))
    return kept, merges


async def undo_merge(desk: Desk, merge_uid: str, mark: Mark) -> tuple[Client, Client]:
    """The kept and the merged client as they are again. NotFound; Invalid when it cannot be undone (any more)."""
    merge = await hold_merge(desk, merge_uid)
    kept, merged = await part_cards(desk, merge)
    moved = merge.moved
    later = await _later_by_its_keys(desk, merge, mark)
    back = [*moved.conversations, *later]
    await mark_due(desk.connection, keys_of_threads(desk.business_id, back))
    newest = await move_back(
        desk.connection,
        desk.business_id,
        back,
        merge.merged_uid,
        after=moved.after,
        many=moved.messages,
    )
    await count_back(desk, merge, newest)
    return kept, merged


async def _later_by_its_keys(desk: Desk, merge: Merge, mark: Mark) -> list[str]:
    """Conversations of leads that came since and were found by a key that goes back."""
    leads = await leads_since(desk.connection, desk.business_id, merge.kept_uid, merge.at)
    leads = [lead for lead in leads if lead.conversation_uid not in merge.moved.conversations]
    keys = {(key.kind, key.key) for key in merge.moved.keys}
    marks = {mark(key) for kind, key in keys if kind == "unique_id"}
    asked = [lead.request_uid for lead in leads if lead.by == "unique_id"]
    logged = await unique_id_marks(desk.connection, desk.business_id, asked) if asked and marks else {}
    return [
        lead.conversation_uid
        for lead in leads
        if ("email", _email_key(lead)) in keys or (lead.by == "unique_id" and logged.get(lead.request_uid) in marks)
    ]


def _email_key(lead: LaterLead) -> str | None:
    """The key that found its client, when that was an email."""
    email = lead.contact.get("email")
    return KEY_OF["email"](email) if lead.by == "email" and email and split_email(email) else None
