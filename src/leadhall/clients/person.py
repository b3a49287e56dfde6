"""One person in the clients' room: what they are known by, all that is held of them, and how it is erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leadhall.clients.keys import email_key, split_email
from leadhall.clients.phone import read_phone
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.sql import SqlFile, statements

SQL = statements(__package__, "person.sql")
FUNCTIONS = [SqlFile.of(__package__, "forgetting.sql")]
HELD = ("card", "keys", "consents", "history", "suggestions", "suspected_pairs", "merges", "notes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What a person is known by: their client and those merged into it, and what is theirs alone.

    `phones` in E.164, or raw where it is no number. An address that another client has, too, is not among them.
    """

    client_uids: list[str]
    emails: list[str]
    phones: list[str]
    unique_ids: list[str]


async def uids_of(connection: Connection, business_id: int, uid: str) -> list[str]:
    """A client, put away or not, with those merged into it; held. NotFound for none, and for one that was merged."""
    uids = [row["uid"] for row in await connection.fetch(SQL["uids"], business_id, uid)]
    if uid not in uids:
        raise NotFound("There is no such client")
    return uids


async def traces_of(
    connection: Connection, business_id: int, uids: Sequence[str], contacts: Sequence[dict[str, Any]]
) -> Traces:
    """From cards, keys, history and the contacts that their leads gave."""
    country = await connection.fetchval(SQL["country"], business_id)
    rows = await connection.fetch(SQL["addresses"], business_id, list(uids))
    told = [(row["kind"], row["value"]) for row in rows]
    told += [(kind, contact[kind]) for contact in contacts for kind in ("email", "phone") if contact.get(kind)]
    emails = {email_key(value) for kind, value in told if kind == "email" and split_email(value)}
    phones = {read_phone(value, country).e164 or value for kind, value in told if kind == "phone"}
    others = await connection.fetch(SQL["of_others"], business_id, list(uids), list(emails), list(phones))
    shared = {row["value"] for row in others}
    return Traces(
        client_uids=list(uids),
        emails=sorted(emails - shared),
        phones=sorted(phones - shared),
        unique_ids=sorted(value for kind, value in told if kind == "unique_id"),
    )


async def give_out(connection: Connection, business_id: int, uids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """All that this room holds of them."""
    return {what: [dict(row) for row in await connection.fetch(SQL[what], business_id, list(uids))] for what in HELD}


async def erase(connection: Connection, business_id: int, uids: Sequence[str]) -> None:
    """Nothing of them is left here. Within the scope of the business, else the database refuses."""
    await connection.execute(SQL["forget"], business_id, list(uids))
    for what in ("erase_keys", "erase_suggestions", "erase_pairs", "erase_merges", "erase_notes", "erase_clients"):
        await connection.execute(SQL[what], business_id, list(uids))
