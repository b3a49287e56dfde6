"""When a form was given out, signed, so that it tells how long somebody took to fill it in."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Final

from leadhall.core.secrets import InstanceKey

FORGED: Final = "forged"


def stamp(key: InstanceKey, form_uid: str, at: datetime) -> str:
    """`<milliseconds in hex>.<mark>`, for one form."""
    moment = f"{int(at.timestamp() * 1000):x}"
    return f"{moment}.{_mark(key, form_uid, moment)}"


def filled_for_s(key: InstanceKey, form_uid: str, given: str, at: datetime) -> float | str:
    """Seconds since the stamp was made; FORGED when we made no such stamp for this form."""
    moment, _, mark = given.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(key, form_uid, moment).encode()):
        return FORGED
    return (at - datetime.fromtimestamp(int(moment, 16) / 1000, UTC)).total_seconds()


def _mark(key: InstanceKey, form_uid: str, moment: str) -> str:
    return key.mark(f"form {form_uid} {moment}").hex()
