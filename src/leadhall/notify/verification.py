"""Verified first: an address by the link mailed to it, a number by the code texted to it.

A code has six digits, lives ten minutes and stands five tries; a member may ask for one a minute, ten a day.
"""

from __future__ import annotations

import hmac
import secrets

from leadhall.core.db import Connection
from leadhall.core.errors import RateLimited
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event

SQL = statements(__package__, "verification.sql")
PURPOSE = "phone code"
DIGITS = 6
LIVES_MINUTES = 10
TRIES_MOST = 5
A_DAY_MOST = 10
AGAIN_AFTER_S = 60


async def ask_for_address(connection: Connection, business_id: int, staff_uid: str, address: str) -> None:
    """Mail the link by which a member confirms their address. Who did so before gets none."""
    await append_event(connection, business_id, "verify", {"recipient": address, "staff_uid": staff_uid})


async def text_code(connection: Connection, key: InstanceKey, business_id: int, staff_uid: str, number: str) -> None:
    """Text a code to a number (E.164). RateLimited for who asks too often; another number begins anew."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    mark = _mark(key, business_id, staff_uid, code)
    limits = LIVES_MINUTES, AGAIN_AFTER_S, A_DAY_MOST
    if not await connection.fetchval(SQL["ask"], business_id, staff_uid, number, mark, *limits):
        raise RateLimited(AGAIN_AFTER_S)
    sealed = key.encrypt(code, purpose=PURPOSE).hex()  # the delivery log is read by many, and kept for months
    facts = {"recipient": number, "staff_uid": staff_uid, "sealed_code": sealed}
    await append_event(connection, business_id, "verify_phone", facts)


def unseal(key: InstanceKey, sealed: str) -> str:
    """The code of a delivery, to be texted."""
    return key.decrypt(bytes.fromhex(sealed), purpose=PURPOSE)


async def check_code(connection: Connection, key: InstanceKey, business_id: int, staff_uid: str, code: str) -> bool:
    """Whether it is the code; then the number is theirs. Each asking is a try: do not roll it back."""
    kept = await connection.fetchval(SQL["try"], business_id, staff_uid, TRIES_MOST)
    if kept is None or not hmac.compare_digest(kept, _mark(key, business_id, staff_uid, code.strip())):
        return False
    return bool(await connection.fetchval(SQL["verified"], business_id, staff_uid))


async def verified_numbers(connection: Connection, business_id: int) -> dict[str, str]:
    """By member, the number that is known to be theirs."""
    return {row["staff_uid"]: row["number"] for row in await connection.fetch(SQL["numbers"], business_id)}


def _mark(key: InstanceKey, business_id: int, staff_uid: str, code: str) -> bytes:
    return key.mark(f"phone code {business_id} {staff_uid} {code}")
