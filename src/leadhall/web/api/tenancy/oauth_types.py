"""OAuth's own shapes: flat (api.md 3.1)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta


class ExchangeBody(msgspec.Struct, kw_only=True):
    """In the body (JSON or form) or in the query; client id and secret also as HTTP Basic."""

    grant_type: Literal["authorization_code", "client_credentials"] | None = None
    client_id: str | None = None
    client_secret: str | None = None
    code: str | None = None
    redirect_uri: Annotated[str | None, Meta(description="With a code: the one that it was asked for with.")] = None
    code_verifier: Annotated[str | None, Meta(description="Needed when the code was asked for with a challenge.")] = (
        None
    )
    scope: str | None = None


class AccessToken(msgspec.Struct, kw_only=True, omit_defaults=True):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    created_at: Annotated[int, Meta(description="Seconds since 1970.")]
    scope: str
    id_token: Annotated[str | None, Meta(description="For a code granted with the scope openid.")] = None


class ServiceBody(msgspec.Struct, kw_only=True):
    service_id: Annotated[str | None, Meta(description="The app's client id.")] = None
    service_secret: Annotated[str | None, Meta(description="The app's client secret.")] = None


class ServiceData(msgspec.Struct):
    token: str
    expires_in: int


class ServiceToken(msgspec.Struct, kw_only=True):
    success: Literal[True]
    data: ServiceData
    access_token: str
    token_type: Literal["Bearer"]
    created_at: int
    expires_in: int


class UserInfo(msgspec.Struct, kw_only=True):
    sub: str
    type: Literal["staff", "app", "client"]
    role: str | None
    email: str | None
    name: str | None
    business_id: str
    business_uid: str
    business_name: str
    directory_uid: str
    brand_host: str
    brand_theme: dict[str, Any]
    matters: list[dict[str, str]] | None = None
