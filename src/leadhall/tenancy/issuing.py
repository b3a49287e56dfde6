"""Tokens by API: whose a caller may list, make and revoke (api.md 3.1).

A directory: all of its own. A member of staff: their own in their business. An app: its own. What a caller
makes reaches no further than the caller: scopes, businesses, networks, mode and end are handed on.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound, Unauthorized
from leadhall.core.secrets import hash_of
from leadhall.core.sql import statements
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.tenancy.tokens import SCOPES_OF, Grant, IssuedToken, Kind, Mode, create_token

SQL = statements(__package__, "issuing.sql")
LISTED_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whom a token is for, as a caller names them; blank is not named."""

    business: BusinessRef | None = None
    app: str | None = None
    directory: str | None = None
    user: str | None = None

    @property
    def is_named(self) -> bool:
        return any((self.business, self.app, self.directory, self.user))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedToken:
    """A living token as it may be shown."""

    uid: str
    principal: str
    kind: Kind
    label: str
    hint: str
    directory_uid: str
    business_uid: str | None
    staff_uid: str | None
    app_uid: str | None
    client_uid: str | None
    scopes: list[str]
    mode: Mode
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def is_whole(caller: Caller) -> bool:
    """Whether the token has every scope of its kind: only such a one looks after tokens."""
    return caller.kind in SCOPES_OF and frozenset(SCOPES_OF[caller.kind]) <= caller.scopes


def require_whole(caller: Caller) -> None:
    """Unauthorized (token_kind) for a token made for less, such as a website's."""
    if not is_whole(caller):
        raise _not_theirs("This token lacks scopes of its kind, and so may not look after tokens")


def _not_theirs(message: str) -> Unauthorized:
    return Unauthorized(faults=(Fault("token_kind", message),))


async def list_own(connection: Connection, caller: Caller, whose: Whose) -> list[ListedToken]:
    """The living tokens that a caller looks after, newest first; of a limited one its own alone."""
    rows = await connection.fetch(SQL["list"], *_within(caller), *_named(whose), LISTED_MOST)
    listed = [ListedToken(**row) for row in rows]
    return listed if is_whole(caller) else [each for each in listed if each.uid == caller.token_uid]


def _within(caller: Caller) -> tuple[Any, ...]:
    """Directory, business, member of staff, app and businesses to which a caller's tokens are bound."""
    only = None if caller.only_businesses is None else sorted(caller.only_businesses)
    return caller.directory_id, caller.business_id, caller.staff_uid, caller.app_id, only


def _named(whose: Whose) -> tuple[str | None, str | None, str | None]:
    return whose.app, whose.directory, whose.user


async def issue(connection: Connection, caller: Caller, whose: Whose) -> IssuedToken:
    """Make a token. NotFound for whom the caller may not make one, whether they are there or not."""
    require_whole(caller)
    grant = await _grant(connection, caller, whose)
    if caller.only_businesses is not None and not _is_among(caller, grant):
        raise NotFound("Resource not found")
    return await create_token(connection, grant)


def _is_among(caller: Caller, grant: Grant) -> bool:
    return grant.business_id is None or grant.business_id in (caller.only_businesses or ())


async def _grant(connection: Connection, caller: Caller, whose: Whose) -> Grant:
    business_id = whose.business.id if whose.business else caller.business_id
    if whose.directory:
        return await _for_directory(connection, caller, whose.directory)
    if whose.app or caller.kind == "app":
        return await _for_app(connection, caller, whose.app, business_id)
    return await _for_staff(connection, caller, whose.user, business_id)


async def _for_directory(connection: Connection, caller: Caller, name: str) -> Grant:
    found = await connection.fetchval(SQL["directory_named"], caller.directory_id, name)
    if caller.kind != "directory" or found is None:
        raise NotFound("Resource not found")
    return _handed_on(caller, "directory", directory_id=found)


async def _for_app(connection: Connection, caller: Caller, name: str | None, business_id: int | None) -> Grant:
    app_id = await connection.fetchval(SQL["app_named"], caller.directory_id, name) if name else caller.app_id
    if app_id is None or (caller.kind == "app" and app_id != caller.app_id):
        raise NotFound("Resource not found")
    return _handed_on(caller, "app", app_id=app_id, business_id=business_id)


async def _for_staff(connection: Connection, caller: Caller, user: str | None, business_id: int | None) -> Grant:
    if caller.kind == "staff" and user is None:
        user = caller.staff_uid
    if user is not None:
        row = await connection.fetchrow(SQL["staff_of_user"], user, business_id)
        found = (row["business_id"], row["uid"]) if row else (None, None)
    else:
        found = (business_id, await connection.fetchval(SQL["owner_of"], business_id))
    if found[1] is None or (caller.kind == "staff" and found[1] != caller.staff_uid):
        raise NotFound("Resource not found")
    return _handed_on(caller, "staff", business_id=found[0], staff_uid=found[1])


def _handed_on(caller: Caller, kind: Kind, **whose: Any) -> Grant:
    """A grant that reaches no further than the caller does."""
    bound = whose.get("business_id") is not None
    only = None if bound or caller.only_businesses is None else sorted(caller.only_businesses)
    return Grant(
        kind=kind,
        scopes=[scope for scope in SCOPES_OF[kind] if scope in caller.scopes],
        only_businesses=only,
        cidrs=None if caller.cidrs is None else [str(network) for network in caller.cidrs],
        mode=caller.mode,
        rate_per_s=caller.rate_per_s,
        burst=caller.burst,
        expires_at=caller.expires_at,
        issued_by=caller.principal,
        **whose,
    )


async def revoke_secret(connection: Connection, caller: Caller, secret: str, own_secret: str | None) -> list[str]:
    """Revoke the token of this secret (or uid); answers it. Invalid for one that the caller does not look after."""
    is_own = hmac.compare_digest(hash_of(secret), hash_of(own_secret or caller.token_uid))
    if not is_own:
        require_whole(caller)
    by = (None, caller.token_uid) if is_own else (hash_of(secret), None)
    rows = await _revoke(connection, caller, Whose(), by)
    if not rows and not is_own:
        rows = await _revoke(connection, caller, Whose(), (None, secret))
    if not rows:
        raise Invalid("invalid token", field="token")
    return [secret]


async def revoke_whose(connection: Connection, caller: Caller, whose: Whose) -> list[str]:
    """Revoke all tokens of somebody; answers their masks. None of them is a fine answer."""
    require_whole(caller)
    return [row["hint"] for row in await _revoke(connection, caller, whose, (None, None))]


async def _revoke(
    connection: Connection, caller: Caller, whose: Whose, by: tuple[bytes | None, str | None]
) -> list[Any]:
    within = _within(caller)
    if by[1] == caller.token_uid:  # every token may end itself, whatever businesses it is limited to
        within = (*within[:4], None)
    if whose.business is not None:
        within = (within[0], whose.business.id, *within[2:])
    rows: list[Any] = await connection.fetch(SQL["revoke"], *within, *_named(whose), *by)
    for row in rows:
        await record_act(
            connection, "token/revoked", row["uid"], actor=caller.principal, business_id=row["business_id"]
        )
    return rows
