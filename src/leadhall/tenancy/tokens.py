"""Tokens: made and shown once, kept as their SHA-256, rotated without a gap, revoked within a second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Literal

from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.operation import SCOPES
from leadhall.core.secrets import hash_of, hint_of, looks_mistyped, new_secret
from leadhall.core.sql import statements
from leadhall.tenancy.audit import OPERATOR, record_act
from leadhall.tenancy.reading import Reader, one_of, read_all, read_text

SQL = statements(__package__, "tokens.sql")

Kind = Literal["staff", "app", "directory", "client"]
Mode = Literal["live", "test"]

PREFIXES: dict[Kind, str] = {"staff": "lh_staff", "app": "lh_app", "directory": "lh_dir", "client": "lh_client"}
SCOPES_OF: dict[Kind, tuple[str, ...]] = {
    "staff": SCOPES,
    "app": tuple(scope for scope in SCOPES if scope != "admin"),
    "directory": SCOPES,
    "client": ("messages",),
}
FOR_WEBSITE = ("leads:write",)
IMPORTED_LEAST_CHARS = 16
RATE_MOST = 1_000_000
PAGE_MOST = 200
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token is to be: for whom, and how far it reaches.

    staff: business_id and staff_uid. app: app_id, and business_id when for one business only. directory:
    directory_id. client: business_id and client_uid. `scopes` None means all of the kind, `only_businesses` and
    `cidrs` None no further limit, `rate_per_s` None the instance's and 0 unlimited.
    """

    kind: Kind
    directory_id: int | None = None
    business_id: int | None = None
    staff_uid: str | None = None
    app_id: int | None = None
    client_uid: str | None = None
    label: str = ""
    scopes: Sequence[str] | None = None
    only_businesses: Sequence[int] | None = None
    cidrs: Sequence[str] | None = None
    mode: Mode = "live"
    rate_per_s: float | None = None
    burst: int | None = None
    expires_at: datetime | None = None
    issued_by: str = OPERATOR


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`secret` is shown this once; None for a token imported by its hash."""

    uid: str
    principal: str
    hint: str
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it may be shown: `hint` instead of the secret."""

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
    rate_per_s: float | None
    burst: int | None
    issued_by: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


async def create_token(connection: Connection, grant: Grant) -> IssuedToken:
    """Make a token. Invalid names every fault of the grant; NotFound when whom it is for is not there."""
    secret = new_secret(PREFIXES[grant.kind])
    return await _store(connection, grant, secret, hash_of(secret), hint_of(secret), act="token/created")


async def import_token(
    connection: Connection, grant: Grant, *, secret: str | None = None, sha256: str | None = None
) -> IssuedToken:
    """Accept a secret that callers use already, given itself or as the SHA-256 (64 hex) of its UTF-8 bytes.

    Invalid when it could be guessed or is no hash; AlreadyExists when it is a token here; else as `create_token`.
    """
    if (secret is None) == (sha256 is None):
        raise Invalid("Give either the secret or its SHA-256", field="secret")
    hash_, hint = _of_secret(secret) if secret is not None else _of_hash(sha256 or "")
    return await _store(connection, grant, None, hash_, hint, act="token/imported")


def _of_secret(secret: str) -> tuple[bytes, str]:
    if len(secret) < IMPORTED_LEAST_CHARS or looks_mistyped(secret):
        raise Invalid(f"A secret must be at least {IMPORTED_LEAST_CHARS} characters, and not mistyped", field="secret")
    return hash_of(secret), hint_of(secret)


def _of_hash(sha256: str) -> tuple[bytes, str]:
    if not _SHA256.fullmatch(sha256.strip()):
        raise Invalid("A SHA-256 is 64 hexadecimal digits", field="sha256")
    digits = sha256.strip().lower()
    return bytes.fromhex(digits), f"sha256 {digits[:8]}…"


async def _store(
    connection: Connection, grant: Grant, secret: str | None, hash_: bytes, hint: str, *, act: str
) -> IssuedToken:
    values = _read(grant)
    uid = mint()
    async with connection.transaction():
        directory_id = await _directory_of(connection, grant)
        await _check_list(connection, grant, directory_id)
        made = await connection.fetchval(
            SQL["insert"],
            *(hash_, uid, grant.kind, values["label"], hint, directory_id, grant.business_id, grant.staff_uid),
            *(grant.app_id, grant.client_uid, values.get("scopes") or SCOPES_OF[grant.kind], grant.only_businesses),
            *(values.get("cidrs"), grant.mode, grant.rate_per_s, grant.burst, grant.issued_by, grant.expires_at),
        )
        if not made:
            raise AlreadyExists("This secret is a token here already", field="secret")
        await record_act(connection, act, uid, actor=grant.issued_by, business_id=grant.business_id)
    return IssuedToken(uid, uid, hint, secret)


