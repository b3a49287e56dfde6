"""The doorkeeper: whose token this is, and which business they may reach with it.

Both answers are remembered for at most a second, so a revocation is felt everywhere
within one. Refusals tell nothing apart: missing and foreign, unknown and from a wrong
network read the same and take the same path.

A database that is away raises what asyncpg raises; the doors have the words for that.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import asyncpg
import structlog
from asyncpg.exceptions import InterfaceError, InternalClientError, PostgresError

from leadhall.core.clock import now
from leadhall.core.secrets import InstanceKey, hash_of, looks_mistyped
from leadhall.core.sql import SqlFile, statements
from leadhall.tenancy.caller import BusinessRef, Caller, DeadToken, require, unknown_token
from leadhall.tenancy.jwts import OurJwt, issue_id_token, issue_jwt, may_be_jwt, read_jwt
from leadhall.tenancy.memory import ShortMemory
from leadhall.tenancy.reach import Named, Reach

FUNCTIONS = [SqlFile.of(__package__, "doorkeeper.sql")]
SQL = statements(__package__, "doorkeeper_calls.sql")

SECRET_MOST_CHARS = 4096
TOUCH_EVERY_S = 60.0
HELD_FOR_S = 90 * 86_400

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """A token as it was found; `died` is the code of its death."""

    caller: Caller
    died: str | None = None
    died_recently: bool = False


class Doorkeeper:
    """Stands before every door of one process. `pool` is of role app."""

    def __init__(self, pool: asyncpg.Pool, key: InstanceKey) -> None:
        self._pool = pool
        self._jwt_key = key.jwt_key
        self._memory: ShortMemory[bytes, _Found | None] = ShortMemory()
        self._reach = Reach(pool)
        self._used: set[str] = set()
        self._touched: dict[str, float] = {}

    async def identify(self, secret: str, ip: str | None) -> Caller:
        """Who presents this secret (a token, or a JWT of ours) from this address.

        DeadToken when it was valid once; Unauthorized (token_unknown) for everything else.
        """
        found = None
        if len(secret) <= SECRET_MOST_CHARS:
            found = await self._memory.recall(hash_of(secret), self._find, secret)
        return self._let_in(found, ip)

    def recognize(self, secret: str, ip: str | None) -> Caller | None:
        """What `identify` answers, if that can be told without a wait; None when it must be asked."""
        if len(secret) > SECRET_MOST_CHARS:
            return None
        found = self._memory.known(hash_of(secret), self._find, secret)
        return self._let_in(found, ip) if found else None

    def _let_in(self, found: _Found | None, ip: str | None) -> Caller:
        if found is None or not found.caller.may_come_from(ip):
            raise unknown_token()
        if found.died:
            raise DeadToken(found.caller, found.died, died_recently=found.died_recently)
        self._used.add(found.caller.token_uid)
        return found.caller

    async def holder(self, token_uid: str) -> Caller | None:
        """Whose token this uid is, dead or alive; None when it is no longer known. Opens no door."""
        found = await self._ask(None, token_uid)
        return found.caller if found else None

    async def reach(self, caller: Caller, names: Sequence[Named], *, needed: bool = True) -> BusinessRef | None:
        """The one business that these (place, name) pairs and the token mean; see `Reach.business`."""
        return await self._reach.business(caller, names, needed=needed)

    def reached(self, caller: Caller, name: str) -> BusinessRef | None:
        """What `reach` answers to this one name, if that can be told without a wait; None when it must be asked."""
        return self._reach.known(caller, name)

    require = staticmethod(require)

    def issue_jwt(self, token_uid: str, *, subject: str, for_s: int, claims: Mapping[str, Any] | None = None) -> str:
        """A JWT that stands for a token for `for_s` seconds and dies with it. `subject` is the token's principal."""
        return issue_jwt(self._jwt_key, token_uid, subject=subject, for_s=for_s, claims=claims)

    def issue_id_token(self, *, for_client: str, subject: str, for_s: int, claims: Mapping[str, Any]) -> str:
        """An id token for an app; no token of ours."""
        return issue_id_token(self._jwt_key, for_client=for_client, subject=subject, for_s=for_s, claims=claims)

    async def touch_used(self) -> None:
        """Write down which tokens were used, each at most once a minute.

        For a task in the background: a database that is away raises nothing, it is told later.
        """
        before = time.monotonic() - TOUCH_EVERY_S
        self._touched = {uid: at for uid, at in self._touched.items() if at > before}
        due = [uid for uid in self._used if uid not in self._touched]
        if not due:
            return
        try:
            await self._pool.execute(SQL["touch_tokens"], due)
        except (OSError, PostgresError, InterfaceError, InternalClientError) as fault:
            log.warning("tokens_not_touched", because=type(fault).__name__)
            return
        self._touched |= dict.fromkeys(due, time.monotonic())
        self._used.difference_update(due)

    async def _find(self, secret: str) -> _Found | None:
        jwt = read_jwt(self._jwt_key, secret) if may_be_jwt(secret) else None
        if jwt is not None:
            return _as_jwt(await self._ask(None, jwt.token_uid), jwt)
        if looks_mistyped(secret):  # whoever made it up could tell as well: the checksum needs no secret
            return None
        return await self._ask(hash_of(secret), None)

    async def _ask(self, by_hash: bytes | None, by_uid: str | None) -> _Found | None:
        row = await self._pool.fetchval(SQL["find_token"], by_hash, by_uid)
        return None if row is None else _found(row)


def _as_jwt(found: _Found | None, jwt: OurJwt) -> _Found | None:
    """A JWT past its time is dead although the token behind it lives."""
    if found is None or found.died or jwt.expired_at is None:
        return found
    return replace(found, died="token_expired", died_recently=now().timestamp() - jwt.expired_at < HELD_FOR_S)


def _found(row: dict[str, Any]) -> _Found:
    return _Found(_caller(row), row["died"], bool(row["died_recently"]))


def _caller(row: dict[str, Any]) -> Caller:
    business_id, business_uid = row["business_id"], row["business_uid"]
    only, cidrs, expires_at = row["only_businesses"], row["cidrs"], row["expires_at"]
    return Caller(
        token_uid=row["token_uid"],
        principal=row["principal"],
        kind=row["kind"],
        directory_id=row["directory_id"],
        business_id=business_id,
        business=BusinessRef(business_id, business_uid, row["directory_id"]) if business_uid else None,
        staff_uid=row["staff_uid"],
        app_id=row["app_id"],
        client_uid=row["client_uid"],
        scopes=frozenset(row["scopes"]),
        only_businesses=None if only is None else frozenset(only),
        cidrs=None if cidrs is None else tuple(map(ip_network, cidrs)),
        mode=row["mode"],
        rate_per_s=row["rate_per_s"],
        burst=row["burst"],
        expires_at=None if expires_at is None else datetime.fromisoformat(expires_at),
        hint=row["hint"],
        own_identifiers=frozenset(row["own_identifiers"]),
    )
