"""The one thin write: a batch goes to `write_leads` in one round trip and one commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from leadhall.core.db import STATEMENT_WITHIN_S, Connection
from leadhall.core.errors import KeyReused, Unstorable
from leadhall.core.sql import SqlFile, text_of
from leadhall.intake.facts import KeptAnswer, Receipt
from leadhall.intake.plan import Arrival, LeadPlan, plan_batch

FUNCTIONS = [SqlFile("intake/write.sql", text_of(__package__, "write.sql"))]
CALL = "select * from write_leads($1, $2)"

TRY_AGAIN = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
    asyncpg.InternalServerError,
)
"""The world moved between two steps: the same batch, whole, will do. Minted ids that clash are minted anew."""


@dataclass(frozen=True, slots=True)
class Row:
    """Only the request-log row was asked for, and it is on disk."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """Somebody else is storing the same request right now; nothing was written."""


Outcome = Receipt | KeptAnswer | Row | InFlight | KeyReused | Unstorable


async def write_batch(
    connection: Connection,
    arrivals: Sequence[Arrival],
    *,
    mint: Callable[[], str],
    timeout: float = STATEMENT_WITHIN_S,
) -> list[Outcome]:
    """Store a batch, in one transaction; what became of each, in their order.

    Raises asyncpg's errors: then nothing of the batch was stored, or, when the link broke
    during the commit, nobody knows.
    """
    plans = plan_batch(arrivals, mint=mint)
    bodies = [arrival.request.body or None for arrival in arrivals]
    try:
        rows = await connection.fetch(CALL, [plan.row for plan in plans], bodies, timeout=timeout)
    except asyncpg.InternalServerError:  # an upgrade laid the function anew: what we know of its types is void
        await connection.reload_schema_state()
        raise
    told = {row["n"]: row for row in rows}
    return [_outcome(told[n], plans[n], arrival) for n, arrival in enumerate(arrivals)]


def _outcome(row: Any, plan: LeadPlan, arrival: Arrival) -> Outcome:
    match row["outcome"]:
        case "new":
            return _stored(row, plan)
        case "in_flight":
            return InFlight()
        case "key_reused":
            return KeyReused("This Idempotency-Key was used for another request", field="Idempotency-Key")
        case "row":
            return Row()
        case _ if row["facts"] is None:
            return _kept(row)
        case _:
            return _stored_before(row, arrival)


def _stored(row: Any, plan: LeadPlan) -> Receipt:
    planned, decided = plan.row, row["facts"]
    return Receipt(
        row["client_uid"],
        planned["conversation_uid"],
        planned["message_uid"],
        planned["request_uid"],
        plan.facts | decided if decided else plan.facts,
    )


def _stored_before(row: Any, arrival: Arrival) -> Receipt:
    return Receipt(
        row["client_uid"],
        row["conversation_uid"],
        row["message_uid"],
        row["request_uid"],
        row["facts"],
        again=True,
        folded=arrival.claim is not None and arrival.claim.idem_key is None,
    )


def _kept(row: Any) -> KeptAnswer:
    return KeptAnswer(row["status"], row["answer_type"] or "application/json", row["answer"] or b"")
