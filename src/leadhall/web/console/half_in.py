"""Between the password and the code: who is half in, sealed in a cookie of ten minutes."""

from __future__ import annotations

import base64
import binascii
import time

import msgspec
from cryptography.exceptions import InvalidTag

from leadhall.web.answers import Header
from leadhall.web.call import Call
from leadhall.web.cookies import read_cookie, set_cookie

COOKIE, PURPOSE = "leadhall-half", "half in"
LIVES_S = 600


class HalfIn(msgspec.Struct, frozen=True):
    """Whose password or link was right, and where they were going."""

    user_id: int
    email: str
    onward: str
    told: str | None
    until_s: int


def half_cookie(call: Call, user_id: int, email: str, onward: str, told: str | None) -> Header:
    half = HalfIn(user_id, email, onward, told, int(time.time()) + LIVES_S)
    sealed = call.services.key.encrypt(msgspec.json.encode(half).decode(), purpose=PURPOSE)
    return set_cookie(call, COOKIE, base64.urlsafe_b64encode(sealed).decode().rstrip("="), LIVES_S)


def find_half(call: Call) -> HalfIn | None:
    """Who is half in; None for nobody, for ten minutes ago, and for what we did not seal."""
    kept = read_cookie(call, COOKIE)
    if kept is None:
        return None
    try:
        text = call.services.key.decrypt(base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4)), purpose=PURPOSE)
    except (InvalidTag, binascii.Error, ValueError):
        return None
    half = msgspec.json.decode(text, type=HalfIn)
    return half if half.until_s > time.time() else None


def no_half(call: Call) -> Header:
    return set_cookie(call, COOKIE, "", 0)
