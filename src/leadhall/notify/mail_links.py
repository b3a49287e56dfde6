"""Links in mails: one row each, found by the hash of what stands in the URL, used once.

Opening a link only shows what it would do, since scanners of mail open every link; pressing
the button on that page does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import asyncpg

from leadhall.core.db import Connection
from leadhall.core.secrets import hash_of, looks_mistyped, new_secret
from leadhall.core.sql import statements

SQL = statements(__package__, "mail_links.sql")
PREFIX = "lh_mail"
HOURS = {"verify_email": 72, "answered": 72, "stop_mail": 24 * 60, "sign_in": 1, "invitation": 24 * 7, "set_up": 24}
"""A button lives three days; the way to stop mails must work for as long as somebody may look for it."""
PATH, ENTER_PATH = "/m/", "/enter/"
ENTERING = frozenset({"sign_in", "invitation", "set_up"})
"""What lets people in. It has a path of its own: the console's, whose cookie it ends in."""
TOKEN_MOST_CHARS = 100
Act = Literal["verify_email", "answered", "stop_mail", "sign_in", "invitation", "set_up"]
Asked = Connection | asyncpg.Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink:
    """What a link does, and for whom it was made."""

    business_id: int
    hash: bytes
    act: Act
    user_id: int | None
    staff_uid: str | None
    conversation_uid: str | None
    address: str | None
    business: str | None
    locale: str | None
    lead_title: str | None
    lead_contact: dict[str, str] | None


async def make_link(
    asked: Asked,
    act: Act,
    *,
    business_id: int,
    address: str,
    user_id: int | None = None,
    staff_uid: str | None = None,
    conversation_uid: str | None = None,
) -> str:
    """The path of a new link; it stands nowhere else."""
    token = new_secret(PREFIX)
    await asked.execute(
        SQL["make"], business_id, hash_of(token), act, user_id, staff_uid, conversation_uid, address, HOURS[act]
    )
    return (ENTER_PATH if act in ENTERING else PATH) + token


async def find_link(asked: Asked, token: str) -> MailLink | None:
    """The link of a token while it can still be used."""
    if len(token) > TOKEN_MOST_CHARS or looks_mistyped(token):
        return None
    row = await asked.fetchrow(SQL["find"], hash_of(token))
    return MailLink(**row) if row else None


async def use_link(connection: Connection, link: MailLink) -> bool:
    """Take its one use. False when somebody was faster."""
    return bool(await connection.fetchval(SQL["use"], link.business_id, link.hash))


async def forget_link(asked: Asked, path: str) -> None:
    """The mail it stood in did not leave."""
    await asked.execute(SQL["forget"], hash_of(path.rpartition("/")[2]))


async def was_asked_lately(asked: Asked, business_id: int, user_id: int) -> bool:
    """Whether this address got a link to confirm it within a day."""
    return bool(await asked.fetchval(SQL["asked_lately"], business_id, user_id))


async def entries_lately(asked: Asked, user_id: int) -> int:
    """How many links to sign in a user was mailed within the hour."""
    return int(await asked.fetchval(SQL["entries_lately"], user_id))


async def drop_dead(asked: Asked) -> None:
    """Forget links that can be used no more."""
    await asked.execute(SQL["drop_dead"])
