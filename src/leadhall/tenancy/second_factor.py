"""A second factor: codes that a phone or a password manager makes (TOTP, RFC 6238), and ten for the day it is lost."""

from __future__ import annotations

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists
from leadhall.core.secrets import InstanceKey, hash_of
from leadhall.core.sql import SqlFile, statements

SQL = statements(__package__, "second_factor_calls.sql")
FUNCTIONS = [SqlFile.of(__package__, "second_factor.sql")]
ISSUER, PURPOSE = "Leadhall", "second factor"
STEP_S, DIGITS, STEPS_APART = 30, 6, 1
"""What apps take for granted; a clock may be one step off."""
KEY_BYTES = 20
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
_SIGNS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Factor:
    """What a user set up; asked for once `confirmed_at` is there."""

    email: str
    sealed: bytes
    confirmed_at: datetime | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.confirmed_at is not None


@dataclass(frozen=True, slots=True)
class Telling:
    """What an app is told: the key as letters, and all of it as the address that a picture holds."""

    letters: str
    uri: str


async def find_factor(connection: Connection, user_id: int) -> Factor | None:
    row = await connection.fetchval(SQL["find"], user_id)
    return None if row is None else msgspec.convert(row, Factor)


async def begin_factor(connection: Connection, key: InstanceKey, user_id: int) -> None:
    """A fresh key, to be confirmed. AlreadyExists where one is asked for already."""
    letters = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()
    if not await connection.fetchval(SQL["begin"], user_id, key.encrypt(letters, purpose=PURPOSE)):
        raise AlreadyExists("The second factor is on already")


def tell(key: InstanceKey, factor: Factor) -> Telling:
    letters = key.decrypt(factor.sealed, purpose=PURPOSE)
    return Telling(letters, _made_from(letters).get_provisioning_uri(factor.email, ISSUER))


async def confirm_factor(
    connection: Connection, key: InstanceKey, user_id: int, code: str, at: datetime
) -> list[str] | None:
    """Ask for it from now on, if this is the app's code: the recovery codes, told this once. None for any other."""
    factor = await find_factor(connection, user_id)
    step = _step_of(key, factor, code, at) if factor else None
    if step is None:
        return None
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    hashes = [hash_of(_plain(each)) for each in codes]
    return codes if await connection.fetchval(SQL["confirm"], user_id, step, hashes) else None


async def take_code(connection: Connection, key: InstanceKey, user_id: int, code: str, at: datetime) -> bool:
    """Whether this code lets in: the app's of now, or a recovery code. Either does so once."""
    factor = await find_factor(connection, user_id)
    if factor is None or not factor.is_on:
        return False
    if not _plain(code).isdigit():
        return bool(await connection.fetchval(SQL["take_recovery_code"], user_id, hash_of(_plain(code))))
    step = _step_of(key, factor, code, at)
    return step is not None and bool(await connection.fetchval(SQL["take_step"], user_id, step))


async def drop_factor(connection: Connection, user_id: int) -> bool:
    """Ask for none any more. False for who had none."""
    return bool(await connection.fetchval(SQL["drop"], user_id))


def _step_of(key: InstanceKey, factor: Factor, code: str, at: datetime) -> int | None:
    """Which step's code this is, of those that a clock may show now; None for none.

    None, too, where the instance key is another than it was sealed with: a recovery code, or the operator, helps then.
    """
    try:
        made = _made_from(key.decrypt(factor.sealed, purpose=PURPOSE))
    except InvalidTag:
        return None
    now = int(at.timestamp()) // STEP_S
    for step in range(now - STEPS_APART, now + STEPS_APART + 1):
        try:
            made.verify(_plain(code).encode(), step * STEP_S)
        except InvalidToken:
            continue
        return step
    return None


def _made_from(letters: str) -> TOTP:
    return TOTP(base64.b32decode(letters), DIGITS, SHA1(), STEP_S)  # noqa: S303 - what apps take for granted


def _recovery_code() -> str:
    """80 random bits in four groups; never digits alone."""
    letters = "2"
    while letters.isdigit():
        letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[n : n + 4] for n in range(0, len(letters), 4))


def _plain(code: str) -> str:
    return _SIGNS.sub("", code).lower()
