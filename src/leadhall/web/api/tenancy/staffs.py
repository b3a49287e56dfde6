"""Who serves a business: listed, let in, got, let go, signed out (api.md 3.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from leadhall.core.errors import AlreadyExists, Fault, Invalid, Refusal
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.core.text import Value
from leadhall.notify.entering import invite
from leadhall.tenancy.reading import read_email
from leadhall.tenancy.rights import MANAGES_STAFF, require_role
from leadhall.tenancy.sessions import close_sessions_of
from leadhall.tenancy.staff import NewStaff, Staff, add_staff, get_staff, list_staff, remove_staff
from leadhall.web.api.given import Given
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.refusals import Worded
from leadhall.web.api.tenancy.business_body import upstream_words
from leadhall.web.api.tenancy.staff_types import (
    ROLES,
    NewStaffBody,
    PlainStaffReply,
    SessionsReply,
    StaffQuery,
    StaffReply,
    shown,
)
from leadhall.web.api.writes import ERRORS_OF_POSTS, OkReply, Work, writing
from leadhall.web.call import Answer, Call
from leadhall.web.decode import decode_body
from leadhall.web.head import header

STAFF_MOST = 50
_LIST = re.compile(rb"\s*\[")


async def list_staff_of_business(call: Call) -> Answer:
    """Owner first, then as they came."""
    query: StaffQuery = call.query
    async with reading(call) as (business, connection):
        found = await list_staff(connection, business.id, left_too=query.status == "all")
    return Answer({"status": "OK", "data": {"staff": [shown(each, business.uid) for each in found]}})


async def list_staff_plainly(call: Call) -> Answer:
    """The same for who asks by the older path."""
    async with reading(call) as (business, connection):
        found = await list_staff(connection, business.id)
    return Answer({"data": [shown(each, business.uid) for each in found]})


async def get_one_of_staff(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        staff = await get_staff(connection, business.id, call.path["staff_uid"])
    return Answer({"status": "OK", "data": {"staff": [shown(staff, business.uid)]}})


def read_staff(call: Call, body: bytes) -> dict[str, Value]:
    """An object, or a list of people as a quick-start sends them."""
    if _LIST.match(body):
        body = b'{"staff":' + body + b"}"
    return decode_body(header(call.scope, b"content-type"), body).content


async def _create(work: Work) -> Answer:
    await require_role(work.connection, work.caller, MANAGES_STAFF)
    business_uid = work.business.uid if work.business else ""
    try:
        asked = _asked(work.given)
        work.given.settle()
        made = [shown(await _let_in(work, each), business_uid) for each in asked]
    except (Invalid, AlreadyExists) as refusal:
        raise _unable(refusal) from None
    return Answer({"status": "OK", "data": {"staff": made}})


@dataclass(frozen=True)
class _Asked:
    """Somebody to be let in, and whether a mail tells them so."""

    new: NewStaff
    invited: bool


def _asked(given: Given) -> list[_Asked]:
    """The people of the body; a list's items may be wrapped in `staff` each, as one is, with a `meta` of their own."""
    listed = given.parts("staff")
    if not listed:
        given.settle()
        raise Worded(400, "staff parameters are missing", code="missing", field="staff", data=None)
    if len(listed) > STAFF_MOST:
        raise Invalid.of([Fault("too_many", f"At most {STAFF_MOST} people at once", "staff")])
    everybody = given.part("meta").boolean("invite")
    return [_one_asked(each, everybody) for each in listed]


def _one_asked(given: Given, everybody: bool | None) -> _Asked:
    """`everybody`: whether all of the body are invited; what is told of this one goes before it."""
    told = (given.part("meta").boolean("invite"), everybody, True)
    person = given.part("staff") if given.has("staff") else given
    return _Asked(_read(person), next(each for each in told if each is not None))


def _read(given: Given) -> NewStaff:
    email, name = given.text("email", needed=True), given.text("display_name", needed=True)
    role = given.word("role", ROLES)
    texts = {key: given.text(key) for key in ("first_name", "last_name", "mobile_number", "professional_title")}
    if email is not None:
        try:
            read_email(email)
        except ValueError as fault:
            given.wrong("invalid", "email", str(fault))
    return NewStaff(email=email or "", display_name=name or "", role=role or "user", **texts)


async def _let_in(work: Work, asked: _Asked) -> Staff:
    staff = await add_staff(work.connection, work.business_id, asked.new)
    if not asked.invited:
        return staff
    await invite(work.connection, work.business_id, staff.uid, staff.email)
    return await get_staff(work.connection, work.business_id, staff.uid)


def _unable(refusal: Refusal) -> Worded:
    """Upstream's words, with every fault in `data`."""
    data = [_words(fault) for fault in refusal.faults]
    return Worded(400, "Unable to create staff", code=refusal.first.code, data=data).of(refusal.faults)


def _words(fault: Fault) -> str:
    """Upstream's sentence where it has one, else ours, which says what is wrong with a value."""
    name = (fault.field or "").rpartition(".")[2]
    if fault.code == "missing" and name == "display_name":
        return f"{fault.field} is a mandatory field"
    if fault.code in ("invalid", "not_text") and name in ("email", "role"):
        return f"{fault.field} must be valid"
    return upstream_words(fault)


async def _remove(work: Work) -> Answer:
    await require_role(work.connection, work.caller, MANAGES_STAFF)
    uid = work.call.path["staff_uid"]
    staff = await get_staff(work.connection, work.business_id, uid)
    if staff.deleted_at is None:
        await remove_staff(work.connection, work.business_id, uid)
    return Answer({"status": "OK"})


