"""A client put away, with its conversations and its tokens. A later lead of theirs makes a new client."""

from __future__ import annotations

from leadhall.clients.book import Client
from leadhall.clients.desk import Desk
from leadhall.clients.removal import put_away
from leadhall.conversations.trash import put_in_trash
from leadhall.search.index import keys_of_threads, mark_due
from leadhall.tenancy.tokens import revoke_tokens_of_client


async def remove_client(desk: Desk, uid: str) -> Client:
    """The client as it was. NotFound for one that is not in the book."""
    client = await put_away(desk, uid)
    gone = await put_in_trash(desk.connection, desk.business_id, uid)
    await mark_due(desk.connection, keys_of_threads(desk.business_id, gone))
    await revoke_tokens_of_client(desk.connection, desk.business_id, [uid], actor=desk.actor)
    return client
