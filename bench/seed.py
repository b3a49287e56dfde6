"""Many clients at once, by COPY: skewed names, half of them in one business, the rest over the others.

Each has its key, a conversation, a message and a lead of some day in the year past, as Leadhall
would have stored them. Neither request rows nor outbox rows: those days' partitions and events
are not where today's leads are written.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from bench.database import Postgres
from bench.people import Crowd, Person
from bench.references.rows import FACTS, digits_of
from leadhall.core.ids import LOW_BITS, spell

PORTION = 20_000
A_YEAR = timedelta(days=365)
COLUMNS = {
    "client_key": ("business_id", "kind", "key", "client_uid"),
    "client": (
        *("business_id", "uid", "first_name", "last_name", "email", "phone", "phone_e164", "address", "tags"),
        *("source", "source_url", "message_count", "created_at", "updated_at"),
    ),
    "conversation": (
        *("business_id", "uid", "client_uid", "title", "source", "source_url", "business_unread"),
        *("last_client_action", "created_at", "updated_at"),
    ),
    "message": (
        *("business_id", "conversation_uid", "uid", "client_uid", "revision", "direction", "kind", "parts"),
        "created_at",
    ),
    "lead": (
        *("business_id", "conversation_uid", "client_uid", "message_uid", "request_uid", "operation", "verdict"),
        *("contact", "facts", "at"),
    ),
}
PARTS = json.dumps(
    [
        {"kind": "system", "text": "From the autumn campaign: https://example.com/campaigns/autumn"},
        {"kind": "request", "fields": [["Budget", "15,000"], ["Tell Us About Your Project", "New cabinets. " * 12]]},
    ]
)


def seed(postgres: Postgres, database: str, *, clients: int, businesses: list[int], number: int) -> None:
    """Add that many clients; the first business gets half. `number` tells one seeding's people from another's."""
    asyncio.run(_seed(postgres, database, clients, businesses, number))


async def _seed(postgres: Postgres, database: str, clients: int, businesses: list[int], number: int) -> None:
    arguments = postgres.admin(database).asyncpg_kwargs()
    connection = await asyncpg.connect(**arguments, server_settings={"search_path": "leadhall"})
    try:
        made = histories(clients, businesses, number)
        for start in range(0, clients, PORTION):
            await _copy(connection, [next(made) for _ in range(min(PORTION, clients - start))])
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, portion: list[dict[str, tuple[Any, ...]]]) -> None:
    for table, columns in COLUMNS.items():
        records = [rows[table] for rows in portion]
        await connection.copy_records_to_table(table, records=records, columns=columns)


def histories(clients: int, businesses: list[int], number: int) -> Iterator[dict[str, tuple[Any, ...]]]:
    """The rows of one client after another, in the order of their time."""
    crowd, chance = Crowd(number), random.Random(number)
    began = datetime.now(UTC) - A_YEAR
    for n in range(clients):
        business = businesses[0] if chance.random() < 0.5 else chance.choice(businesses[1:] or businesses)
        yield history(business, crowd.person(), began + A_YEAR * n / clients, chance)


def history(business: int, someone: Person, at: datetime, chance: random.Random) -> dict[str, tuple[Any, ...]]:
    """What stands in each table of one person who wrote once."""

    def mint() -> str:
        return spell(int(at.timestamp() * 1000) << LOW_BITS | chance.getrandbits(LOW_BITS))

    client, conversation, message, request = mint(), mint(), mint(), mint()
    name = (someone.first_name, someone.last_name, someone.email, someone.phone, digits_of(someone.phone))
    origin = ("Website", "https://example.com/contact")
    contact = json.dumps({"first_name": someone.first_name, "email": someone.email, "phone": someone.phone})
    return {
        "client_key": (business, "email", someone.email, client),
        "client": (business, client, *name, someone.address, ["website"], *origin, 1, at, at),
        "conversation": (business, conversation, client, "Kitchen renovation", *origin, 0, "message", at, at),
        "message": (business, conversation, message, client, 1, "client_to_business", "api", PARTS, at),
        "lead": (
            *(business, conversation, client, message, request, "create_lead", "accepted"),
            *(contact, json.dumps(FACTS), at),
        ),
    }
