"""A client put away: it is in no list any more, its keys are free, and a later lead of theirs makes a new client."""

from __future__ import annotations

from dataclasses import replace

from leadhall.clients.book import Client
from leadhall.clients.desk import Desk, hold
from leadhall.clients.edit import tell
from leadhall.core.sql import statements

SQL = statements(__package__, "removal.sql")


async def put_away(desk: Desk, uid: str) -> Client:
    """The client as it was, with the revision of its end. NotFound for one that is not in the book."""
    client = await hold(desk, uid)
    await desk.connection.execute(SQL["free_keys"], desk.business_id, uid)
    revision = await desk.connection.fetchval(SQL["put_away"], desk.business_id, uid)
    client = replace(client, revision=revision)
    await tell(desk, client, (), also=["client/updated", "matter/delete"])
    return client
