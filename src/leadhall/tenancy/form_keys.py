"""Form keys: public keys that stand in a web page and may only write, for one business, from the origins listed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.secrets import hash_of, new_secret
from leadhall.core.sql import statements
from leadhall.tenancy.audit import OPERATOR, record_act
from leadhall.tenancy.reading import read_all, read_text

SQL = statements(__package__, "form_keys.sql")

ORIGINS_MOST = 50
TITLE_MOST_CHARS = 255
URL_MOST_CHARS = 2_048
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:.]+\](:\d{1,5})?")


class FormSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a form does beyond taking a lead. Who is told of it, what the lead is called, where thanks are said."""

    email: bool = True
    sms: bool = False
    auto_reply: bool = False
    """Off unless asked for: a stranger may have typed somebody else's address."""
    title: str = ""
    source: str = ""
    thanks_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """`key` is public by nature: it stands in the page's source."""

    uid: str
    business_id: int
    key: str
    label: str
    origins: list[str]
    settings: FormSettings
    created_at: datetime
    revoked_at: datetime | None


async def create_form_key(
    connection: Connection,
    business_id: int,
    *,
    label: str = "",
    origins: Sequence[str] = (),
    settings: FormSettings = FormSettings(),  # noqa: B008 - it cannot be changed
    actor: str = OPERATOR,
) -> FormKey:
    """Make a key `fk_…`. `origins` are those of the pages that may use it (https://example.com), none means any.

    Invalid names every unreadable origin or setting; NotFound when there is no such business.
    """
    values = read_all({"label": label, "origins": origins}, {"label": read_text, "origins": _read_origins})
    _check(settings)
    key = new_secret("fk")
    async with connection.transaction():
        row = await connection.fetchrow(
            SQL["create"],
            business_id,
            hash_of(key),
            mint(),
            key,
            values["label"],
            values["origins"],
            msgspec.to_builtins(settings),
        )
        if row is None:
            raise NotFound("Business not found")
        await record_act(connection, "form_key/created", row["uid"], actor=actor, business_id=business_id)
    return _of(row)


def _of(row: Any) -> FormKey:
    return FormKey(**{**row, "settings": msgspec.convert(row["settings"], FormSettings)})


def _check(settings: FormSettings) -> None:
    faults = [
        Fault("too_long", f"{name} is longer than {TITLE_MOST_CHARS} characters", name)
        for name in ("title", "source")
        if len(getattr(settings, name)) > TITLE_MOST_CHARS
    ]
    if settings.thanks_url and not _is_page(settings.thanks_url):
        faults.append(Fault("invalid", "thanks_url must be an address like https://example.com/thanks", "thanks_url"))
    if faults:
        raise Invalid.of(faults)


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return False
    is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    return is_address and len(url) <= URL_MOST_CHARS and url.isascii() and url.isprintable()


async def change_form_key(
    connection: Connection,
    uid: str,
    *,
    origins: Sequence[str] | None = None,
    settings: FormSettings | None = None,
    actor: str = OPERATOR,
) -> FormKey:
    """Give a key other origins or settings; None leaves them. Invalid as for a new one; NotFound."""
    if settings is not None:
        _check(settings)
    told = None if settings is None else msgspec.to_builtins(settings)
    async with connection.transaction():
        row = await connection.fetchrow(SQL["change"], uid, None if origins is None else _read_origins(origins), told)
        if row is None:
            raise NotFound("Form key not found")
        await record_act(connection, "form_key/changed", uid, actor=actor, business_id=row["business_id"])
    return _of(row)


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
    return [_of(row) for row in await connection.fetch(SQL["list"], business_id)]


async def get_form_key(connection: Connection, business_id: int, uid: str) -> FormKey:
    """One key of a business, also a revoked one. NotFound."""
    row = await connection.fetchrow(SQL["one"], business_id, uid)
    if row is None:
        raise NotFound("Form key not found")
    return _of(row)


async def revoke_form_key(connection: Connection, uid: str, *, actor: str = OPERATOR) -> None:
    """From now on the key writes no more; harmless when it is revoked already. NotFound."""
    async with connection.transaction():
        business_id = await connection.fetchval(SQL["revoke"], uid)
        if business_id is None:
            raise NotFound("Form key not found")
        await record_act(connection, "form_key/revoked", uid, actor=actor, business_id=business_id)
