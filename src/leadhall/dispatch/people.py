"""Who serves a business, as far as notices go: owner first, then as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from leadhall.clients.phone import read_phone
from leadhall.core.db import Connection
from leadhall.core.emails import email_key, split_email
from leadhall.core.sql import statements
from leadhall.tenancy.preferences import Preferences, preferences_of

SQL = statements(__package__, "people.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of staff. `email` and `mobile` are None until they were verified, by its link and by its code."""

    uid: str
    address: str
    email: str | None
    mobile: str | None
    preferences: Preferences = field(default_factory=Preferences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A business and its people."""

    business_id: int
    time_zone: str
    people: tuple[Person, ...]

    def person(self, uid: str | None) -> Person | None:
        return next((each for each in self.people if each.uid == uid), None)

    def responsible_for(self, assigned_uid: str | None) -> Person | None:
        """The client's assigned member, else the business's owner, else whoever is there."""
        return self.person(assigned_uid) or next(iter(self.people), None)

    def others(self, but: Iterable[str]) -> Iterator[Person]:
        """Who comes next when those named cannot be reached."""
        named = set(but)
        return (each for each in self.people if each.uid not in named)


async def crews_of(connection: Connection, business_ids: Iterable[int]) -> dict[int, Crew]:
    """The crews of these businesses, by id."""
    rows = await connection.fetch(SQL["crews"], sorted(set(business_ids)))
    return {
        row["id"]: Crew(
            business_id=row["id"],
            time_zone=row["time_zone"],
            people=tuple(_person(each, row["country"]) for each in row["people"]),
        )
        for row in rows
    }


def _person(stored: dict[str, Any], country: str) -> Person:
    address = stored["email"] or ""
    is_usable = stored["email_verified"] and split_email(address) is not None
    number = read_phone(stored["mobile_number"] or "", country).e164
    return Person(
        uid=stored["uid"],
        address=address,
        email=address if is_usable else None,
        mobile=number if number and number == stored["verified_number"] else None,
        preferences=preferences_of(stored["preferences"]),
    )


def key_of(channel: str, recipient: str) -> str:
    """An address as it is compared: by email key; a number is compared as it stands, in E.164."""
    try:
        return email_key(recipient) if channel == "email" else recipient
    except ValueError:
        return recipient
