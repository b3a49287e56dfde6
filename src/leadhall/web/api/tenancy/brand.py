"""Who speaks, and under which brand: `/oauth/userinfo` and the directory's branding (api.md 3.1, 3.2)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from leadhall.clients.book import get_client
from leadhall.core.db import Connection, scoped
from leadhall.core.errors import NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.tenancy.branding import branding_of
from leadhall.tenancy.staff import get_staff
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.tenancy.oauth_types import UserInfo
from leadhall.web.api.writes import scope_of
from leadhall.web.call import Answer, Call


class BrandingQuery(msgspec.Struct, kw_only=True):
    host: str | None = None


class Branding(msgspec.Struct, kw_only=True):
    uid: str
    name: str
    logo: str | None
    colors: dict[str, str]
    powered_by: dict[str, Any]


class BrandingReply(msgspec.Struct):
    success: Literal[True]
    data: Branding


async def userinfo(call: Call) -> Answer:
    """Who the token is for, and how their directory looks."""
    async with reading(call) as (business, connection):
        brand = await branding_of(connection, business.directory_id)
        person = await _person(call, connection, business.id)
    theme = {name: brand[name] for name in ("colors", "locale", "logo", "name", "powered_by")}
    about = {
        "business_id": business.uid,
        "business_uid": business.uid,
        "business_name": business.name,
        "directory_uid": brand["uid"],
        "brand_host": brand["host"] or call.services.settings.public_url or "",
        "brand_theme": theme,
    }
    return Answer(person | about)


async def _person(call: Call, connection: Connection, business_id: int) -> dict[str, Any]:
    caller = call.known
    nobody = {"sub": caller.principal, "type": caller.kind, "role": None, "email": None, "name": None}
    if caller.kind == "staff" and caller.staff_uid:
        staff = await get_staff(connection, business_id, caller.staff_uid)
        return nobody | {"sub": staff.uid, "role": staff.role, "email": staff.email, "name": staff.display_name}
    if caller.kind == "client" and caller.client_uid:
        return nobody | await _client(connection, business_id, caller.client_uid)
    return nobody


async def _client(connection: Connection, business_id: int, uid: str) -> dict[str, Any]:
    """A client, and the one matter it has; one that is gone is known by its uid alone."""
    try:
        client = await get_client(connection, business_id, uid)
    except NotFound:
        return {"sub": uid, "matters": []}
    matters = [{"uid": client.uid, "display_name": client.name or client.uid}]
    return {"sub": uid, "email": client.email, "name": client.name or None, "matters": matters}


async def branding(call: Call) -> Answer:
    """The caller's directory. `host` is taken and ignored: a directory has one brand."""
    async with scoped(call.services.app_pool, scope_of(call.known, None)) as connection:
        brand = await branding_of(connection, call.known.directory_id)
    return Answer({"success": True, "data": {name: brand[name] for name in Branding.__struct_fields__}})


_COLORS = {"primary": "#1f5f8b", "secondary": "#e8f0f5", "text": "#1b1b1b"}
_BRAND = {
    "name": "Bayside Agency",
    "logo": None,
    "colors": _COLORS,
    "powered_by": {"name": "Bayside Agency", "url": None},
}

OPERATIONS = (
    Operation(
        name="get_userinfo",
        title="Get user info",
        summary="Who the token is for, their business and its brand. Flat, as OpenID Connect has it.",
        method="GET",
        path="/oauth/userinfo",
        door="api",
        policy=Policy.tokens("staff", "app", "client"),
        handler=userinfo,
        replies=(
            Reply(
                200,
                UserInfo,
                {
                    "sub": "0m5x4kq0000000st",
                    "type": "staff",
                    "role": "owner",
                    "email": "olivia@harbour-kitchens.example",
                    "name": "Olivia Reed",
                    "business_id": "0m5x4kq0000000bz",
                    "business_uid": "0m5x4kq0000000bz",
                    "business_name": "Harbour Kitchens",
                    "directory_uid": "0m5x4kq0000000dr",
                    "brand_host": "https://leads.example.com",
                    "brand_theme": _BRAND | {"locale": "en"},
                },
                "Who it is.",
            ),
        ),
        errors=(*ERRORS, ErrorCase(404, "not_found", "Who the token is for is gone.")),
        examples=(Example("Who this token is for"),),
        family="oauth",
        tag="Tokens",
    ),
    Operation(
        name="get_branding",
        title="Get branding",
        summary="How the caller's directory looks: name, logo, colors.",
        method="GET",
        path="/platform/v1/directory/branding",
        door="api",
        policy=Policy.tokens("staff", "directory"),
        handler=branding,
        query=BrandingQuery,
        replies=(
            Reply(200, BrandingReply, {"success": True, "data": {"uid": "0m5x4kq0000000dr", **_BRAND}}, "The brand."),
        ),
        errors=ERRORS,
        examples=(Example("The caller's directory"),),
        family="b",
        tag="Businesses",
    ),
)
