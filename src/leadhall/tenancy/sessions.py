"""Sign-ins of people: opaque secrets kept as hashes. 12 hours without use end one, 30 days in any case."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

import msgspec

from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.secrets import hash_of, new_secret
from leadhall.core.sql import statements

SQL = statements(__package__, "people_calls.sql")
PREFIX = "lh_session"
USER_AGENT_MOST_CHARS = 512
LIVES_S = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in; `business_id` is the business they chose to work for."""

    uid: str
    user_id: int
    user_uid: str
    email: str
    business_id: int | None = None
    locale: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    has_password: bool = False


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of a person's sign-ins, as they see it in their list; `here` is the one they look from."""

    uid: str
    user_agent: str | None
    ip: str | None
    created_at: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """A business that a user serves, and as what."""

    business_id: int
    business_uid: str
    business_name: str
    directory_id: int
    staff_uid: str
    role: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Administered:
    """A directory that a user administers."""

    id: int
    uid: str
    name: str


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


async def list_sessions(connection: Connection, user_id: int, secret: str) -> list[SignIn]:
    """A user's sign-ins that live, the last used first."""
    rows = await connection.fetchval(SQL["sessions_of"], user_id, hash_of(secret))
    return [msgspec.convert(row, SignIn) for row in rows]


async def close_session_of(connection: Connection, user_id: int, uid: str) -> bool:
    """End one of a user's own sign-ins. False when they have none such."""
    return bool(await connection.fetchval(SQL["close_session_of"], user_id, uid))


async def choose_business(connection: Connection, secret: str, business_id: int) -> bool:
    """Work for another business. False when it is none that this user serves."""
    return bool(await connection.fetchval(SQL["choose_business"], hash_of(secret), business_id))


async def memberships_of(connection: Connection, user_id: int, *, directory_id: int | None = None) -> list[Membership]:
    """The open businesses (of one directory) that a user serves."""
    rows = await connection.fetchval(SQL["memberships"], user_id, directory_id)
    return [Membership(**row) for row in rows]


async def administered_by(connection: Connection, user_id: int) -> list[Administered]:
    """The directories that a user administers."""
    return [Administered(**row) for row in await connection.fetchval(SQL["administered"], user_id)]


def csrf_token(secret: str, business_uid: str = "") -> str:
    """What a page's forms carry to show that they are of this very session, and of the business it worked for then."""
    return hash_of(f"csrf {secret} {business_uid}").hex()


def is_csrf_token(secret: str, token: str, business_uid: str = "") -> bool:
    """Whether a form came from a page of this session, made for this business."""
    return hmac.compare_digest(csrf_token(secret, business_uid).encode(), token.encode())
