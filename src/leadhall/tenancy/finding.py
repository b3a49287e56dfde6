"""Businesses of a directory, found by what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadhall.core.db import Connection
from leadhall.core.emails import email_key
from leadhall.core.sql import statements
from leadhall.tenancy.businesses import Business
from leadhall.tenancy.names import name_key

SQL = statements(__package__, "businesses.sql")
NOBODY = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """None filters nothing. `among` are the only ids that may be found, `app_id` the app that they must have."""

    among: Sequence[int] | None = None
    app_id: int | None = None
    name: str | None = None
    email: str | None = None
    nickname: str | None = None
    external_reference_id: str | None = None
    closed: bool | None = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page; `owners` are (uid, email) by the business's id."""

    businesses: list[Business]
    owners: dict[int, tuple[str, str]]
    total: int


async def search_businesses(
    connection: Connection, directory_id: int, wanted: Wanted, *, limit: int, offset: int = 0
) -> Found:
    """Businesses that fit, in the order they were made."""
    row = await connection.fetchrow(
        SQL["search"],
        directory_id,
        wanted.among,
        wanted.name,
        _email(wanted.email),
        None if wanted.nickname is None else name_key(wanted.nickname),
        None if wanted.external_reference_id is None else name_key(wanted.external_reference_id),
        wanted.closed,
        limit,
        offset,
        wanted.app_id,
    )
    ids = row["ids"]
    businesses = [Business(**each) for each in await connection.fetch(SQL["read"], ids)]
    owners = {
        each["id"]: (each["owner_uid"], each["owner_email"]) for each in await connection.fetch(SQL["owners"], ids)
    }
    return Found(businesses, owners, row["total"])


def _email(email: str | None) -> str | None:
    """The key of an address; of what is none, a key that nobody has."""
    if email is None:
        return None
    try:
        return email_key(email)
    except ValueError:
        return NOBODY
