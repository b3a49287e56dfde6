"""The conversations of a business: lists by folder and by client. Every read is of one business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from leadhall.core.db import Connection
from leadhall.core.sql import statements

SQL = statements(__package__, "threads.sql")
Folder = Literal["inbox", "follow_up", "sent", "archived", "attention", "trash", "all"]
FOLDERS: tuple[str, ...] = get_args(Folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation in a list. `staff_uid`: whose it is, or the client's, or the business's owner."""

    uid: str
    client_uid: str
    title: str
    business_unread: int
    client_unread: int
    last_business_action: str | None
    last_client_action: str | None
    staff_uid: str | None
    created_at: datetime
    updated_at: datetime


async def list_threads(
    connection: Connection,
    business_id: int,
    *,
    client_uid: str | None = None,
    folder: str | None = None,
    below: str | None = None,
    number: int = 1,
    per_page: int = 25,
) -> list[Thread]:
    """A page of conversations, newest first. An unknown folder is no filter; `below` goes on after a uid."""
    rows = await connection.fetch(
        SQL["page"], business_id, client_uid, folder, below, (number - 1) * per_page, per_page
    )
    return [Thread(**row) for row in rows]
