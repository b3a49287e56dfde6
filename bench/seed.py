"""Many clients at once, by COPY: skewed names, half of them in one business, the rest over the others.

Each has its key, a conversation, a message and a lead of some day in the year past, as Leadhall would have stored
them, and as a business leaves them: most answered, many archived, some unread, assigned, spam, held. Common and rare
sources, tags and statuses. Neither request rows nor outbox rows: those days' partitions and events are not where
today's leads are written.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

import asyncpg

from bench.database import Postgres
from bench.people import Crowd, Person
from bench.references.rows import FACTS, digits_of
from leadhall.core.ids import LOW_BITS, spell

PORTION = 20_000
A_YEAR = timedelta(days=365)
FIRST_SHARE, SMALL_FROM = 0.5, 0.95
MOSTLY_WITHIN = log(20 * 60)
"""Half of the answers come within twenty minutes, as seconds."""
FACTS_TOLD = json.dumps(FACTS)
COLUMNS = {
    "client_key": ("business_id", "kind", "key", "client_uid"),
    "client": (
        *("business_id", "uid", "first_name", "last_name", "email", "phone", "phone_e164", "address", "tags"),
        *("source", "source_url", "status", "message_count", "created_at", "updated_at"),
    ),
    "conversation": (
        *("business_id", "uid", "client_uid", "title", "source", "source_url", "created_at", "updated_at"),
        *("business_unread", "assigned_staff_uid", "is_test", "last_client_action", "last_business_action"),
        *("awaits_since", "first_answered_at", "archived_at", "spam_at"),
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
PROJECT = "Brochure, new cabinets. " * 7
PARTS = json.dumps(
    [
        {"kind": "system", "text": "From the autumn campaign: https://example.com/campaigns/autumn"},
        {"kind": "request", "fields": [["Budget", "15,000"], ["Tell Us About Your Project", PROJECT]]},
    ]
)


RARE, RARE_TAG, RARE_STATUS = "Trade fair", "vip", "loyal"
"""Of one lead in 20,000: what a filter has to look for."""
SOURCES = ("Website", "Google Ads", "Facebook", "Referral", "Newsletter", "Phone book", "Partner site")
STATUSES = ("lead", "lead", "lead", "lead", "customer", "inactive")
TAGS = ("website", "autumn", "kitchen", "bathroom", "callback", "large")
ONE_IN_RARE = 20_000
LARGE = 1_000
"""So many businesses besides the first have nine tenths of what is not the first's; the rest have a few leads each."""


def seed(postgres: Postgres, database: str, *, clients: int, owners: Owners, number: int) -> None:
    """Add that many clients. `number` tells one seeding's people from another's."""
    asyncio.run(_seed(postgres, database, clients, owners, number))


async def _seed(postgres: Postgres, database: str, clients: int, owners: Owners, number: int) -> None:
    arguments = postgres.admin(database).asyncpg_kwargs()
    connection = await asyncpg.connect(**arguments, server_settings={"search_path": "leadhall"})
    try:
        made = histories(clients, owners, number)
        for start in range(0, clients, PORTION):
            await _copy(connection, [next(made) for _ in range(min(PORTION, clients - start))])
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


async def _copy(connection: asyncpg.Connection, portion: list[dict[str, tuple[Any, ...]]]) -> None:
    for table, columns in COLUMNS.items():
        records = [rows[table] for rows in portion]
        await connection.copy_records_to_table(table, records=records, columns=columns)


def histories(clients: int, owners: Owners, number: int) -> Iterator[dict[str, tuple[Any, ...]]]:
    """The rows of one client after another, in the order of their time."""
    crowd, chance = Crowd(number), random.Random(number)
    began = datetime.now(UTC) - A_YEAR
    for n in range(clients):
        at = began + A_YEAR * n / clients
        yield history(owners.some(chance), crowd.person(), at, chance, staff_uid=owners.staff_uid)


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose the leads are: half the first business's. `staff_uid`: to whom some of them are assigned."""

    businesses: list[int]
    staff_uid: str | None = None

    def some(self, chance: random.Random) -> int:
        place = chance.random()
        if place < FIRST_SHARE or len(self.businesses) == 1:
            return self.businesses[0]
        large, small = self.businesses[1 : LARGE + 1], self.businesses[LARGE + 1 :]
        return chance.choice(small if small and place > SMALL_FROM else large)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a lead."""

    source: str
    tags: list[str]
    status: str
    unread: int
    is_assigned: bool
    is_test: bool
    answered_at: datetime | None
    archived_at: datetime | None
    spam_at: datetime | None
    verdict: str


def fate(at: datetime, chance: random.Random) -> Fate:
    """Of five leads four are answered, within minutes or days; half of those are put away."""
    answered_at: datetime | None
    is_spam, is_answered, is_rare = chance.random() < 0.02, chance.random() < 0.8, chance.randrange(ONE_IN_RARE) == 0
    answered_at = at + timedelta(seconds=chance.lognormvariate(MOSTLY_WITHIN, 1.8))
    if is_spam or not is_answered or answered_at > datetime.now(UTC):
        answered_at = None
    return Fate(
        source=RARE if is_rare else chance.choice(SOURCES[: 1 + chance.randrange(len(SOURCES))]),
        tags=[RARE_TAG, "website"] if is_rare else chance.sample(TAGS, chance.randrange(3)),
        status=RARE_STATUS if is_rare else chance.choice(STATUSES),
        unread=0 if answered_at or chance.random() < 0.5 else 1,
        is_assigned=chance.random() < 0.2,
        is_test=chance.random() < 0.005,
        answered_at=answered_at,
        archived_at=answered_at if answered_at and chance.random() < 0.5 else None,
        spam_at=at if is_spam else None,
        verdict="held" if chance.random() < 0.002 else "accepted",
    )


def history(
    business: int, someone: Person, at: datetime, chance: random.Random, *, staff_uid: str | None = None
) -> dict[str, tuple[Any, ...]]:
    """What stands in each table of one person who wrote once."""

    def mint() -> str:
        return spell(int(at.timestamp() * 1000) << LOW_BITS | chance.getrandbits(LOW_BITS))

    client, conversation, message, request = mint(), mint(), mint(), mint()
    became = fate(at, chance)
    name = (someone.first_name, someone.last_name, someone.email, someone.phone, digits_of(someone.phone))
    origin = (became.source, "https://example.com/contact")
    contact = json.dumps({"first_name": someone.first_name, "email": someone.email, "phone": someone.phone})
    waits = None if became.answered_at or became.spam_at else at
    return {
        "client_key": (business, "email", someone.email, client),
        "client": (business, client, *name, someone.address, became.tags, *origin, became.status, 1, at, at),
        "conversation": (
            *(business, conversation, client, "Kitchen renovation", *origin, at, became.answered_at or at),
            *(became.unread, staff_uid if became.is_assigned else None, became.is_test, "message"),
            *("message" if became.answered_at else None, waits, became.answered_at, became.archived_at, became.spam_at),
        ),
        "message": (business, conversation, message, client, 1, "client_to_business", "api", PARTS, at),
        "lead": (
            *(business, conversation, client, message, request, "create_lead", became.verdict),
            *(contact, FACTS_TOLD, at),
        ),
    }
