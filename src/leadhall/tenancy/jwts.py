"""JWTs that we issue: each stands for a token, whose uid is its `jti`, and dies with it.

Algorithm, type, issuer, audience and expiry are pinned. A text that is no such JWT is
simply not one of ours: the doorkeeper then looks it up like any other secret.

The library is slow to load, and most installations see no JWT: so it is imported where one is met.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joserfc.jwt import JWTClaimsRegistry

ALGORITHM = "HS256"
TYPE = "JWT"
ISSUER = "leadhall"
AUDIENCE = "leadhall"
MOST_CHARS = 4096
_ANY_TIME_S = 10**12


@dataclass(frozen=True, slots=True)
class OurJwt:
    """A JWT of ours. `expired_at` is seconds since 1970, when it is past that."""

    token_uid: str
    expired_at: float | None


def may_be_jwt(secret: str) -> bool:
    return secret.startswith("eyJ") and secret.count(".") == 2 and len(secret) <= MOST_CHARS  # noqa: PLR2004 - a JWS has three parts


def issue_jwt(key: bytes, token_uid: str, *, subject: str, for_s: int, claims: Mapping[str, Any] | None = None) -> str:
    """A JWT that stands for a token for `for_s` seconds. `claims` add to ours and never replace them."""
    issued_at = int(time.time())
    ours = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "jti": token_uid,
        "iat": issued_at,
        "exp": issued_at + for_s,
    }
    return _signed(key, {**(claims or {}), **ours})


def issue_id_token(key: bytes, *, for_client: str, subject: str, for_s: int, claims: Mapping[str, Any]) -> str:
    """Who granted, told to an app (OpenID Connect). Its audience is the app: it opens no door here."""
    issued_at = int(time.time())
    ours = {"iss": ISSUER, "aud": for_client, "sub": subject, "iat": issued_at, "exp": issued_at + for_s}
    return _signed(key, {**claims, **ours})


def _signed(key: bytes, claims: dict[str, Any]) -> str:
    from joserfc import jwt  # noqa: PLC0415 - see above
    from joserfc.jwk import OctKey  # noqa: PLC0415

    return jwt.encode({"alg": ALGORITHM, "typ": TYPE}, claims, OctKey.import_key(key), algorithms=[ALGORITHM])


def read_jwt(key: bytes, text: str) -> OurJwt | None:
    """What the JWT says if it is ours, else None. Whatever is sent, it raises nothing."""
    from joserfc import jwt  # noqa: PLC0415 - see above
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import OctKey  # noqa: PLC0415

    try:
        token = jwt.decode(text, OctKey.import_key(key), algorithms=[ALGORITHM])
        _names().validate(token.claims)
    except (JoseError, ValueError, TypeError, RecursionError):
        return None
    if token.header.get("typ") != TYPE:
        return None
    return _as_of_now(token.claims)


def _as_of_now(claims: dict[str, Any]) -> OurJwt | None:
    from joserfc.errors import ExpiredTokenError, JoseError  # noqa: PLC0415 - see above
    from joserfc.jwt import JWTClaimsRegistry  # noqa: PLC0415

    try:
        JWTClaimsRegistry().validate(claims)
    except ExpiredTokenError:
        return OurJwt(claims["jti"], float(claims["exp"]))
    except JoseError:
        return None
    return OurJwt(claims["jti"], None)


@cache
def _names() -> JWTClaimsRegistry:
    from joserfc.jwt import JWTClaimsRegistry  # noqa: PLC0415 - see above

    return JWTClaimsRegistry(
        leeway=_ANY_TIME_S,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        jti={"essential": True},
        exp={"essential": True},
    )
