"""The token of a client, as upstream hands it out: a JWT that tells whose it is (api.md 3.3).

It stands for a row of `token` like every JWT of ours, and dies with it.
"""

from __future__ import annotations

import time

from leadhall.core.db import Connection
from leadhall.tenancy.audit import OPERATOR
from leadhall.tenancy.jwts import issue_jwt
from leadhall.tenancy.tokens import Grant, create_token

CLIENT_TOKEN_FOR_S = 365 * 24 * 3600


async def issue_client_token(
    connection: Connection,
    jwt_key: bytes,
    *,
    business_id: int,
    business_uid: str,
    client_uid: str,
    issued_by: str = OPERATOR,
    for_s: int = CLIENT_TOKEN_FOR_S,
) -> str:
    """Make one; it lives for `for_s` seconds. That the client is there is the caller's to know."""
    grant = Grant(kind="client", business_id=business_id, client_uid=client_uid, issued_by=issued_by)
    made = await create_token(connection, grant)
    created = int(time.time())
    claims = {
        "type": "client",
        "entity_uid": client_uid,
        "extra": {"business_uid": business_uid},
        "created": created,
        "refresh": created + for_s // 2,
    }
    return issue_jwt(jwt_key, made.uid, subject=made.principal, for_s=for_s, claims=claims)
