"""What all reads of one business share: which business it is, and a connection that sees nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import NotFound, Unauthorized
from leadhall.core.operation import ErrorCase
from leadhall.intake.business import BusinessFacts
from leadhall.tenancy.caller import BusinessRef
from leadhall.tenancy.reach import Named
from leadhall.web.api.caller import on_behalf_of
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
    reached = await business_meant(call)
    facts = await call.services.businesses.facts(reached.id)
    async with scoped(call.services.app_pool, Scope.of([reached.id])) as connection:
        yield facts, connection


async def business_meant(call: Call, named: str | None = None, *, also: Sequence[Named] = ()) -> BusinessRef:
    """The business that the path (`business_uid`), X-On-Behalf-Of, the body (`named`) or the query and the token mean.

    `also`: other places that name one, each with its name. What cannot be reached by the path is not found;
    otherwise as `caller.reach`.
    """
    reached = await business_if_meant(call, named, also=also, needed=True)
    if reached is None:
        raise TypeError("a business was needed")
    return reached


async def business_if_meant(
    call: Call, named: str | None = None, *, also: Sequence[Named] = (), needed: bool = False
) -> BusinessRef | None:
    """The same; None when nothing names one, none is needed, and the token implies none."""
    in_path = call.path.get("business_uid")
    given = named or _in_query(call)
    names = [("the path", in_path or ""), ("X-On-Behalf-Of", on_behalf_of(call.scope) or ""), ("business_id", given)]
    names += also
    try:
        reached = await call.services.doorkeeper.reach(call.known, names, needed=needed)
    except Unauthorized:
        if in_path is None:
            raise
        raise NotFound("Business not found") from None
    call.business_id = reached.id if reached else 0
    return reached


def _in_query(call: Call) -> str:
    """`business_id` of the query; a token of one business implies it, and what it says besides is ignored."""
    if call.known.is_bound or on_behalf_of(call.scope) is not None:
        return ""
    return parameters(call.scope).get("business_id", "")