def _read(grant: Grant) -> dict[str, Any]:
    """What can be read without the database; Invalid names every fault."""
    given = {
        name: getattr(grant, name) for name in ("label", "scopes", "cidrs", "mode", "rate_per_s", "burst", "expires_at")
    }
    readers: dict[str, Reader] = {
        "label": read_text,
        "scopes": partial(_read_scopes, grant.kind),
        "cidrs": _read_cidrs,
        "mode": one_of("live", "test"),
        "rate_per_s": _read_number,
        "burst": _read_number,
        "expires_at": _read_time,
    }
    return read_all(given, readers)


def _read_scopes(kind: Kind, scopes: Sequence[str]) -> list[str]:
    if not scopes or not set(scopes) <= set(SCOPES_OF[kind]):
        raise ValueError(f"must be among {', '.join(SCOPES_OF[kind])} for {kind} tokens")
    return list(dict.fromkeys(scopes))


def _read_cidrs(cidrs: Sequence[str]) -> list[IPv4Network | IPv6Network]:
    if not cidrs:
        raise ValueError("must name a network, or be left out")
    return [ip_network(cidr.strip(), strict=False) for cidr in cidrs]


def _read_number(number: float) -> float:
    if not 0 <= number <= RATE_MOST:
        raise ValueError(f"must be 0 to {RATE_MOST}")
    return number


def _read_time(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("must say its time zone")
    return at


async def _directory_of(connection: Connection, grant: Grant) -> int:
    """The directory that whom the grant is for belongs to."""
    told = {
        "staff": (grant.business_id, grant.staff_uid),
        "app": (grant.app_id, grant.business_id),
        "directory": (grant.directory_id,),
        "client": (grant.business_id, grant.client_uid),
    }[grant.kind]
    directory_id: int | None = await connection.fetchval(SQL[f"directory_of_{grant.kind}"], *told)
    if directory_id is None or grant.directory_id not in (None, directory_id):
        raise NotFound(f"There is nobody such a {grant.kind} token could be for")
    return directory_id


async def _check_list(connection: Connection, grant: Grant, directory_id: int) -> None:
    """All businesses of the list must be the directory's."""
    if grant.only_businesses is None:
        return
    found = await connection.fetchval(SQL["businesses_of"], directory_id, grant.only_businesses)
    if not grant.only_businesses or found != len(set(grant.only_businesses)):
        raise NotFound("only_businesses must name businesses of the token's directory", field="only_businesses")


async def list_tokens(
    connection: Connection,
    *,
    directory_id: int | None = None,
    business_id: int | None = None,
    after: str = "",
    limit: int = PAGE_MOST,
) -> list[Token]:
    """Tokens (of a directory, of a business), masked, dead ones too, in the order they were made.

    `after` is the uid that closed the last page.
    """
    rows = await connection.fetch(SQL["list"], directory_id, business_id, after, min(limit, PAGE_MOST))
    return [Token(**row) for row in rows]


async def get_token(connection: Connection, uid: str) -> Token:
    """The token of this uid, masked, dead or alive. NotFound."""
    row = await connection.fetchrow(SQL["get"], uid)
    if row is None:
        raise NotFound("Token not found")
    return Token(**row)


async def revoke_token(connection: Connection, uid: str, *, actor: str = OPERATOR) -> None:
    """Within a second the token opens no door; harmless when it is dead already. NotFound."""
    async with connection.transaction():
        token = await get_token(connection, uid)
        if await connection.fetchval(SQL["revoke"], uid):
            await record_act(connection, "token/revoked", uid, actor=actor, facts={"principal": token.principal})


async def revoke_tokens_of_client(
    connection: Connection, business_id: int, client_uids: Sequence[str], *, actor: str
) -> None:
    """Whoever holds a token of these clients of a business is let in no more."""
    for row in await connection.fetch(SQL["revoke_of_client"], business_id, list(client_uids)):
        await record_act(connection, "token/revoked", row["uid"], actor=actor, business_id=business_id)


async def rotate_token(
    connection: Connection, uid: str, *, grace: timedelta = timedelta(), actor: str = OPERATOR
) -> IssuedToken:
    """A new secret for the same principal; the old one works for `grace` more, so that no caller falls between.

    What expires gets as long a life again. NotFound; Invalid for a token that is dead.
    """
    async with connection.transaction():
        old = await get_token(connection, uid)
        secret, new_uid = new_secret(PREFIXES[old.kind]), mint()
        row = await connection.fetchrow(SQL["rotate"], uid, hash_of(secret), new_uid, hint_of(secret), actor)
        if row is None:
            raise Invalid("This token is dead already: make a new one", field="token")
        await connection.execute(SQL["expire"], uid, grace)
        await record_act(connection, "token/rotated", uid, actor=actor, facts={"new": new_uid})
    return IssuedToken(new_uid, old.principal, hint_of(secret), secret)
