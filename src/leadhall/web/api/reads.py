"""What all reads of one business share: which business it is, and a connection that sees nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.operation import ErrorCase
from leadhall.intake.business import BusinessFacts
from leadhall.web.api.caller import on_behalf_of, reach
from leadhall.web.api.query import parameters
from leadhall.web.call import Call

ERRORS = (
    ErrorCase(400, "unreadable", "The query or the head of the request cannot be read."),
    ErrorCase(400, "duplicate_key", "A parameter stands twice."),
    ErrorCase(401, "unauthorized", "No, unknown or dead token, wrong kind or scope, or a business out of its reach."),
    ErrorCase(414, "too_large", "The address is over 8 KiB."),
    ErrorCase(422, "missing", "A directory's token names no business."),
    ErrorCase(422, "invalid", "A parameter cannot be read."),
    ErrorCase(429, "rate_limited", "Too many requests for this token and business."),
    ErrorCase(503, "busy", "Too many requests are being answered."),
    ErrorCase(503, "unavailable", "The database is away."),
)


@asynccontextmanager
async def reading(call: Call) -> AsyncIterator[tuple[BusinessFacts, Connection]]:
    """The business this call is for, and a connection in whose transaction only its rows are to be seen."""
    named = on_behalf_of(call.scope)
    if named is None and not call.known.is_bound:
        named = parameters(call.scope).get("business_id")
    reached = await reach(call.services, call.known, named, None)
    call.business_id = reached.id
    facts = await call.services.businesses.facts(reached.id)
    async with scoped(call.services.app_pool, Scope.of([reached.id])) as connection:
        yield facts, connection
