"""Templates of notices to staff: a business's, made by an app or its directory, found by code name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from leadhall.core.db import Connection, unless_taken
from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.notify.templates.content import Text

SQL = statements(__package__, "templates.sql")
KEPT_MOST = 500
Order = Literal["updated_at:desc", "updated_at:asc", "created_at:desc", "created_at:asc"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """As it came, checked: texts are `Text`, the content has the parts and texts of content.PARTS alone."""

    code_name: str
    title: Text
    description: Text
    category: str
    configurable_by_staff: bool
    trigger_type: str
    delivery_channels: list[str]
    content: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(NewTemplate):
    uid: str
    created_at: datetime
    updated_at: datetime


async def add_template(connection: Connection, business_id: int, new: NewTemplate, *, made_by: str) -> Template:
    """A new one. AlreadyExists for a code name that the business has, Invalid past 500."""
    if await connection.fetchval(SQL["count"], business_id) >= KEPT_MOST:
        raise Invalid(f"A business keeps at most {KEPT_MOST} notification templates", field="code_name")
    row = await connection.fetchrow(SQL["add"], business_id, mint(), *_columns(new), made_by)
    if row is None:
        raise _taken()
    return Template(**row)


async def list_templates(
    connection: Connection, business_id: int, *, order: Order, number: int, per_page: int
) -> tuple[list[Template], int]:
    """A page, and how many there are."""
    rows = await connection.fetch(SQL["page"], business_id, order, (number - 1) * per_page, per_page)
    return [Template(**row) for row in rows], await connection.fetchval(SQL["count"], business_id)


async def get_template(connection: Connection, business_id: int, uid: str) -> Template:
    return _found(await connection.fetchrow(SQL["one"], business_id, uid))


async def find_template(connection: Connection, business_id: int, code_name: str) -> Template:
    """By its code name. NotFound."""
    return _found(await connection.fetchrow(SQL["by_code_name"], business_id, code_name))


async def change_template(connection: Connection, business_id: int, uid: str, changed: NewTemplate) -> Template:
    """It says this from now on. NotFound; AlreadyExists for a code name that another one has."""
    async with unless_taken(connection, _taken()):
        return _found(await connection.fetchrow(SQL["change"], business_id, uid, *_columns(changed)))


async def remove_template(connection: Connection, business_id: int, uid: str) -> None:
    """What was sent by it stays. NotFound."""
    if await connection.fetchval(SQL["remove"], business_id, uid) is None:
        raise _missing()


def _columns(new: NewTemplate) -> list[Any]:
    return [getattr(new, name) for name in NewTemplate.__slots__]


def _found(row: Mapping[str, Any] | None) -> Template:
    if row is None:
        raise _missing()
    return Template(**row)


def _missing() -> NotFound:
    return NotFound("Notification template not found")


def _taken() -> AlreadyExists:
    return AlreadyExists("The business has a notification template of this code name", field="code_name")
