"""Businesses of a directory: listed, found, made, got and changed (api.md 3.2)."""

from __future__ import annotations

from typing import Any

from leadhall.core.db import Connection, scoped
from leadhall.core.errors import Fault, Invalid, Refusal, Unauthorized
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.core.text import read_boolean
from leadhall.notify.entering import invite
from leadhall.notify.verification import ask_for_address
from leadhall.tenancy.businesses import Business, create_business, get_business, update_business
from leadhall.tenancy.caller import Caller
from leadhall.tenancy.finding import Wanted, search_businesses
from leadhall.tenancy.guessable import is_guessable
from leadhall.tenancy.passwords import hash_password
from leadhall.tenancy.rights import MANAGES_BUSINESS, require_role
from leadhall.tenancy.staff import Staff, add_staff, get_staff
from leadhall.tenancy.tokens import Grant, create_token
from leadhall.tenancy.users import find_or_make_user
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.refusals import Worded
from leadhall.web.api.tenancy.business_body import read_change, read_new, read_twice_encoded, unable, upstream_words
from leadhall.web.api.tenancy.business_types import (
    BusinessesQuery,
    BusinessesReply,
    BusinessReply,
    ChangeBody,
    FindQuery,
    FoundReply,
    NewBusinessBody,
    listed,
    whole,
)
from leadhall.web.api.writes import ERRORS_OF_POSTS, ERRORS_OF_SECRETS, Work, scope_of, writing
from leadhall.web.call import Answer, Call

FOUND_MOST = 200


def _among(caller: Caller) -> list[int] | None:
    """The businesses that a caller may find; None: all of the directory."""
    if caller.business_id is not None:
        return [caller.business_id]
    return None if caller.only_businesses is None else sorted(caller.only_businesses)


async def list_businesses_of_caller(call: Call) -> Answer:
    """What a directory has; of a staff or app token, its own one; of an app's for all, those that have the app.

    Callers ask for one to learn whom they speak for.
    """
    query: BusinessesQuery = call.query
    try:
        closed = read_boolean(query.is_blocked)
    except ValueError:
        raise Invalid("is_blocked must be true or false", field="is_blocked") from None
    wanted = Wanted(
        among=_among(call.known),
        app_id=call.known.app_id,
        name=query.name,
        email=query.email,
        nickname=query.external_id,
        external_reference_id=query.external_reference_id,
        closed=bool(closed),
    )
    async with scoped(call.services.app_pool, scope_of(call.known, None)) as connection:
        found = await search_businesses(
            connection, call.known.directory_id, wanted, limit=query.size, offset=(query.page - 1) * query.size
        )
    shown = [listed(each, found.owners.get(each.id)) for each in found.businesses]
    paging = {"page": query.page, "per_page": query.size, "total": found.total}
    return Answer({"success": True, "data": {"businesses": shown}, "paging": paging})


async def find_businesses(call: Call) -> Answer:
    """The uids of the businesses that an email or an id of the caller's own means."""
    query: FindQuery = call.query
    named = (query.email, query.external_id, query.external_reference_id)
    if not any(named):
        raise Invalid.of([Fault.missing("external_reference_id")])
    email, nickname, reference = named
    wanted = Wanted(among=_among(call.known), email=email, nickname=nickname, external_reference_id=reference)
    async with scoped(call.services.app_pool, scope_of(call.known, None)) as connection:
        found = await search_businesses(connection, call.known.directory_id, wanted, limit=FOUND_MOST)
    return Answer({"status": "OK", "data": {"businesses": [each.uid for each in found.businesses]}})


async def _create(work: Work) -> Answer:
    caller = work.caller
    if caller.only_businesses is not None:
        words = "This token is for some businesses alone, and would not reach a new one"
        raise Unauthorized(faults=(Fault("token_kind", words),))
    new, owner, password = read_new(work.given)
    try:
        work.given.settle()
        business = await create_business(work.connection, caller.directory_id, new)
        staff = await _own(work.connection, business, owner, password)
    except Refusal as refusal:
        raise unable(refusal) from None
    grant = Grant(kind="staff", business_id=business.id, staff_uid=staff.uid, issued_by=caller.principal)
    token = await create_token(work.connection, grant)
    work.call.business_id = business.id
    shown = whole(await get_business(work.connection, business.uid), _admin(staff), auth_token=token.secret)
    return Answer({"status": "OK", "data": {"business": shown}})


