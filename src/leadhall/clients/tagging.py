"""Tags put on or taken off many clients at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from leadhall.clients.book import Client
from leadhall.clients.changes import TAGS_MOST, read_tags, tag_changes, with_tags, without_tags
from leadhall.clients.desk import Desk, hold_all
from leadhall.clients.edit import write_down
from leadhall.core.errors import Fault, Invalid

CLIENTS_MOST = 1_000


async def tag_clients(desk: Desk, uids: Sequence[str], tags: Sequence[str], *, because: str = "edit") -> list[Client]:
    """Each has them afterwards, in any spelling it had before. NotFound when one of the clients is not there."""
    return await _each(desk, uids, partial(with_tags, more=read_tags(tags)), because)


async def untag_clients(desk: Desk, uids: Sequence[str], tags: Sequence[str]) -> list[Client]:
    """None of them has these afterwards, however they were spelled."""
    return await _each(desk, uids, partial(without_tags, gone=read_tags(tags)), "edit")


async def _each(desk: Desk, uids: Sequence[str], after: Callable[[list[str]], list[str]], because: str) -> list[Client]:
    if len(uids) > CLIENTS_MOST:
        raise Invalid.of([Fault("too_many", f"At most {CLIENTS_MOST} clients at once", "uids")])
    held = await hold_all(desk, list(uids))
    return [await _tag(desk, client, after(client.tags), because) for client in held.values()]


async def _tag(desk: Desk, client: Client, tags: list[str], because: str) -> Client:
    if len(tags) > TAGS_MOST:
        raise Invalid.of([Fault("too_many", f"A client has at most {TAGS_MOST} tags", "tags")])
    changes = tag_changes(client.tags, tags)
    return await write_down(desk, client, changes, because) if changes else client
