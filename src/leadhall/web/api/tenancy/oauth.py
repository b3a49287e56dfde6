"""`/oauth/token` and `/oauth/service/token`: an app's credentials or a granted code become an access token."""

from __future__ import annotations

import base64
import time
from typing import Any

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.operation import ANYBODY, ErrorCase, Example, Operation, Reply
from leadhall.tenancy.apps import App, find_app_by_secret
from leadhall.tenancy.oauth import ACCESS_FOR_S, Redeemed, redeem_code, standing_token
from leadhall.web.api.given import Given
from leadhall.web.api.query import parameters
from leadhall.web.api.refusals import Worded
from leadhall.web.api.tenancy.oauth_types import AccessToken, ExchangeBody, ServiceBody, ServiceToken
from leadhall.web.api.writes import content_of, read_any
from leadhall.web.call import Answer, Call
from leadhall.web.head import header

GRANTS = ("authorization_code", "client_credentials")
SECRET_MOST_CHARS = 512


async def _given(call: Call) -> Given:
    """What came in the query, over it what came in the body, over it HTTP Basic."""
    call.services.limiter.take(f"oauth {call.ip}", None, None)
    content = await content_of(call, read_any)
    return Given({**parameters(call.scope), **content, **_basic(call)})


def _basic(call: Call) -> dict[str, Any]:
    scheme, _, encoded = (header(call.scope, b"authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _settle(given: Given) -> None:
    """Faults of a request are invalid_request, and 400, here."""
    if given.faults:
        first = given.faults[0]
        raise Worded(400, first.message, code=first.code, error="invalid_request").of(tuple(given.faults))


async def exchange(call: Call) -> Answer:
    """An access token for an hour, by the app's secret alone or for a code."""
    given = await _given(call)
    grant = given.text("grant_type", needed=True)
    _settle(given)
    if grant not in GRANTS:
        words = f"grant_type must be one of: {', '.join(GRANTS)}"
        raise Worded(400, words, code="invalid", field="grant_type", error="unsupported_grant_type")
    app = await _app(call, given, "client_id", "client_secret")
    redeemed = await _redeem(call, app, given) if grant == "authorization_code" else None
    return Answer(await _access(call, app, redeemed))


async def _redeem(call: Call, app: App, given: Given) -> Redeemed:
    """In a transaction that stays: a code that does not fit is used up all the same."""
    code = given.text("code", needed=True, most_chars=SECRET_MOST_CHARS) or ""
    redirect_uri = given.text("redirect_uri", needed=True, most_chars=1000) or ""
    verifier = given.text("code_verifier", most_chars=SECRET_MOST_CHARS)
    _settle(given)
    async with call.services.app_pool.acquire() as connection:
        try:
            return await redeem_code(connection, app, code, redirect_uri=redirect_uri, verifier=verifier)
        except Invalid as fault:
            raise Worded(
                400, fault.first.message, code="invalid", field=fault.first.field, error="invalid_grant"
            ) from None


async def _app(call: Call, given: Given, id_name: str, secret_name: str) -> App:
    client_id = given.text(id_name, needed=True, most_chars=SECRET_MOST_CHARS)
    secret = given.text(secret_name, needed=True, most_chars=SECRET_MOST_CHARS)
    _settle(given)
    async with call.services.app_pool.acquire() as connection:
        app = await find_app_by_secret(connection, client_id or "", secret or "")
    if app is None:
        words = "Client authentication failed: no app has this id and secret"
        raise Worded(401, words, code="unauthorized", error="invalid_client")
    return app


async def _access(call: Call, app: App, redeemed: Redeemed | None) -> dict[str, Any]:
    keeper = call.services.doorkeeper
    async with scoped(call.services.app_pool, Scope((0,), app.directory_id)) as connection:
        try:
            standing = await standing_token(connection, app, redeemed.business_id if redeemed else None)
        except NotFound:
            words = "The app is installed there no more"
            raise Worded(400, words, code="invalid", field="code", error="invalid_grant") from None
    claims = {"type": "app"} | ({"business_id": redeemed.business_uid} if redeemed else {})
    token = keeper.issue_jwt(standing.uid, subject=standing.principal, for_s=ACCESS_FOR_S, claims=claims)
    answer = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": ACCESS_FOR_S,
        "created_at": int(time.time()),
        "scope": redeemed.scope if redeemed else "",
    }
    if redeemed and "openid" in redeemed.scope.split():
        who = {"business_id": redeemed.business_uid}
        answer["id_token"] = keeper.issue_id_token(
            for_client=app.client_id, subject=redeemed.staff_uid, for_s=ACCESS_FOR_S, claims=who
        )
    return answer


async def service_token(call: Call) -> Answer:
    """The same by other names: an app as a service."""
    given = await _given(call)
    access = await _access(call, await _app(call, given, "service_id", "service_secret"), None)
    data = {"token": access["access_token"], "expires_in": access["expires_in"]}
    flat = {name: access[name] for name in ("access_token", "token_type", "created_at", "expires_in")}
    return Answer({"success": True, "data": data, **flat})


ERRORS = (
    ErrorCase(400, "unreadable", "The query or the body cannot be read."),
    ErrorCase(400, "duplicate_key", "A parameter stands twice."),
    ErrorCase(400, "too_deep", "Objects and lists are nested more than 8 deep."),
    ErrorCase(400, "missing", "A parameter is missing: `error` is invalid_request."),
    ErrorCase(400, "invalid", "A parameter cannot be used: `error` is unsupported_grant_type or invalid_grant."),
    ErrorCase(400, "not_text", "An object or list stands where text belongs."),
    ErrorCase(400, "too_long", "A text is over its limit."),
    ErrorCase(401, "unauthorized", "No app has this id and secret: `error` is invalid_client."),
    ErrorCase(408, "unreadable", "The body did not arrive in time."),
    ErrorCase(413, "too_large", "The body is over 1 MiB."),
    ErrorCase(414, "too_large", "The address is over 8 KiB."),
    ErrorCase(415, "media_type", "The Content-Type is not JSON, urlencoded or multipart."),
    ErrorCase(429, "rate_limited", "Too many requests from this address."),
    ErrorCase(503, "busy", "Too many requests are being answered."),
    ErrorCase(503, "unavailable", "The database is away."),
)
_ACCESS = {
    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0eXBlIjoiYXBwIn0.c2lnbmF0dXJl",
    "token_type": "Bearer",
    "expires_in": ACCESS_FOR_S,
    "created_at": 1_795_000_000,
}
_ID = "c1" * 32
_SERVICE = {"data": {"token": _ACCESS["access_token"], "expires_in": ACCESS_FOR_S}}

OPERATIONS = (
    Operation(
        name="exchange_token",
        title="Exchange for an access token",
        summary="OAuth 2: an app's access token for an hour, by client_credentials or for an authorization code "
        "(with PKCE when the code was asked for with it). JSON, form or query.",
        method="POST",
        path="/oauth/token",
        door="api",
        policy=ANYBODY,
        handler=exchange,
        request=ExchangeBody,
        secret=True,
        replies=(Reply(200, AccessToken, _ACCESS | {"scope": ""}, "The access token."),),
        errors=ERRORS,
        examples=(
            Example("An app", {"grant_type": "client_credentials", "client_id": _ID, "client_secret": "…"}),
            Example("In the query", query={"grant_type": "client_credentials", "client_id": _ID, "client_secret": "…"}),
        ),
        family="oauth",
        tag="Tokens",
    ),
    Operation(
        name="create_service_token",
        title="Create a service token",
        summary="An app's access token by its client id and secret, under the names of a service.",
        method="POST",
        path="/oauth/service/token",
        door="api",
        policy=ANYBODY,
        handler=service_token,
        request=ServiceBody,
        secret=True,
        replies=(Reply(200, ServiceToken, {"success": True, **_SERVICE, **_ACCESS}, "The access token."),),
        errors=ERRORS,
        examples=(Example("An app", {"service_id": _ID, "service_secret": "…"}),),
        family="oauth",
        tag="Tokens",
    ),
)
