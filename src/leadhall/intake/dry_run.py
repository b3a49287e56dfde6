"""What a lead would do: the very statement of intake, alone in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from leadhall.core.db import STATEMENT_WITHIN_S, Connection
from leadhall.core.errors import KeyInFlight, Refusal, Unstorable
from leadhall.core.ids import mint as mint_uid
from leadhall.core.of_the_world import is_of_the_world
from leadhall.core.sql import statements
from leadhall.intake.facts import KeptAnswer, Receipt
from leadhall.intake.plan import Arrival
from leadhall.intake.write import TRY_AGAIN, Outcome, write_batch

SQL = statements(__package__, "dry_run.sql")
TRIES = 3
COLUMNS = ("first_name", "last_name", "email", "phone", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBe:
    """What would become of a lead. Nothing of it is stored, and the uids of new things in `receipt` are nobody's.

    `card` and `tags`: what would be written on the client's card. `suggested`: (field, value, what the card says).
    """

    receipt: Receipt
    card: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    suggested: list[tuple[str, str, str | None]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    is_test: bool = False


class DryRuns:
    """Dry runs, each on a connection of role intake that is free."""

    def __init__(self, pool: asyncpg.Pool, *, mint: Callable[[], str] = mint_uid) -> None:
        self._pool = pool
        self._mint = mint

    async def try_out(self, arrival: Arrival) -> WouldBe | KeptAnswer:
        """What would become of it. Raises what storing it would: KeyReused, KeyInFlight, Unstorable."""
        for _ in range(TRIES - 1):
            try:
                return await self._try_once(arrival)
            except TRY_AGAIN:
                continue
        return await self._try_once(arrival)

    async def _try_once(self, arrival: Arrival) -> WouldBe | KeptAnswer:
        async with self._pool.acquire(timeout=STATEMENT_WITHIN_S) as connection:
            attempt = connection.transaction()
            await attempt.start()
            try:
                (outcome,) = await write_batch(connection, [arrival], mint=self._mint)
                return await _seen(connection, arrival.business_id, outcome)
            except asyncpg.exceptions.PostgresError as fault:
                if is_of_the_world(fault) or isinstance(fault, TRY_AGAIN):
                    raise
                raise Unstorable("The database would refuse this lead") from fault
            finally:
                if not connection.is_closed():
                    await attempt.rollback()


async def _seen(connection: Connection, business_id: int, outcome: Outcome) -> WouldBe | KeptAnswer:
    """Look at what the statement did, before it is undone."""
    match outcome:
        case KeptAnswer():
            return outcome
        case Refusal():
            raise outcome
        case Receipt(again=True):
            return WouldBe(receipt=outcome)
        case Receipt():
            row = await connection.fetchrow(SQL["seen"], business_id, outcome.client_uid, outcome.conversation_uid)
            return _would_be(outcome, row)
        case _:
            raise KeyInFlight("The same request is being stored right now; ask again in a moment")


def _would_be(receipt: Receipt, row: Any) -> WouldBe:
    card = {name: row[name] for name in COLUMNS if row[name] is not None} | row["fields"]
    written = card if receipt.created else {name: card[name] for name in _written(receipt.facts) if name in card}
    return WouldBe(
        receipt=receipt,
        card=written,
        tags=row["tags"] if receipt.created else receipt.facts.get("tags_added", []),
        suggested=[(each["field"], each["value"], card.get(each["field"])) for each in row["suggested"]],
        events=row["events"],
        notices=row["notices"],
        is_test=row["is_test"],
    )


def _written(facts: dict[str, Any]) -> list[str]:
    """Fields of a known client's card that this lead fills: blanks, and the email that is linked to it."""
    linked = ["email"] if facts.get("second_key") == "linked" and facts["by"] != "email" else []
    return [*facts.get("filled", ()), *linked]
