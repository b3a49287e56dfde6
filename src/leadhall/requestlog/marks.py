"""The rows of one person: found by marks (HMACs of email, phone, unique id) or by their leads; read out, or erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "marks.sql")
WITHIN_S = 60.0
"""The log of a business is looked through as a whole: nobody waits for an index on what is erased once a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOf:
    """Whose rows: by marks of each kind, by leads, and by the requests that brought them; `uids` are their clients'.

    `addresses`: of mail and telephone, as answers about them tell them.
    """

    emails: Sequence[bytes] = ()
    phones: Sequence[bytes] = ()
    unique_ids: Sequence[bytes] = ()
    lead_uids: Sequence[str] = ()
    request_uids: Sequence[str] = ()
    uids: Sequence[str] = ()
    addresses: Sequence[str] = ()

    @property
    def values(self) -> tuple[list[bytes], list[bytes], list[bytes], list[str], list[str]]:
        return (
            list(self.emails),
            list(self.phones),
            list(self.unique_ids),
            list(self.lead_uids),
            list(self.request_uids),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfPerson:
    """A request that a person's data was in, as it is given out."""

    uid: str
    at: datetime
    operation: str
    status: int
    ip: str | None
    user_agent: str | None
    body: bytes | None


async def unique_id_marks(connection: Connection, business_id: int, request_uids: Sequence[str]) -> dict[str, bytes]:
    """Request to the mark of the unique id it brought, for those that are still kept."""
    return dict(await connection.fetch(SQL["unique_id_marks"], business_id, list(request_uids)))


async def rows_of_person(connection: Connection, business_id: int, rows: RowsOf) -> list[RowOfPerson]:
    """All requests that a person's data was in, the oldest first."""
    found = await connection.fetch(SQL["rows"], business_id, *rows.values, timeout=WITHIN_S)
    return [RowOfPerson(**row) for row in found]


async def erase_rows(connection: Connection, business_id: int, rows: RowsOf) -> int:
    """What a person's requests said is gone; that there were such requests stays. How many rows.

    Their idempotency keys and folds go, too: nothing is left that could answer for them. Of other rows the answers go
    that tell of them, and those of which only a start is kept: what stood beside the cut nobody can know.
    """
    lead_uids = list(rows.lead_uids)
    await connection.execute(SQL["erase_keys"], business_id, lead_uids, list(rows.uids))
    await connection.execute(SQL["erase_repeats"], business_id, lead_uids)
    told_of = [*rows.uids, *lead_uids, *rows.addresses]
    await connection.execute(SQL["erase_answers"], business_id, told_of, timeout=WITHIN_S)
    count: int = await connection.fetchval(SQL["erase"], business_id, *rows.values, timeout=WITHIN_S)
    return count