async def _own(connection: Connection, business: Business, owner: Any, password: str | None) -> Staff:
    """Its owner, whose address nobody may sign in with yet: upstream knows it across all directories, and so do we.

    A password that is guessed among the first is not taken, and its owner invited to choose one: callers that set one
    for everybody go on working.
    """
    if password and await is_guessable(password, (owner.email, owner.display_name, business.name)):
        password = None
    hashed = await hash_password(password) if password else None
    user = await find_or_make_user(connection, owner.email, password_hash=hashed)
    if not user.made:
        raise Invalid("admin_account.email already in use", field="admin_account.email")
    staff = await add_staff(connection, business.id, owner)
    ask = ask_for_address if password else invite  # who has a password comes in by it
    await ask(connection, business.id, staff.uid, staff.email)
    return staff


def _admin(staff: Staff | None) -> dict[str, Any]:
    if staff is None:
        return {}
    names = ("email", "first_name", "last_name", "display_name")
    return {"user_id": staff.user_id, "staff_uid": staff.uid} | {name: getattr(staff, name) for name in names}


async def _shown(connection: Connection, uid: str) -> Answer:
    business = await get_business(connection, uid)
    owner = business.owner_staff_uid
    staff = await get_staff(connection, business.id, owner) if owner else None
    return Answer({"status": "OK", "data": {"business": whole(business, _admin(staff))}})


