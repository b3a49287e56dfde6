"""The agency's list: the businesses of a directory, and where something needs looking after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from leadhall.conversations.threads import COUNTED_MOST, uid_at
from leadhall.core.clock import now
from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import NotFound
from leadhall.core.ids import FIRST
from leadhall.core.sql import statements
from leadhall.tenancy.sessions import Administered
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import shown
from leadhall.web.console.words import N_

SQL = statements(__package__, "agency.sql")
PER_PAGE = 50
LATELY = timedelta(days=7)
Order = Literal["oldest", "unanswered", "newest", "trouble", "webhooks", "name"]
COLUMNS: tuple[tuple[Order, str], ...] = (
    ("name", N_("Business")),
    ("newest", N_("Last lead")),
    ("unanswered", N_("Unanswered")),
    ("oldest", N_("Oldest unanswered")),
    ("trouble", N_("Notices lost")),
    ("webhooks", N_("Webhooks failing")),
)


class AgencyQuery(Struct, kw_only=True):
    """Which businesses, in which order."""

    order: Annotated[Order, Meta(description="What needs looking after first.")] = "oldest"
    page: Annotated[int, Meta(ge=1, le=100_000, description="Of 50 businesses.")] = 1
    q: Annotated[str, Meta(max_length=255, description="What their name holds.")] = ""
    directory: Annotated[str, Meta(max_length=64, description="For who administers several.")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessLook:
    """One business as its agency sees it: unanswered to 1,000; lost notices are those to its owner, of a week."""

    uid: str
    name: str
    newest_at: datetime | None
    unanswered: int
    oldest_at: datetime | None
    lost_notices: int
    is_muted: bool
    failing_webhooks: int


async def look_at_businesses(
    connection: Connection, directory_id: int, *, order: Order, q: str = "", page: int = 1, at: datetime
) -> tuple[list[BusinessLook], int]:
    """A page of 50, what needs looking after first; and how many there are in all."""
    since = uid_at(at - LATELY, FIRST)
    asked = [directory_id, q.strip(), PER_PAGE, (page - 1) * PER_PAGE]
    more: dict[Order, Any] = {"trouble": since, "unanswered": COUNTED_MOST}
    rows = await connection.fetch(SQL[f"by_{order}"], *asked, *([more[order]] if order in more else []))
    facts = await connection.fetch(SQL["facts"], [row["id"] for row in rows], since, COUNTED_MOST)
    return [BusinessLook(**row) for row in facts], await connection.fetchval(SQL["total"], directory_id, q.strip())


async def show_agency(call: Call) -> Answer:
    query: AgencyQuery = call.query
    directory, reader = _administered(call, query.directory), await reader_of(call)
    async with scoped(call.services.app_pool, Scope((), directory.id)) as connection:
        looks, total = await look_at_businesses(
            connection, directory.id, order=query.order, q=query.q, page=query.page, at=now()
        )
    served = {each.business_uid for each in call.person.memberships}
    return await console_page(
        call, "agency.html", title=reader.words("Businesses"), here="agency", looks=looks, total=total, query=query,
        columns=COLUMNS, pages=max(1, -(-total // PER_PAGE)), directory=directory, served=served,
    )  # fmt: skip


def _administered(call: Call, uid: str) -> Administered:
    found = next((each for each in call.person.administers if uid in ("", each.uid)), None)
    if found is None:
        raise NotFound("You administer no such directory")
    return found


OPERATIONS = (
    shown(
        "agency", "Businesses", "/agency", show_agency, query=AgencyQuery,
        summary="For administrators of a directory: last lead, unanswered, lost or muted notices, failing webhooks.",
    ),
)  # fmt: skip
