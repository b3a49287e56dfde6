"""The one namespace of a directory (api.md 0.3): uid, nickname and external reference id of its businesses.

A name says which business is meant, so no two businesses of a directory may share one,
and a freed name stays reserved for 90 days: nobody inherits another's leads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, Fault
from leadhall.core.sql import statements
from leadhall.core.text import nfc

SQL = statements(__package__, "names.sql")

Kind = Literal["uid", "nickname", "external_reference_id"]
NAME_MOST_CHARS = 255

_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_NICKNAME = re.compile(r"[a-z0-9.]{5,255}")


def name_key(name: str) -> str:
    """A name as it is compared: NFC, trimmed, lower case. Idempotent; blank when there is no name."""
    return name.strip().lower() if name.isascii() else nfc(nfc(name).strip().lower())


def can_be_a_name(key: str) -> bool:
    """Whether a key may stand in the namespace at all; what may not is looked up nowhere."""
    return 0 < len(key) <= NAME_MOST_CHARS and key.isprintable()


def read_uid(text: str) -> str:
    """A uid brought along from elsewhere. ValueError when it could not stand in a path."""
    if not _UID.fullmatch(text):
        raise ValueError("must be 1 to 64 letters and digits (and - or _)")
    return text


def read_nickname(text: str) -> str:
    """Upstream's rule for new nicknames. ValueError says it."""
    if not _NICKNAME.fullmatch(text):
        raise ValueError("must be at least 5 lowercase letters, digits and dots")
    return text


def read_name(text: str) -> str:
    """Any name that can be compared, as imports bring them. ValueError for blank, long or unprintable ones."""
    if not can_be_a_name(name_key(text)):
        raise ValueError(f"must be 1 to {NAME_MOST_CHARS} printable characters")
    return nfc(text).strip()


async def claim_names(connection: Connection, directory_id: int, business_id: int, names: Mapping[Kind, str]) -> None:
    """Take these names for a business, inside the caller's transaction.

    AlreadyExists names every clash, not whose the name is, nor whether it is in use or reserved.
    """
    clashes = [
        Fault(AlreadyExists.code, f"{kind} {name!r} is already taken", kind)
        for kind, name in sorted(names.items(), key=lambda pair: name_key(pair[1]))
        if not await connection.fetchval(SQL["claim"], directory_id, name_key(name), name, kind, business_id)
    ]
    if clashes:
        raise AlreadyExists(faults=tuple(clashes))


async def claim_name(connection: Connection, directory_id: int, business_id: int, kind: Kind, name: str) -> None:
    await claim_names(connection, directory_id, business_id, {kind: name})


async def free_name(connection: Connection, business_id: int, kind: Kind) -> None:
    """Give up the business's name of this kind; a name that also serves as another kind stays."""
    await connection.execute(SQL["free"], business_id, kind)


async def rename(connection: Connection, directory_id: int, business_id: int, kind: Kind, name: str) -> None:
    """Free the name of this kind and claim the new one; blank only frees."""
    await free_name(connection, business_id, kind)
    if name:
        await claim_name(connection, directory_id, business_id, kind, name)
