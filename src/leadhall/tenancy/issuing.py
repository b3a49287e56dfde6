"""Tokens by API: whose a caller may list, make and revoke (api.md 3.1).

A directory: all of its own. A member of staff: their own in their business. An app: its own. What a caller
makes reaches no further than the caller: scopes, businesses, networks, mode and end are handed on.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound, Unauthorized
from leadhall.core.secrets import hash_of
from leadhall.core.sql import statements
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.tenancy.tokens import (
    SCOPES_OF,
    Grant,
    IssuedToken,
    Kind,
    Mode,
    create_token,
    revoke_token,
    rotate_token,
)

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
    only_businesses: list[str] | None
    cidrs: list[str] | None
    mode: Mode
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A token that a caller wants for themselves: None is as far as the caller reaches."""

    label: str = ""
    scopes: list[str]
    businesses: list[int] | None = None
    cidrs: list[str] | None = None
    mode: Mode = "live"
    expires_at: datetime | None = None


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
    """The living tokens that a caller looks after, their own first, then the newest; of a limited one its own alone."""
    rows = await connection.fetch(SQL["list"], *_within(caller), *_named(whose), LISTED_MOST, caller.token_uid)
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


async def issue_own(connection: Connection, caller: Caller, wish: Wish) -> IssuedToken:
    """One more token of the caller's own kind, narrower as wished; Invalid for what reaches further than the caller."""
    require_whole(caller)
    handed = _handed_on(caller, _own_kind(caller), **_own_place(caller))
    faults = _beyond(caller, wish)
    if faults:
        raise Invalid.of(faults)
    ends = [at for at in (wish.expires_at, caller.expires_at) if at is not None]
    grant = replace(
        handed,
        label=wish.label,
        scopes=wish.scopes,
        only_businesses=handed.only_businesses if wish.businesses is None else sorted(wish.businesses),
        cidrs=handed.cidrs if wish.cidrs is None else wish.cidrs,
        mode="test" if caller.is_test else wish.mode,
        expires_at=min(ends, default=None),
    )
    return await create_token(connection, grant)


def _own_kind(caller: Caller) -> Kind:
    if caller.kind not in SCOPES_OF:
        raise _not_theirs("Tokens of this kind make no others")
    return caller.kind


def _own_place(caller: Caller) -> dict[str, Any]:
    if caller.kind == "directory":
        return {"directory_id": caller.directory_id}
    named = {"staff_uid": caller.staff_uid} if caller.kind == "staff" else {"app_id": caller.app_id}
    return {"business_id": caller.business_id, **named}


def _beyond(caller: Caller, wish: Wish) -> list[Fault]:
    """What of a wish its caller cannot hand on."""
    faults = []
    if not wish.scopes or not set(wish.scopes) <= caller.scopes:
        faults.append(Fault("invalid", "Choose at least one scope, and only such as you have", "scopes"))
    if wish.businesses is not None and (caller.is_bound or not wish.businesses):
        faults.append(Fault("invalid", "A list of businesses is for tokens that reach several", "only_businesses"))
    elif wish.businesses and caller.only_businesses and not set(wish.businesses) <= caller.only_businesses:
        faults.append(Fault("invalid", "Only businesses that you reach", "only_businesses"))
    if wish.cidrs is not None and not all(_is_network_of(caller, cidr) for cidr in wish.cidrs):
        faults.append(Fault("invalid", "Networks such as 203.0.113.0/24, within those of your own token", "cidrs"))
    return faults


def _is_network_of(caller: Caller, text: str) -> bool:
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return caller.cidrs is None or any(
        network.version == own.version and network.subnet_of(own)  # type: ignore[arg-type] # of one version
        for own in caller.cidrs
    )


async def rotate_own(connection: Connection, caller: Caller, uid: str, *, grace: timedelta) -> IssuedToken:
    """A new secret for a token that the caller looks after; the old one works for `grace` more. NotFound."""
    token = await _own(connection, caller, uid)
    if _reaches_further(caller, token):
        raise Invalid("That token reaches further than yours: it is rotated by whoever has as much", field="token")
    return await rotate_token(connection, uid, grace=grace, actor=caller.principal)


async def revoke_own(connection: Connection, caller: Caller, uid: str) -> None:
    """Revoke a token that the caller looks after. NotFound."""
    await _own(connection, caller, uid)
    await revoke_token(connection, uid, actor=caller.principal)


async def _own(connection: Connection, caller: Caller, uid: str) -> ListedToken:
    require_whole(caller)
    for token in await list_own(connection, caller, Whose()):
        if token.uid == uid:
            return token
    raise NotFound("Token not found")


def _reaches_further(caller: Caller, token: ListedToken) -> bool:
    """Whether its secret would open what the caller's does not: from other networks, for real, with more scopes."""
    if token.uid == caller.token_uid:
        return False
    is_freer = (caller.cidrs is not None and token.cidrs is None) or (caller.is_test and token.mode == "live")
    return is_freer or not set(token.scopes) <= caller.scopes


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
