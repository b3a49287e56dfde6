"""Businesses of a directory: what leads are for. Their names are in `names`, their people in `staff`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.tenancy.names import Kind, claim_names, name_key, read_name, read_nickname, read_uid, rename
from leadhall.tenancy.reading import Reader, any_value, read_all, read_long_text, read_optional_email, read_text
from leadhall.tenancy.regions import read_country, read_currency, read_locale, read_time_zone

SQL = statements(__package__, "businesses.sql")

REPEAT_WINDOW_MOST_S = 86_400
PAGE_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBusiness:
    """What is told of a business to be made; `uid` brings an existing one along."""

    name: str
    uid: str | None = None
    nickname: str | None = None
    external_reference_id: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    website_url: str | None = None
    country: str = "US"
    time_zone: str = "UTC"
    locale: str = "en"
    currency: str = "USD"
    repeat_window_s: int = 30
    status_labels: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessChange:
    """None leaves a field as it is; blank clears what may be blank."""

    name: str | None = None
    nickname: str | None = None
    external_reference_id: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    website_url: str | None = None
    country: str | None = None
    time_zone: str | None = None
    locale: str | None = None
    currency: str | None = None
    repeat_window_s: int | None = None
    status_labels: dict[str, str] | None = None
    settings: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """A business as it is stored."""

    id: int
    uid: str
    directory_id: int
    directory_uid: str
    name: str
    nickname: str | None
    external_reference_id: str | None
    email: str | None
    phone: str | None
    address: str | None
    website_url: str | None
    country: str
    time_zone: str
    locale: str
    currency: str
    repeat_window_s: int
    status_labels: dict[str, str]
    owner_staff_uid: str | None
    settings: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


def _read_repeat_window(seconds: int) -> int:
    if not 0 <= seconds <= REPEAT_WINDOW_MOST_S:
        raise ValueError(f"must be 0 to {REPEAT_WINDOW_MOST_S} seconds")
    return seconds


def _blank_or(read: Reader) -> Reader:
    return lambda text: read(text) if text.strip() else ""


READERS: Mapping[str, Reader] = {
    "name": read_text,
    "uid": read_uid,
    "nickname": _blank_or(read_nickname),
    "external_reference_id": _blank_or(read_name),
    "email": read_optional_email,
    "phone": read_text,
    "address": read_long_text,
    "website_url": read_long_text,
    "country": read_country,
    "time_zone": read_time_zone,
    "locale": read_locale,
    "currency": read_currency,
    "repeat_window_s": _read_repeat_window,
    "status_labels": any_value,
    "settings": any_value,
}
IMPORT_READERS: Mapping[str, Reader] = {**READERS, "nickname": _blank_or(read_name)}
RENAMED: tuple[Kind, ...] = ("nickname", "external_reference_id")
COLUMNS = (
    *("name", "email", "phone", "address", "website_url", "country", "time_zone", "locale", "currency"),
    *("repeat_window_s", "status_labels", "settings"),
)


async def create_business(
    connection: Connection, directory_id: int, new: NewBusiness, *, imported: bool = False
) -> Business:
    """Make a business and take its names. `imported` accepts nicknames that break the rule for new ones.

    Invalid names every fault, AlreadyExists every clash; NotFound when there is no such directory.
    """
    values = read_all(asdict(new), IMPORT_READERS if imported else READERS, needed=("name",))
    uid = values.get("uid") or mint()
    async with connection.transaction():
        columns = [values.get(column) for column in COLUMNS]
        business_id = await connection.fetchval(SQL["create"], directory_id, uid, *columns)
        if business_id is None:
            await _refuse(connection, directory_id, uid)
        names = {"uid": uid} | {kind: values[kind] for kind in RENAMED if values.get(kind)}
        await claim_names(connection, directory_id, business_id, cast("dict[Kind, str]", names))
        await _tell(connection, "business/created", business_id)
        return await _read_one(connection, business_id)


async def _tell(connection: Connection, event: str, business_id: int) -> None:
    await append_event(connection, business_id, "business", {"events": [event]})


async def _refuse(connection: Connection, directory_id: int, uid: str) -> None:
    if not await connection.fetchval(SQL["directory_exists"], directory_id):
        raise NotFound("Directory not found")
    raise AlreadyExists(f"uid {uid!r} is already taken", field="uid")


async def get_business(connection: Connection, uid: str, *, directory_id: int | None = None) -> Business:
    """The business of this uid, closed or not. NotFound when there is none, or none in the directory given."""
    return await _read_one(connection, await connection.fetchval(SQL["id_of_uid"], uid, directory_id))


async def find_business(connection: Connection, directory_id: int, name: str) -> Business:
    """The business that a name (uid, nickname or external reference id) stands for in a directory, else NotFound."""
    return await _read_one(connection, await connection.fetchval(SQL["id_of_name"], directory_id, name_key(name)))


async def _read_one(connection: Connection, business_id: int | None) -> Business:
    if business_id is None:
        raise NotFound("Business not found")
    (row,) = await connection.fetch(SQL["read"], [business_id])
    return Business(**row)


async def list_businesses(
    connection: Connection, directory_id: int | None = None, *, after_id: int = 0, limit: int = 25
) -> list[Business]:
    """Businesses (of one directory) in the order they were made, after the one whose `id` closed the last page."""
    ids = await connection.fetchval(SQL["page"], directory_id, after_id, min(limit, PAGE_MOST))
    return [Business(**row) for row in await connection.fetch(SQL["read"], ids)]


async def update_business(
    connection: Connection,
    uid: str,
    change: BusinessChange,
    *,
    directory_id: int | None = None,
    imported: bool = False,
    told: Mapping[str, Any] | None = None,
) -> Business:
    """Change what is given and nothing else; `told` is kept among its settings, beside what is there.

    Invalid, AlreadyExists, NotFound as when it was made.
    """
    given = asdict(change)
    needed = () if change.name is None else ("name",)
    values = read_all(given, IMPORT_READERS if imported else READERS, needed=needed)
    async with connection.transaction():
        business = await get_business(connection, uid, directory_id=directory_id)
        await connection.execute(SQL["update"], business.id, *[values.get(column) for column in COLUMNS])
        for kind in RENAMED:
            if kind in values:
                await rename(connection, business.directory_id, business.id, kind, values[kind])
        if told:
            await connection.execute(SQL["tell_more"], business.id, dict(told))
        await _tell(connection, "business/updated", business.id)
        return await get_business(connection, uid)


async def tell_more(connection: Connection, business_id: int, told: Mapping[str, Any]) -> None:
    """Keep more of what is only shown again (category, description, logo); the rest of its settings stay."""
    async with connection.transaction():
        await connection.execute(SQL["tell_more"], business_id, dict(told))
        await _tell(connection, "business/updated", business_id)


async def close_business(connection: Connection, uid: str) -> Business:
    """Close it: nobody reaches it from now on, its names stay taken, its data stays. NotFound."""
    return await _set_closed(connection, uid, closed=True)


async def reopen_business(connection: Connection, uid: str) -> Business:
    return await _set_closed(connection, uid, closed=False)


async def _set_closed(connection: Connection, uid: str, *, closed: bool) -> Business:
    async with connection.transaction():
        await connection.execute(SQL["set_closed"], uid, closed)
        business = await get_business(connection, uid)
        await _tell(connection, "business/updated", business.id)
        return business


@dataclass(frozen=True, slots=True)
class Where:
    """A business and its zone, an IANA name."""

    uid: str
    time_zone: str


async def where_of(connection: Connection, business_id: int) -> Where:
    return Where(**await connection.fetchrow(SQL["where"], business_id))
