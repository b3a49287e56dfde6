"""A client made by hand or by the API. Its first matter is the client itself (api.md 3.3)."""

from __future__ import annotations

from collections.abc import Sequence

from leadhall.clients.book import Client
from leadhall.clients.changes import (
    ASSIGNED,
    BLANK_NAME,
    COLUMNS,
    TOUCH,
    UNIQUE_ID,
    Values,
    changes_between,
    read_tags,
    read_values,
    tag_changes,
)
from leadhall.clients.desk import Desk
from leadhall.clients.edit import KEY_OF, check_staff, claim, key_fields, note_changes, tell
from leadhall.clients.phone import read_phone
from leadhall.core.errors import Fault, Invalid
from leadhall.core.ids import mint
from leadhall.core.sql import statements

SQL = statements(__package__, "create.sql")
DEFAULTS = {"status": "lead"}


async def create_client(
    desk: Desk, values: Values, *, tags: Sequence[str] = (), uid: str | None = None, because: str = "create"
) -> Client:
    """A new client with what is given of its card.

    Invalid with every fault, the first name among them when there is none; AlreadyExists when somebody has the
    email or the unique id.
    """
    given = {name: value for name, value in values.items() if value or name == "first_name"}
    if "first_name" not in given:
        raise Invalid.of([Fault("missing", BLANK_NAME, "first_name")])
    card = DEFAULTS | read_values(desk.card, desk.labels, given)
    wanted = read_tags(tags)
    changes = changes_between({}, card)
    await check_staff(desk, changes)
    uid = uid or mint()
    for kind, name in key_fields(desk).items():
        if value := card.get(name):
            await claim(desk, uid, kind, KEY_OF[kind](value))
    client = await _insert(desk, uid, card, wanted)
    changes += tag_changes([], wanted)
    await note_changes(desk, uid, changes, because)
    await tell(desk, client, changes, also=["client/created"])
    return client


async def _insert(desk: Desk, uid: str, card: dict[str, str | None], tags: list[str]) -> Client:
    phone = card.get("phone")
    known = (*COLUMNS, *TOUCH, "status", ASSIGNED)
    row = await desk.connection.fetchrow(
        SQL["insert"],
        desk.business_id,
        uid,
        *(card.get(name) for name in known),
        read_phone(phone, desk.country).e164 if phone else None,
        {name: value for name, value in card.items() if name not in (*known, UNIQUE_ID)},
        tags,
    )
    return Client(**row)