async def get_one_business(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        return await _shown(connection, business.uid)


async def _update(work: Work) -> Answer:
    await require_role(work.connection, work.caller, MANAGES_BUSINESS)
    change, told = read_change(work.given)
    if work.business is None or not any(work.given.has(part) for part in ("business", "meta")):
        raise Worded(400, "Incorrect parameters for update", code="missing", field="business")
    try:
        work.given.settle()
        await update_business(work.connection, work.business.uid, change, told=told)
    except Invalid as fault:
        data = [upstream_words(each) for each in fault.faults]
        words = "Incorrect parameters for update"
        raise Worded(400, words, code=fault.first.code, data=data).of(fault.faults) from None
    return await _shown(work.connection, work.business.uid)


_DIRECTORIES = Policy.tokens("directory", scopes=("admin",))
_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_MANAGERS = Policy.tokens("staff", "directory", scopes=("admin",))
_LISTED = {
    "uid": "0m5x4kq0000000bz",
    "directory_uid": "0m5x4kq0000000dr",
    "name": "Harbour Kitchens",
    "owner_uid": "0m5x4kq0000000st",
    "owner_email": "olivia@harbour-kitchens.example",
    "email": "hello@harbour-kitchens.example",
    "phone": "+1 415 555 0100",
    "address": None,
    "website_url": None,
    "country": "US",
    "time_zone": "America/Los_Angeles",
    "locale": "en",
    "currency": "USD",
    "external_id": "harbour.kitchens",
    "external_reference_id": "HK-1001",
    "is_blocked": False,
    "created_at": "2026-11-22T09:30:00Z",
}
_WHOLE = {
    "admin_account": {
        "user_id": 7,
        "staff_uid": "0m5x4kq0000000st",
        "email": "olivia@harbour-kitchens.example",
        "first_name": "Olivia",
        "last_name": "Reed",
        "display_name": "Olivia Reed",
    },
    "business": {"id": "0m5x4kq0000000bz", "name": "Harbour Kitchens", "time_zone": "America/Los_Angeles"},
    "meta": {"external_id": "harbour.kitchens", "external_reference_id": "HK-1001"},
    "integrations": {},
}
_NEW = {
    "admin_account": {"email": "olivia@harbour-kitchens.example", "first_name": "Olivia", "last_name": "Reed"},
    "business": {
        "name": "Harbour Kitchens",
        "country_name": "United States",
        "time_zone": "Pacific Time (US & Canada)",
    },
    "meta": {"external_id": "harbour.kitchens", "external_reference_id": "HK-1001"},
}
_NOT_FOUND = ErrorCase(404, "not_found", "This token reaches no such business.")
_PATH = {"business_uid": "0m5x4kq0000000bz"}

OPERATIONS = (
    Operation(
        name="list_businesses",
        title="List businesses",
        summary="The businesses of a directory; for staff and app tokens their own one, for an app's token that was "
        "issued for none, those that have the app. "
        "Automation platforms ask it first, to learn whom a token speaks for.",
        method="GET",
        path="/v3/business_administration/businesses",
        door="api",
        policy=_READERS,
        handler=list_businesses_of_caller,
        query=BusinessesQuery,
        replies=(
            Reply(
                200,
                BusinessesReply,
                {
                    "success": True,
                    "data": {"businesses": [_LISTED]},
                    "paging": {"page": 1, "per_page": 25, "total": 1},
                },
                "A page of businesses.",
            ),
        ),
        errors=ERRORS,
        examples=(Example("Whom this token speaks for", query={"per_page": "1"}),),
        family="b",
        tag="Businesses",
    ),
    Operation(
        name="find_businesses",
        title="Find businesses",
        summary="The uids of businesses by email, nickname (external_id) or external reference id; one is needed.",
        method="GET",
        path="/platform/v1/businesses",
        door="api",
        policy=Policy.tokens("directory", scopes=("clients:read",)),
        handler=find_businesses,
        query=FindQuery,
        replies=(Reply(200, FoundReply, {"status": "OK", "data": {"businesses": ["0m5x4kq0000000bz"]}}, "Uids."),),
        errors=ERRORS,
        examples=(Example("By your own id", query={"external_reference_id": "HK-1001"}),),
        family="p1",
        tag="Businesses",
    ),
    Operation(
        name="create_business",
        title="Create a business",
        summary="Makes a business with its owner, and a token for them (meta.auth_token), shown this once. "
        "200, as upstream answers.",
        method="POST",
        path="/platform/v1/businesses",
        door="api",
        policy=_DIRECTORIES,
        handler=writing(_create, of="caller", read=read_twice_encoded),
        request=NewBusinessBody,
        secret=True,
        replies=(Reply(200, BusinessReply, {"status": "OK", "data": {"business": _WHOLE}}, "The business."),),
        errors=(
            *ERRORS_OF_SECRETS,
            ErrorCase(400, "missing", "A field is missing; `data` names every fault."),
            ErrorCase(400, "invalid", "A value cannot be used, or the email is somebody's; `data` names every fault."),
            ErrorCase(400, "not_text", "An object or list stands where text belongs; `data` names every fault."),
            ErrorCase(400, "too_long", "A text is over its limit; `data` names every fault."),
            ErrorCase(409, "already_exists", "A name of it is taken in this directory."),
        ),
        examples=(Example("A business", _NEW),),
        family="p1",
        tag="Businesses",
    ),
    Operation(
        name="get_business",
        title="Get a business",
        summary="A business by its uid, nickname or external reference id.",
        method="GET",
        path="/platform/v1/businesses/{business_uid}",
        door="api",
        policy=_READERS,
        handler=get_one_business,
        replies=(Reply(200, BusinessReply, {"status": "OK", "data": {"business": _WHOLE}}, "The business."),),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("By uid", path=_PATH),),
        family="p1",
        tag="Businesses",
    ),
    Operation(
        name="update_business",
        title="Update a business",
        summary="Changes what is given of a business. Takes a directory, or staff who are owner, admin or manager.",
        method="POST",
        path="/platform/v1/businesses/{business_uid}",
        door="api",
        policy=_MANAGERS,
        handler=writing(_update),
        request=ChangeBody,
        replies=(Reply(200, BusinessReply, {"status": "OK", "data": {"business": _WHOLE}}, "As it is now."),),
        errors=(
            *ERRORS_OF_POSTS,
            _NOT_FOUND,
            ErrorCase(400, "missing", "Neither business nor meta was given."),
            ErrorCase(400, "invalid", "A value cannot be used; `data` names every fault."),
            ErrorCase(400, "not_text", "An object or list stands where text belongs; `data` names every fault."),
            ErrorCase(400, "too_long", "A text is over its limit; `data` names every fault."),
            ErrorCase(409, "already_exists", "A name of it is taken in this directory."),
        ),
        examples=(Example("Another phone", {"business": {"phone": "+1 415 555 0199"}}, path=_PATH),),
        family="p1",
        tag="Businesses",
    ),
)
