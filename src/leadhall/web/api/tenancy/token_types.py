"""Tokens, OAuth and apps in upstream's shapes (api.md 3.1)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class TokensQuery(msgspec.Struct, kw_only=True):
    app_id: Annotated[str | None, Meta(description="Only tokens of this app.")] = None
    user_id: Annotated[str | None, Meta(description="Only tokens of this user or member of staff.")] = None
    directory_id: Annotated[str | None, Meta(description="Only tokens of this directory itself.")] = None


class ShownToken(msgspec.Struct, kw_only=True):
    token: Annotated[str, Meta(description="The caller's own in full; of others the start and the last four letters.")]
    masked: bool
    uid: str
    kind: Literal["staff", "app", "directory", "client"]
    label: str
    business_uid: str | None
    staff_uid: str | None
    app_uid: str | None
    scopes: list[str]
    mode: Literal["live", "test"]
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class TokensData(msgspec.Struct):
    tokens: list[ShownToken]


class TokensReply(msgspec.Struct):
    status: Literal["OK"]
    data: TokensData


class NewTokenBody(msgspec.Struct, kw_only=True):
    """Whom the token is for: at least one. It reaches no further than the one that makes it."""

    business_id: Annotated[str | None, Meta(description="For the owner of this business.")] = None
    app_id: Annotated[str | None, Meta(description="For this app: uid, client id or code name.")] = None
    directory_id: Annotated[str | None, Meta(description="For the caller's directory.")] = None
    user_id: Annotated[str | None, Meta(description="For this user or member of staff.")] = None


class TokenData(msgspec.Struct):
    token: str


class TokenReply(msgspec.Struct):
    status: Literal["OK"]
    data: TokenData


class RevokeBody(msgspec.Struct, kw_only=True):
    """The token, or whose tokens."""

    token: str | None = None
    business_id: str | None = None
    app_id: str | None = None
    directory_id: str | None = None
    user_id: str | None = None


class RevokedData(msgspec.Struct):
    revoked_tokens: list[str]


class RevokedReply(msgspec.Struct):
    status: Literal["OK"]
    data: RevokedData
