"""The history of a card: what people and the API changed, and what leads filled in, told as one list.

Intake writes no history, for it only ever fills blanks: what a lead filled is in its facts, and the value is what
stood there until the next change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from leadhall.clients.book import get_client
from leadhall.clients.changes import TAGS, sheet_of
from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "history.sql")
ENTRIES_MOST = 1_000
BY_A_LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value that became another. `because` is edit, create, suggestion, merge, undo, import or lead.

    `actor`: a staff uid or a token's principal; of a lead the uid of its token. `lead_uid` only of a lead.
    """

    at: datetime
    field: str
    was: str | None
    becomes: str | None
    actor: str | None
    because: str
    lead_uid: str | None = None


async def history_of(
    connection: Connection, business_id: int, uid: str, *, field: str | None = None, most: int = ENTRIES_MOST
) -> list[Entry]:
    """What happened to a client's card, the newest first; of one field when it is named. NotFound."""
    client = await get_client(connection, business_id, uid)
    changes = [Entry(**row) for row in await connection.fetch(SQL["changes"], business_id, uid, field, most)]
    leads = await connection.fetch(SQL["leads"], business_id, uid, most)
    told = changes + entries_of_leads(sheet_of(client), changes, leads)
    wanted = [each for each in told if field in (None, each.field)]
    return sorted(wanted, key=lambda each: each.at, reverse=True)[:most]


def entries_of_leads(
    now: Mapping[str, str | None], changes: Iterable[Entry], leads: Sequence[Mapping[str, Any]]
) -> list[Entry]:
    """What leads filled. `now` stands on the card; `changes` come newest first; a lead is a row of `leads`."""
    later: dict[str, list[Entry]] = {}
    for each in reversed(list(changes)):
        later.setdefault(each.field, []).append(each)
    fills = [(lead, field) for lead in leads for field in _filled_by(lead["facts"])]
    fills += [(lead, field) for lead in leads if lead["facts"].get("created") for field in _made(now, later, fills)]
    told = [_filled(lead, field, now, later.get(field, ())) for lead, field in fills]
    return [each for each in told if each.becomes is not None] + [each for lead in leads for each in _tags_of(lead)]


def _filled_by(facts: Mapping[str, Any]) -> list[str]:
    """The blanks of a known client that a lead filled."""
    filled = list(facts.get("filled") or ())
    linked = facts.get("second_key") == "linked" and facts.get("by") == "unique_id" and not facts.get("created")
    return [*filled, *(["email"] if linked else [])]


def _made(
    now: Mapping[str, str | None], later: Mapping[str, list[Entry]], fills: Sequence[tuple[Mapping[str, Any], str]]
) -> list[str]:
    """The fields that stood there from the beginning: of which nothing tells that they were blank before."""
    first_fill: dict[str, datetime] = {}
    for lead, field in fills:
        first_fill[field] = min(lead["at"], first_fill.get(field, lead["at"]))
    return sorted(
        field
        for field in now.keys() | later.keys() - {TAGS}
        if field not in first_fill or (field in later and later[field][0].at < first_fill[field])
    )


def _filled(lead: Mapping[str, Any], field: str, now: Mapping[str, str | None], changes: Iterable[Entry]) -> Entry:
    after = next((each for each in changes if each.at >= lead["at"]), None)
    value = after.was if after else now.get(field)
    return Entry(
        at=lead["at"],
        field=field,
        was=None,
        becomes=value,
        actor=lead["token_uid"],
        because=BY_A_LEAD,
        lead_uid=lead["lead_uid"],
    )


def _tags_of(lead: Mapping[str, Any]) -> list[Entry]:
    blank = _filled(lead, TAGS, {}, ())
    return [replace(blank, becomes=tag) for tag in lead["facts"].get("tags_added") or ()]
