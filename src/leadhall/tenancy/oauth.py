"""OAuth 2: apps get access tokens by their secret, or by a code that a person granted (api.md 3.1).

An access token is a JWT for an hour. It stands for one token of the app, made at first use and revoked like any
other; so limits and idempotency hang on one principal, however often the app asks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from leadhall.core.db import Connection
from leadhall.core.errors import Invalid
from leadhall.core.secrets import hash_of, new_secret
from leadhall.core.sql import statements
from leadhall.tenancy.apps import App, install_app
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.sessions import Membership
from leadhall.tenancy.tokens import SCOPES_OF, Grant, create_token

SQL = statements(__package__, "oauth.sql") | statements(__package__, "people_calls.sql")

ACCESS_FOR_S = 3_600
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Standing:
    """The token that access tokens stand for."""

    uid: str
    principal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed:
    """What a code was granted for."""

    business_id: int
    business_uid: str
    staff_uid: str
    redirect_uri: str
    scope: str
    code_challenge: str | None


async def standing_token(connection: Connection, app: App, business_id: int | None = None) -> Standing:
    """The app's token (for one business) that its access tokens stand for. NotFound when it is not installed there."""
    row = await connection.fetchrow(SQL["standing"], app.id, business_id)
    if row is not None:
        return Standing(**row)
    scopes = [scope for scope in app.scopes if scope in SCOPES_OF["app"]] or None
    grant = Grant(
        kind="app", app_id=app.id, business_id=business_id, label="oauth", scopes=scopes, issued_by=f"app {app.uid}"
    )
    made = await create_token(connection, grant)
    return Standing(made.uid, made.principal)


def may_go_to(app: App, redirect_uri: str) -> bool:
    """Whether a person may be sent there: to an address that the app was registered with, letter by letter."""
    return redirect_uri in (app.redirect_uri or "").split()


def read_redirect_uri(text: str) -> str:
    """Addresses of an app, parted by blanks. ValueError for one that is no https address (http on this machine)."""
    addresses = text.split()
    for address in addresses:
        parts = urlsplit(address)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not is_safe or not parts.hostname or parts.fragment or not address.isprintable():
            raise ValueError("must be an https address without a #fragment (http only on localhost)")
    return " ".join(addresses)


def is_challenge(text: str) -> bool:
    """Whether this is a PKCE challenge by S256."""
    return _CHALLENGE.fullmatch(text) is not None


async def grant_code(
    connection: Connection,
    app: App,
    who: Membership,
    *,
    user_id: int,
    redirect_uri: str,
    scope: str,
    challenge: str | None,
) -> str:
    """A person lets an app into a business: it is installed there, and gets a code good for ten minutes and one use."""
    code = new_secret("lh_code")
    await install_app(connection, app.id, who.business_id)
    await connection.execute(
        SQL["keep_code"], who.business_id, hash_of(code), app.id, user_id, who.staff_uid, redirect_uri, scope, challenge
    )
    await record_act(connection, "app/granted", app.uid, actor=who.staff_uid, business_id=who.business_id)
    return code


async def redeem_code(
    connection: Connection, app: App, code: str, *, redirect_uri: str, verifier: str | None
) -> Redeemed:
    """What the code was granted for; used up whatever comes. Invalid when it is not the app's or does not fit."""
    row = await connection.fetchval(SQL["take_code"], hash_of(code), app.id)
    if row is None:
        raise Invalid("The code is unknown, used up or over its ten minutes", field="code")
    redeemed = Redeemed(**row)
    if redirect_uri != redeemed.redirect_uri:
        raise Invalid("redirect_uri is not the one that the code was granted for", field="redirect_uri")
    if redeemed.code_challenge is not None and not _fits(verifier or "", redeemed.code_challenge):
        raise Invalid("code_verifier does not fit the code's challenge", field="code_verifier")
    return redeemed


def _fits(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())
