"""Exactly once for ordinary operations with an Idempotency-Key (api.md 0.8). Intake has its own, in its batch.

Claim, work and answer are one transaction, so a crash leaves none of them or all. Who comes
with the same key meanwhile waits on its row for two seconds at most.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg

from leadhall.core.db import Connection
from leadhall.core.errors import KeyInFlight, KeyReused, Refusal
from leadhall.core.sql import statements

SQL = statements(__package__, "idempotency.sql")
WAIT_FOR_THE_FIRST = "2s"
KEPT_REFUSALS = frozenset({409, 422})


class AlreadyDone(Refusal):
    """Done before under this key, and its answer held a secret, which is not kept."""

    code = "already_done"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who does what under which key. `fingerprint` is of the decoded request, `request_uid` of this one."""

    business_id: int
    principal: str
    operation: str
    key: str
    fingerprint: bytes
    request_uid: str

    @property
    def place(self) -> tuple[int, str, str, str]:
        return self.business_id, self.principal, self.operation, self.key


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as it went out. `again`: it went out before, and nothing was done now."""

    status: int
    content_type: str
    body: bytes
    again: bool = False


async def once(
    connection: Connection,
    claim: Claim,
    act: Callable[[], Awaitable[Told]],
    *,
    refuse: Callable[[Refusal], Told],
    holds_secret: bool = False,
) -> Told:
    """Do `act` unless it was done under this key before; then tell the first answer again.

    Call it within a transaction of `connection`, which `act` works in. `refuse` renders a
    refusal; those of 409 and 422 are kept like answers, every other leaves no trace of the
    key. Raises KeyReused, KeyInFlight, AlreadyDone.
    """
    if not await _claimed(connection, claim):
        return await _told_before(connection, claim)
    try:
        async with connection.transaction():
            told = await act()
    except Refusal as refusal:
        told = refuse(refusal)
        if told.status not in KEPT_REFUSALS:
            raise
        holds_secret = False
    await connection.execute(
        SQL["keep"], *claim.place, told.status, told.content_type, None if holds_secret else told.body
    )
    return told


async def _claimed(connection: Connection, claim: Claim) -> bool:
    await connection.execute(SQL["wait_at_most"], WAIT_FOR_THE_FIRST)
    try:
        ours = await connection.fetchval(SQL["claim"], *claim.place, claim.fingerprint, claim.request_uid)
    except asyncpg.LockNotAvailableError:
        raise KeyInFlight("The same request is being worked on right now; ask again in a moment") from None
    await connection.execute(SQL["wait_at_most"], "0")
    return bool(ours)


async def _told_before(connection: Connection, claim: Claim) -> Told:
    first = await connection.fetchrow(SQL["first"], *claim.place)
    if first is None:
        raise KeyInFlight("This key was let go a moment ago; ask again")
    if first["fingerprint"] != claim.fingerprint:
        raise KeyReused("This Idempotency-Key was used for another request", field="Idempotency-Key")
    if first["answer"] is None:
        raise AlreadyDone("This was done before; its answer held a secret, which is not kept")
    return Told(first["status"], first["content_type"], first["answer"], again=True)
