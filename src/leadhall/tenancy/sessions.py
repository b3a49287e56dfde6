"""Sign-ins of people: opaque secrets kept as hashes. 12 hours without use end one, 30 days in any case."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.secrets import hash_of, new_secret
from leadhall.core.sql import statements

SQL = statements(__package__, "people_calls.sql")
PREFIX = "lh_session"
USER_AGENT_MOST_CHARS = 512


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in."""

    uid: str
    user_id: int
    user_uid: str
    email: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A business that a user serves, and as what."""

    business_id: int
    business_uid: str
    business_name: str
    directory_id: int
    staff_uid: str
    role: str


async def open_session(
    connection: Connection, user_id: int, *, user_agent: str | None = None, ip: str | None = None
) -> str:
    """Sign a user in; answers the secret for their cookie, told this once."""
    secret = new_secret(PREFIX)
    agent = user_agent[:USER_AGENT_MOST_CHARS] if user_agent else None
    await connection.execute(SQL["open_session"], hash_of(secret), mint(), user_id, agent, ip)
    return secret


async def find_session(connection: Connection, secret: str) -> Session | None:
    """Who this is, while the session lives; it lives on by being asked for."""
    row = await connection.fetchval(SQL["find_session"], hash_of(secret))
    return None if row is None else Session(**row)


async def close_session(connection: Connection, secret: str) -> None:
    """Sign out. Harmless for a session that is over."""
    await connection.fetchval(SQL["close_sessions"], hash_of(secret), None)


async def close_sessions_of(connection: Connection, user_id: int) -> list[str]:
    """Sign a user out everywhere; answers the uids of the sessions that lived."""
    closed: list[str] = await connection.fetchval(SQL["close_sessions"], None, user_id)
    return closed


async def memberships_of(connection: Connection, user_id: int, *, directory_id: int | None = None) -> list[Membership]:
    """The open businesses (of one directory) that a user serves."""
    rows = await connection.fetchval(SQL["memberships"], user_id, directory_id)
    return [Membership(**row) for row in rows]


def csrf_token(secret: str) -> str:
    """What a page's forms carry to show that they are of this very session."""
    return hash_of(f"csrf {secret}").hex()


def is_csrf_token(secret: str, token: str) -> bool:
    """Whether a form came from a page of this session."""
    return hmac.compare_digest(csrf_token(secret).encode(), token.encode())
