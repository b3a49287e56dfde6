"""Form keys: public keys that stand in a web page and may only write, for one business, from the origins listed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.secrets import hash_of, new_secret
from leadhall.core.sql import statements
from leadhall.tenancy.audit import OPERATOR, record_act
from leadhall.tenancy.reading import read_all, read_text

SQL = statements(__package__, "form_keys.sql")

ORIGINS_MOST = 50
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """`key` is public by nature: it stands in the page's source."""

    uid: str
    business_id: int
    key: str
    label: str
    origins: list[str]
    settings: dict[str, Any]
    created_at: datetime
    revoked_at: datetime | None


async def create_form_key(
    connection: Connection, business_id: int, *, label: str = "", origins: Sequence[str] = (), actor: str = OPERATOR
) -> FormKey:
    """Make a key `fk_…`. `origins` are those of the pages that may use it (https://example.com), none means any.

    Invalid names every unreadable origin; NotFound when there is no such business.
    """
    values = read_all({"label": label, "origins": origins}, {"label": read_text, "origins": _read_origins})
    key = new_secret("fk")
    async with connection.transaction():
        row = await connection.fetchrow(
            SQL["create"], business_id, hash_of(key), mint(), key, values["label"], values["origins"]
        )
        if row is None:
            raise NotFound("Business not found")
        await record_act(connection, "form_key/created", row["uid"], actor=actor, business_id=business_id)
    return FormKey(**row)


def _read_origins(origins: Sequence[str]) -> list[str]:
    """Origins as browsers send them. A bare host means its https origin."""
    read = [origin if "://" in origin else f"https://{origin}" for origin in map(_plain, origins)]
    unreadable = [origin for origin in read if not _ORIGIN.fullmatch(origin)]
    if len(read) > ORIGINS_MOST:
        raise ValueError(f"must be at most {ORIGINS_MOST}")
    if unreadable:
        raise Invalid.of(
            [
                Fault("invalid", f"{origin!r} is no origin such as https://example.com", "origins")
                for origin in unreadable
            ]
        )
    return list(dict.fromkeys(read))


def _plain(origin: str) -> str:
    return origin.strip().lower().rstrip("/")


async def list_form_keys(connection: Connection, business_id: int) -> list[FormKey]:
    """All keys of a business, also revoked ones, in the order they were made."""
    return [FormKey(**row) for row in await connection.fetch(SQL["list"], business_id)]


async def revoke_form_key(connection: Connection, uid: str, *, actor: str = OPERATOR) -> None:
    """From now on the key writes no more; harmless when it is revoked already. NotFound."""
    async with connection.transaction():
        business_id = await connection.fetchval(SQL["revoke"], uid)
        if business_id is None:
            raise NotFound("Form key not found")
        await record_act(connection, "form_key/revoked", uid, actor=actor, business_id=business_id)
