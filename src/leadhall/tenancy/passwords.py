"""Passwords: argon2id, worked out in a thread, and asked for so seldom that guessing is hopeless."""

from __future__ import annotations

import asyncio
import time

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from leadhall.core.db import Connection
from leadhall.core.emails import email_key
from leadhall.core.errors import RateLimited
from leadhall.core.sql import statements

SQL = statements(__package__, "people_calls.sql")

TRIES_MOST = 5
TRIES_WITHIN_S = 60.0
NAMES_MOST = 10_000
AT_ONCE = 2  # each holds 64 MiB and a core for a tenth of a second
_HASHER = PasswordHasher()
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRvZm5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


class Attempts:
    """Tries at passwords, by address and by where they come from: five a minute each, in one process."""

    def __init__(self) -> None:
        self._tries: dict[str, list[float]] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def sign_in(self, connection: Connection, email: str, password: str, ip: str | None) -> int | None:
        """The user's id when address and password are theirs. RateLimited after five tries a minute.

        Who is unknown takes as long as who mistyped, and is answered alike.
        """
        key = self.count(email, ip)
        row = await connection.fetchval(SQL["find_login"], key)
        async with self._gate:
            right = await asyncio.to_thread(is_password, row["password_hash"] if row else _NOBODYS, password)
        return row["user_id"] if row and right else None

    def count(self, email: str, ip: str | None) -> str:
        """Count a try; answers the address's key, blank for no address. RateLimited after five a minute."""
        key = _key(email)
        for name in (key, f"ip {ip}"):
            self._count(name)
        return key

    def _count(self, name: str) -> None:
        now = time.monotonic()
        if len(self._tries) >= NAMES_MOST:
            self._tries = {each: tries for each, tries in self._tries.items() if tries[-1] > now - TRIES_WITHIN_S}
        recent = [at for at in self._tries.get(name, ()) if at > now - TRIES_WITHIN_S]
        if len(recent) >= TRIES_MOST:
            raise RateLimited(recent[0] + TRIES_WITHIN_S - now)
        self._tries[name] = [*recent, now]


def _key(email: str) -> str:
    try:
        return email_key(email)
    except ValueError:
        return ""


def is_password(hashed: str, password: str) -> bool:
    """Whether this is the password behind the hash. Takes a tenth of a second: call it in a thread."""
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


async def hash_password(password: str) -> str:
    """What is kept of a password."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def set_password(connection: Connection, user_id: int, password: str) -> None:
    """Give a user another password."""
    await set_password_hash(connection, user_id, await hash_password(password))


async def set_password_hash(connection: Connection, user_id: int, hashed: str) -> None:
    """The same, of a password that was hashed before."""
    await connection.execute(SQL["set_password"], user_id, hashed)
