"""Directories: agencies, each with its businesses, apps and admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.tenancy.names import read_uid
from leadhall.tenancy.reading import read_all, read_text

SQL = statements(__package__, "directories.sql")


@dataclass(frozen=True, slots=True)
class Directory:
    id: int
    uid: str
    name: str
    settings: dict[str, Any]
    created_at: datetime


async def create_directory(connection: Connection, name: str, *, uid: str | None = None) -> Directory:
    """Make a directory, under an existing uid if one is given. Invalid; AlreadyExists when the uid is taken."""
    values = read_all({"name": name, "uid": uid}, {"name": read_text, "uid": read_uid}, needed=("name",))
    row = await connection.fetchrow(SQL["create"], values.get("uid") or mint(), values["name"])
    if row is None:
        raise AlreadyExists(f"uid {uid!r} is already taken", field="uid")
    return Directory(**row)


async def get_directory(connection: Connection, uid: str) -> Directory:
    """NotFound when there is none of this uid."""
    row = await connection.fetchrow(SQL["get"], uid)
    if row is None:
        raise NotFound("Directory not found")
    return Directory(**row)


async def list_directories(connection: Connection) -> list[Directory]:
    """All of them, in the order they were made: an installation has few."""
    return [Directory(**row) for row in await connection.fetch(SQL["list"])]


async def add_admin(connection: Connection, directory_id: int, user_id: int) -> None:
    """Let a user administer the directory; harmless when they do already."""
    await connection.execute(SQL["add_admin"], directory_id, user_id)
