"""Staff in upstream's shapes (api.md 3.2)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.tenancy.staff import Staff

Role = Literal["admin", "manager", "marketing", "collaborator", "user"]
ROLES: tuple[str, ...] = ("admin", "manager", "marketing", "collaborator", "user")


class StaffQuery(msgspec.Struct, kw_only=True):
    status: Annotated[Literal["active", "all"], Meta(description="all: also who left.")] = "active"


class StaffPart(msgspec.Struct, kw_only=True):
    email: str | None = None
    display_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    role: Role | None = None
    mobile_number: str | None = None
    professional_title: str | None = None


class InvitePart(msgspec.Struct, kw_only=True):
    invite: Annotated[bool | None, Meta(description="false: no mail tells them; they are mailed otherwise.")] = None


class NewStaffBody(msgspec.Struct, kw_only=True):
    """One person, or a list of them under `staff`; each of a list may have a `meta` of their own.

    A list as the whole body is taken too.
    """

    staff: StaffPart | list[StaffPart] | None = None
    meta: InvitePart | None = None


class StaffItem(msgspec.Struct, kw_only=True):
    id: str
    uid: str
    business_id: str
    display_name: str
    first_name: str | None
    last_name: str | None
    email: str
    role: str
    business_role_display_name: str
    active: Literal["true", "false"]
    deleted: Literal["true", "false"]
    mobile_number: str | None
    professional_title: str | None
    photo: str | None
    photo_path: str | None
    invite_sent: Annotated[str | None, Meta(description="YYYY-MM-DD HH:MM:SS, UTC")]
    blocked_at: str | None


class StaffData(msgspec.Struct):
    staff: list[StaffItem]


class StaffReply(msgspec.Struct):
    status: Literal["OK"]
    data: StaffData


class PlainStaffReply(msgspec.Struct):
    data: list[StaffItem]


class RevokedSessions(msgspec.Struct):
    revoked: list[str]


class SessionsReply(msgspec.Struct):
    status: Literal["OK"]
    data: RevokedSessions


def shown(staff: Staff, business_uid: str) -> dict[str, Any]:
    gone = staff.deleted_at is not None
    sent = staff.invite_sent_at
    return {
        "id": staff.uid,
        "uid": staff.uid,
        "business_id": business_uid,
        "display_name": staff.display_name,
        "first_name": staff.first_name,
        "last_name": staff.last_name,
        "email": staff.email,
        "role": staff.role,
        "business_role_display_name": staff.role.capitalize(),
        "active": "false" if gone else "true",
        "deleted": "true" if gone else "false",
        "mobile_number": staff.mobile_number,
        "professional_title": staff.professional_title,
        "photo": None,
        "photo_path": None,
        "invite_sent": sent.strftime("%Y-%m-%d %H:%M:%S") if sent else None,
        "blocked_at": None,
    }