async def _sign_out(work: Work) -> Answer:
    """Every sign-in of theirs ends, wherever they serve besides: it is one person's login."""
    await require_role(work.connection, work.caller, MANAGES_STAFF)
    staff = await get_staff(work.connection, work.business_id, work.call.path["staff_uid"])
    closed = await close_sessions_of(work.connection, staff.user_id) if staff.deleted_at is None else []
    return Answer({"data": {"revoked": closed}, "status": "OK"})


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_MANAGERS = Policy.tokens("staff", "directory", scopes=("admin",))
_ONE = {
    "id": "0m5x4kq0000000st",
    "uid": "0m5x4kq0000000st",
    "business_id": "0m5x4kq0000000bz",
    "display_name": "Olivia Reed",
    "first_name": "Olivia",
    "last_name": "Reed",
    "email": "olivia@harbour-kitchens.example",
    "role": "owner",
    "business_role_display_name": "Owner",
    "active": "true",
    "deleted": "false",
    "mobile_number": None,
    "professional_title": None,
    "photo": None,
    "photo_path": None,
    "invite_sent": None,
    "blocked_at": None,
}
_REPLY = {"status": "OK", "data": {"staff": [_ONE]}}
_BUSINESS = {"business_uid": "0m5x4kq0000000bz"}
_PERSON = _BUSINESS | {"staff_uid": "0m5x4kq0000000st"}
_NEW = {"staff": {"display_name": "Carl Diaz", "email": "carl@harbour-kitchens.example", "role": "user"}}
_LISTED = {"staff": [_NEW["staff"]]}
_NOT_FOUND = ErrorCase(404, "not_found", "This token reaches no such business, or nobody of that uid serves it.")
_STAFFS = "/platform/v1/businesses/{business_uid}/staffs"

OPERATIONS = (
    Operation(
        name="list_staff",
        title="List staff",
        summary="Who serves a business, its owner first.",
        method="GET",
        path=_STAFFS,
        door="api",
        policy=_READERS,
        handler=list_staff_of_business,
        query=StaffQuery,
        replies=(Reply(200, StaffReply, _REPLY, "The staff."),),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("Who serves it now", query={"status": "active"}, path=_BUSINESS),),
        family="p1",
        tag="Staff",
    ),
    Operation(
        name="create_staff",
        title="Create staff",
        summary="Lets a person serve a business, or several at once (a list), and mails them an invitation unless "
        "`meta.invite` is false. An owner is made with the business. "
        "200, as upstream answers; takes a directory, or staff who are owner or admin.",
        method="POST",
        path=_STAFFS,
        door="api",
        policy=_MANAGERS,
        handler=writing(_create, read=read_staff),
        request=NewStaffBody,
        replies=(Reply(200, StaffReply, _REPLY, "Who was let in."),),
        errors=(
            *ERRORS_OF_POSTS,
            _NOT_FOUND,
            ErrorCase(400, "missing", "There is nobody in the body, or a field is missing; `data` names every fault."),
            ErrorCase(400, "invalid", "A value cannot be used; `data` names every fault."),
            ErrorCase(400, "not_text", "An object or list stands where text belongs; `data` names every fault."),
            ErrorCase(400, "too_long", "A text is over its limit; `data` names every fault."),
            ErrorCase(400, "too_many", f"More than {STAFF_MOST} people."),
            ErrorCase(400, "already_exists", "The email serves this business already."),
        ),
        examples=(
            Example("One person", _NEW, path=_BUSINESS),
            Example("A list", {"staff": [_NEW["staff"]]}, path=_BUSINESS),
        ),
        family="p1",
        tag="Staff",
    ),
    Operation(
        name="get_staff",
        title="Get staff",
        summary="One who serves, or served, a business.",
        method="GET",
        path=_STAFFS + "/{staff_uid}",
        door="api",
        policy=_READERS,
        handler=get_one_of_staff,
        replies=(Reply(200, StaffReply, _REPLY, "A list of one."),),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("One person", path=_PERSON),),
        family="p1",
        tag="Staff",
    ),
    Operation(
        name="delete_staff",
        title="Delete staff",
        summary="Lets a person go; their tokens for this business die within a second. The owner stays.",
        method="DELETE",
        path=_STAFFS + "/{staff_uid}",
        door="api",
        policy=_MANAGERS,
        handler=writing(_remove),
        replies=(Reply(200, OkReply, {"status": "OK"}, "They are gone."),),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("One person", path=_PERSON),),
        family="p1",
        tag="Staff",
    ),
    Operation(
        name="delete_staff_sessions",
        title="Sign staff out",
        summary="Ends every sign-in of a person.",
        method="DELETE",
        path=_STAFFS + "/{staff_uid}/sessions",
        door="api",
        policy=_MANAGERS,
        handler=writing(_sign_out),
        replies=(
            Reply(200, SessionsReply, {"data": {"revoked": ["0m5x4kq0000000se"]}, "status": "OK"}, "What was ended."),
        ),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("One person", path=_PERSON),),
        family="p1",
        tag="Staff",
    ),
    Operation(
        name="list_staff_plainly",
        title="List staff (v2)",
        summary="Who serves the business of the token, as a bare `data` list.",
        method="GET",
        path="/v2/staffs",
        door="api",
        policy=_READERS,
        handler=list_staff_plainly,
        replies=(Reply(200, PlainStaffReply, {"data": [_ONE]}, "The staff."),),
        errors=ERRORS,
        examples=(Example("Who serves it now"),),
        family="p1",
        tag="Staff",
    ),
)
