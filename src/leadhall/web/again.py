"""A logged request run again: what the portal, the console and the command line ask for, and what they are told.

Dry run first, then for real under an idempotency key. It goes the way of every lead, through its own door
(web/api/intake/again_door.py), as whoever runs it: with the rights of the token it came with, never more than
their own.
Also how a held request is released, and a refused one completed by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from leadhall.conversations.leads import get_lead
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.intake.facts import Receipt
from leadhall.requestlog.read import LoggedRequest
from leadhall.tenancy.caller import BusinessRef, Caller

if TYPE_CHECKING:
    from leadhall.web.services import Services


@dataclass(frozen=True, kw_only=True)
class Again:
    """`request` with its body; `by` runs it for `business`, which they may reach.

    Nothing is stored unless `apply`; `key` makes that happen once, however often it is asked for. No notice goes out
    unless `notices`. `changes` replace top-level keys of the body; None takes one out.
    """

    request: LoggedRequest
    business: BusinessRef
    by: Caller
    key: str
    apply: bool = False
    notices: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)
    user_agent: str = "leadhall, run again"
    ip: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What it was answered. `facts` of the decision are those of a lead, or `{"faults": …}`."""

    status: int
    answer: Any
    request_uid: str
    lead_uid: str | None
    facts: dict[str, Any]


Retell = Callable[[LoggedRequest, Receipt | None], tuple[bytes, bytes] | None]
"""Body and type of the answer to a logged request for a lead, from the stored facts (web/api/intake/retold.py)."""


class RunAgain(Protocol):
    """Invalid for what cannot be run again; Unauthorized for who may not write leads."""

    async def __call__(self, services: Services, again: Again) -> Ran: ...


async def decided_then(connection: Connection, business_id: int, request: LoggedRequest) -> dict[str, Any]:
    """The facts of the decision that was taken about a logged request: its lead's, else those of its row."""
    if request.lead_uid is None:
        return request.facts
    try:
        return (await get_lead(connection, business_id, request.lead_uid)).facts
    except NotFound:
        return request.facts
