"""`leadhall lead show UID`: what was decided about a lead, and why, in plain words."""

from __future__ import annotations

from typing import Any

import asyncpg

from leadhall.cli.deliveries import tell_tries
from leadhall.cli.output import Json, harmless, readable, row_of, show_json
from leadhall.cli.session import session
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements
from leadhall.dispatch.log import Logged, deliveries_of_lead
from leadhall.intake.explain import explain

SQL = statements(__package__, "lead.sql")
SHOWN = ("title", "business", "client_uid", "conversation_uid", "verdict", "at", "source", "source_url", "contact")


async def show(uid: str, /, *, as_json: Json = False) -> None:
    """The lead of a conversation's uid; for a client's uid all its leads, newest first. Each with its trace."""
    async with session() as at:
        leads = await read_leads(at.connection, uid)
    if as_json:
        show_json([lead | {"deliveries": [row_of(each) for each in lead["deliveries"]]} for lead in leads])
        return
    for number, lead in enumerate(leads):
        if number:
            print()
        _print(lead)


async def read_leads(connection: asyncpg.Connection, uid: str) -> list[dict[str, Any]]:
    """Leads with their `trace`, a list of sentences, and their `deliveries`. NotFound for a uid that is neither."""
    rows = await connection.fetch(SQL["lead"], uid) or await connection.fetch(SQL["leads_of_client"], uid)
    if not rows:
        raise NotFound(f"there is no lead {uid}, and no client of that uid with leads")
    labels = dict(await connection.fetch(SQL["labels"], rows[0]["business_id"]))
    return [
        dict(row)
        | {
            "trace": explain(row["facts"], labels),
            "deliveries": await deliveries_of_lead(connection, row["business_id"], row["conversation_uid"]),
        }
        for row in rows
    ]


def _print(lead: dict[str, Any]) -> None:
    width = max(map(len, SHOWN))
    for name in SHOWN:
        print(f"{name.replace('_', ' '):<{width}}  {readable(lead[name])}")
    for sentence in lead["trace"]:
        print(f"  - {harmless(sentence)}")
    for delivery in lead["deliveries"]:
        _tell(delivery)


def _tell(delivery: Logged) -> None:
    """What became of a notice, and its tries."""
    state = f"{delivery.state.replace('_', ' ')}{f' ({delivery.reason})' if delivery.reason else ''}"
    again = f", next try {delivery.next_try_at:%Y-%m-%d %H:%M:%S}" if delivery.next_try_at else ""
    print(f"  {delivery.kind} by {delivery.channel} to {harmless(delivery.recipient or '-')}: {state}{again}")
    tell_tries(delivery)
