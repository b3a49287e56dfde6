"""Staff: who serves a business, and as what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from leadhall.core.db import Connection, unless_taken
from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.tenancy.names import read_uid
from leadhall.tenancy.reading import one_of, read_all, read_email, read_text
from leadhall.tenancy.users import find_or_make_user

SQL = statements(__package__, "staff.sql")

ROLES = ("owner", "admin", "manager", "marketing", "collaborator", "user")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStaff:
    """What is told of a person who joins a business; `uid` brings an existing membership along."""

    email: str
    display_name: str
    role: str = "user"
    first_name: str | None = None
    last_name: str | None = None
    professional_title: str | None = None
    mobile_number: str | None = None
    uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A membership as it is stored, with what is known of its user."""

    uid: str
    business_id: int
    user_id: int
    user_uid: str
    email: str
    first_name: str | None
    last_name: str | None
    role: str
    display_name: str
    professional_title: str | None
    mobile_number: str | None
    preferences: dict[str, Any]
    invite_sent_at: datetime | None
    created_at: datetime
    deleted_at: datetime | None


MEMBERSHIP = ("role", "display_name", "professional_title", "mobile_number", "first_name", "last_name")
READERS = {
    "email": read_email,
    "display_name": read_text,
    "role": one_of(*ROLES),
    "first_name": read_text,
    "last_name": read_text,
    "professional_title": read_text,
    "mobile_number": read_text,
    "uid": read_uid,
}


async def add_staff(connection: Connection, business_id: int, new: NewStaff) -> Staff:
    """Let a person serve a business; their user is found by email or made. The first owner becomes the business's.

    Invalid names every fault. AlreadyExists when they serve it already; who left before comes back under their old uid.
    """
    values = read_all(asdict(new), READERS, needed=("display_name", "email"))
    async with connection.transaction():
        user = await find_or_make_user(
            connection, values["email"], first_name=values.get("first_name"), last_name=values.get("last_name")
        )
        membership = [values.get(name) for name in MEMBERSHIP]
        async with unless_taken(connection, _uid_taken(values.get("uid"))):
            uid = await connection.fetchval(SQL["add"], business_id, values.get("uid") or mint(), user.id, *membership)
        if uid is None:
            await _refuse(connection, business_id, values.get("uid"))
        if values["role"] == "owner":
            await connection.execute(SQL["own"], business_id, uid)
        await _tell(connection, "staff/created", business_id, uid)
        return await get_staff(connection, business_id, uid)


async def _tell(connection: Connection, event: str, business_id: int, uid: str) -> None:
    await append_event(connection, business_id, "staff", {"events": [event], "staff_uid": uid})


async def _refuse(connection: Connection, business_id: int, uid: str | None) -> None:
    if not await connection.fetchval(SQL["business_exists"], business_id):
        raise NotFound("Business not found")
    if uid and await connection.fetchval(SQL["uid_is_taken"], uid):
        raise _uid_taken(uid)
    raise AlreadyExists("staff.email already in use", field="email")


def _uid_taken(uid: str | None) -> AlreadyExists:
    return AlreadyExists(f"uid {uid!r} is already taken", field="uid")


async def get_staff(connection: Connection, business_id: int, uid: str) -> Staff:
    """NotFound when nobody of this uid serves, or ever served, the business."""
    row = await connection.fetchrow(SQL["get"], business_id, uid)
    if row is None:
        raise NotFound("Staff not found")
    return Staff(**row)


async def list_staff(connection: Connection, business_id: int, *, left_too: bool = False) -> list[Staff]:
    """Who serves the business, owner first, then as they came; `left_too` adds those who left."""
    return [Staff(**row) for row in await connection.fetch(SQL["list"], business_id, left_too)]


async def note_invitation(connection: Connection, business_id: int, uid: str) -> None:
    """A mail with the link by which they come in is on its way, since now."""
    await connection.execute(SQL["note_invitation"], business_id, uid)


async def remove_staff(connection: Connection, business_id: int, uid: str) -> None:
    """Let a person leave: their tokens for the business die with it. NotFound; Invalid for the business's owner."""
    staff = await get_staff(connection, business_id, uid)
    if await connection.fetchval(SQL["is_owner"], business_id, staff.uid):
        raise Invalid("The owner of a business cannot leave it: make somebody else its owner first", field="uid")
    async with connection.transaction():
        if await connection.fetchval(SQL["remove"], business_id, staff.uid):
            await _tell(connection, "staff/deleted", business_id, staff.uid)


async def set_role(connection: Connection, business_id: int, uid: str, role: str) -> None:
    """What a member may do from now on. NotFound; Invalid for no role of ours and for the business's owner."""
    values = read_all({"role": role}, READERS)
    await get_staff(connection, business_id, uid)
    if await connection.fetchval(SQL["is_owner"], business_id, uid):
        raise Invalid("The owner of a business stays its owner: make somebody else its owner first", field="uid")
    async with connection.transaction():
        if await connection.fetchval(SQL["set_role"], business_id, uid, values["role"]):
            await _tell(connection, "staff/updated", business_id, uid)


async def set_mobile_number(connection: Connection, business_id: int, uid: str, number: str) -> None:
    """The number that texts to a member go to, once they verified it."""
    async with connection.transaction():
        if await connection.fetchval(SQL["set_mobile_number"], business_id, uid, number):
            await _tell(connection, "staff/updated", business_id, uid)
