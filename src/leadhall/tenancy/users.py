"""Users: the people who sign in. A user is a login; what they may do for a business is in `staff`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from leadhall.core.db import Connection
from leadhall.core.emails import email_key
from leadhall.core.errors import NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import SqlFile, statements
from leadhall.tenancy.reading import read_all, read_email, read_text
from leadhall.tenancy.regions import read_locale

SQL = statements(__package__, "users.sql") | statements(__package__, "people_calls.sql")
FUNCTIONS = [SqlFile.of(__package__, "people.sql")]


@dataclass(frozen=True, slots=True)
class User:
    id: int
    uid: str
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    locale: str | None
    created_at: datetime
    disabled_at: datetime | None
    made: bool = False
    """They were unknown until now."""


async def find_or_make_user(
    connection: Connection,
    email: str,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    phone: str | None = None,
    password_hash: str | None = None,
) -> User:
    """The user of this address; made when there is none. A known user stays as they are, their password too.

    Invalid names every fault.
    """
    given = {"email": email, "first_name": first_name, "last_name": last_name, "phone": phone}
    readers = {"email": read_email, "first_name": read_text, "last_name": read_text, "phone": read_text}
    values = read_all(given, readers, needed=("email",))
    key = email_key(values["email"])
    rest = [values.get(field) for field in ("first_name", "last_name", "phone")]
    row = await connection.fetchval(SQL["make_user"], mint(), values["email"], key, *rest, password_hash)
    return msgspec.convert(row, User)


async def find_user(connection: Connection, email: str) -> User:
    """The user who signs in with this address, written in any case; NotFound for anybody else and for no address."""
    try:
        key = email_key(email)
    except ValueError:
        raise NotFound("User not found") from None
    row = await connection.fetchrow(SQL["by_key"], key)
    if row is None:
        raise NotFound("User not found")
    return User(**row)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a link to sign in may be mailed to."""

    user_id: int
    email: str
    locale: str | None


async def find_person(connection: Connection, email: str) -> Person | None:
    """Who signs in with this address; None for nobody, and for who is shut out."""
    try:
        key = email_key(email)
    except ValueError:
        return None
    row = await connection.fetchval(SQL["find_person"], key)
    return None if row is None else Person(**row)


async def set_person(
    connection: Connection,
    user_id: int,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    locale: str | None = None,
) -> None:
    """What a person says of themselves; None leaves as it is. Invalid names every fault."""
    given = {"first_name": first_name, "last_name": last_name, "locale": locale}
    values = read_all(given, {"first_name": read_text, "last_name": read_text, "locale": read_locale})
    await connection.execute(SQL["set_person"], user_id, *(values.get(field) for field in given))
