"""Where a person or a program writes in a business's book: its card, its country, and whose hand it is."""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.clients.book import Client
from leadhall.clients.card import Card, CardField
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements

SQL = statements(__package__, "desk.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`actor` stands in every history: a staff uid, a token's principal, `operator` or `system`."""

    connection: Connection
    business_id: int
    business_uid: str
    card: Card
    country: str
    labels: dict[str, str]
    """The business's own words for statuses."""
    actor: str


async def open_desk(connection: Connection, business_id: int, actor: str) -> Desk:
    """Read anew what the card has: a field made a moment ago can be written. NotFound when the business is gone."""
    row = await connection.fetchrow(SQL["desk"], business_id)
    if row is None:
        raise NotFound("There is no such business")
    own = [CardField(f["id"], f["label"], f["type"], tuple(f["options"])) for f in row["fields"]]
    return Desk(
        connection=connection,
        business_id=business_id,
        business_uid=row["uid"],
        card=Card.of(own),
        country=row["country"],
        labels=row["status_labels"],
        actor=actor,
    )


async def hold(desk: Desk, uid: str) -> Client:
    """A client, held until the transaction ends: nobody writes to it meanwhile. NotFound."""
    held = await hold_all(desk, [uid])
    return held[uid]


async def hold_some(desk: Desk, uids: list[str]) -> dict[str, Client]:
    """Those of these that are in the book, held in one order, whatever the order asked for."""
    rows = await desk.connection.fetch(SQL["hold"], desk.business_id, sorted(set(uids)))
    return {row["uid"]: Client(**row) for row in rows}


async def hold_all(desk: Desk, uids: list[str]) -> dict[str, Client]:
    """These clients, held. NotFound when one is not in the book."""
    held = await hold_some(desk, uids)
    if missing := [uid for uid in uids if uid not in held]:
        raise NotFound(f"There is no such client: {missing[0]}" if len(uids) > 1 else "There is no such client")
    return held
