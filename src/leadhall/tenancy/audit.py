"""Who did what to whom: acts of people and operators, append-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements

SQL = statements(__package__, "audit.sql")

OPERATOR = "operator"


async def record_act(
    connection: Connection,
    act: str,
    subject: str,
    *,
    actor: str = OPERATOR,
    business_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Record an act such as `token/revoked` on a subject's uid, in the caller's transaction. Never a secret."""
    await connection.execute(SQL["record"], business_id or 0, mint(), actor, act, subject, dict(facts or {}))
