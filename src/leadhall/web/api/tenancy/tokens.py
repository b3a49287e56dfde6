"""`/platform/v1/tokens`: list, make and revoke (api.md 3.1, 0.11)."""

from __future__ import annotations

from typing import Any

from leadhall.core.clock import iso_seconds
from leadhall.core.db import scoped
from leadhall.core.errors import NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.tenancy.issuing import ListedToken, Whose, issue, list_own, revoke_secret, revoke_whose
from leadhall.web.api.caller import credentials
from leadhall.web.api.reads import ERRORS
from leadhall.web.api.refusals import Worded
from leadhall.web.api.tenancy.token_types import (
    NewTokenBody,
    RevokeBody,
    RevokedReply,
    TokenReply,
    TokensQuery,
    TokensReply,
)
from leadhall.web.api.writes import ERRORS_OF_SECRETS, Work, scope_of, writing
from leadhall.web.call import Answer, Call


async def list_tokens_of_caller(call: Call) -> Answer:
    """The caller's own token first and in full, the others masked."""
    query: TokensQuery = call.query
    whose = Whose(app=query.app_id, directory=query.directory_id, user=query.user_id)
    async with scoped(call.services.app_pool, scope_of(call.known, None)) as connection:
        listed = await list_own(connection, call.known, whose)
    own = [each for each in listed if each.uid == call.known.token_uid]
    others = [each for each in listed if each.uid != call.known.token_uid]
    shown = [_shown(each, credentials(call.scope)) for each in own] + [_shown(each, None) for each in others]
    return Answer({"status": "OK", "data": {"tokens": shown}}, status=201)


def _shown(token: ListedToken, secret: str | None) -> dict[str, Any]:
    return {
        "token": secret or token.hint,
        "masked": secret is None,
        "uid": token.uid,
        "kind": token.kind,
        "label": token.label,
        "business_uid": token.business_uid,
        "staff_uid": token.staff_uid,
        "app_uid": token.app_uid,
        "scopes": token.scopes,
        "mode": token.mode,
        "created_at": iso_seconds(token.created_at),
        "expires_at": iso_seconds(token.expires_at) if token.expires_at else None,
        "last_used_at": iso_seconds(token.last_used_at) if token.last_used_at else None,
    }


async def _whose(work: Work) -> Whose:
    """Whom the body names. A business out of reach is refused before anything else is looked at."""
    given = work.given
    named = given.text("business_id")
    app, directory, user = (given.text(name) for name in ("app_id", "directory_id", "user_id"))
    given.settle()
    business = None
    if named:
        names = [("business_id", named)]
        business = await work.call.services.doorkeeper.reach(work.caller, names)
        work.call.business_id = business.id if business else 0
    return Whose(business=business, app=app, directory=directory, user=user)


async def _create(work: Work) -> Answer:
    whose = await _whose(work)
    if not whose.is_named:
        raise Worded(400, "At least one identifier must be provided", code="missing")
    try:
        made = await issue(work.connection, work.caller, whose)
    except NotFound:
        raise NotFound("Resource not found") from None
    return Answer({"status": "OK", "data": {"token": made.secret}}, status=201)


async def _revoke(work: Work) -> Answer:
    secret = work.given.text("token", most_chars=4096)
    whose = await _whose(work)
    if secret is not None:
        revoked = await revoke_secret(work.connection, work.caller, secret, credentials(work.call.scope))
    elif whose.is_named:
        revoked = await revoke_whose(work.connection, work.caller, whose)
    else:
        raise Worded(422, "invalid token", code="missing", field="token")
    return Answer({"status": "OK", "data": {"revoked_tokens": revoked}}, status=201)


_KINDS = Policy.tokens("staff", "app", "directory")
_TOKEN = {
    "token": "lh_dir_mJ0sJfXr8wY2kqTq0v5eN1uYb3cZ7aQ4hL6pR9tVxWo_1a2b3c",
    "masked": False,
    "uid": "0m5x4kq2v7t1t1ab",
    "kind": "directory",
    "label": "quick start",
    "business_uid": None,
    "staff_uid": None,
    "app_uid": None,
    "scopes": ["leads:write", "clients:read", "clients:write", "messages", "webhooks", "admin"],
    "mode": "live",
    "created_at": "2026-11-22T09:30:00Z",
    "expires_at": None,
    "last_used_at": "2026-11-22T10:00:00Z",
}

OPERATIONS = (
    Operation(
        name="list_tokens",
        title="List tokens",
        summary="The caller's own token first, in full; then those it looks after, masked. 201, as upstream answers. "
        "A token with fewer scopes than its kind can have sees itself alone.",
        method="GET",
        path="/platform/v1/tokens",
        door="api",
        policy=_KINDS,
        handler=list_tokens_of_caller,
        query=TokensQuery,
        secret=True,
        replies=(Reply(201, TokensReply, {"status": "OK", "data": {"tokens": [_TOKEN]}}, "Living tokens."),),
        errors=ERRORS,
        examples=(Example("The caller's own first"), Example("Of an app", query={"app_id": "form_connector"})),
        family="p1",
        tag="Tokens",
    ),
    Operation(
        name="create_token",
        title="Create a token",
        summary="A directory makes tokens for its businesses, apps and itself, staff and apps for themselves. "
        "What is made reaches no further than what made it. The secret is shown this once.",
        method="POST",
        path="/platform/v1/tokens",
        door="api",
        policy=_KINDS,
        handler=writing(_create, of="caller"),
        request=NewTokenBody,
        secret=True,
        replies=(Reply(201, TokenReply, {"status": "OK", "data": {"token": _TOKEN["token"]}}, "The new token."),),
        errors=(
            *ERRORS_OF_SECRETS,
            ErrorCase(400, "missing", "None of business_id, app_id, directory_id and user_id was given."),
            ErrorCase(404, "not_found", "There is nobody of that name whom this token could make one for."),
        ),
        examples=(Example("For a business", {"business_id": "harbour.kitchens"}),),
        family="p1",
        tag="Tokens",
    ),
    Operation(
        name="revoke_token",
        title="Revoke a token",
        summary="Revokes a token, or all of an app, a user or a business. Within a second it opens no door.",
        method="POST",
        path="/platform/v1/tokens/revoke",
        door="api",
        policy=_KINDS,
        handler=writing(_revoke, of="caller"),
        request=RevokeBody,
        secret=True,
        replies=(
            Reply(201, RevokedReply, {"status": "OK", "data": {"revoked_tokens": [_TOKEN["token"]]}}, "They are dead."),
        ),
        errors=ERRORS_OF_SECRETS,
        examples=(
            Example("One token", {"token": "lh_staff_…"}),
            Example("Of an app", {"app_id": "form_connector"}),
        ),
        family="p1",
        tag="Tokens",
    ),
)
