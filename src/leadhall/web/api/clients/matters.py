"""Matters by the API (api.md 3.3): one for each client, under the client's own uid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadhall.clients.book import Client, clients_called, get_client
from leadhall.clients.card import Card
from leadhall.clients.changes import ASSIGNED
from leadhall.clients.consents import opt_ins
from leadhall.clients.desk import Desk, hold
from leadhall.clients.edit import edit_client
from leadhall.clients.notes import add_note
from leadhall.conversations.acts import serving
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.intake.business import BusinessFacts
from leadhall.search.find import find_clients
from leadhall.tenancy.businesses import where_of
from leadhall.web.api.clients.hand import desk_of, mark_client
from leadhall.web.api.clients.matter_types import (
    MATTER,
    MatterBody,
    MatterReply,
    MattersQuery,
    MattersReply,
    ReassignBody,
    ReassignedReply,
    matter_told,
)
from leadhall.web.api.given import LONG_TEXT_MOST_CHARS, Given
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.refusals import Worded
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import Work, writing
from leadhall.web.call import Answer, Call

UIDS_MOST = 100
NOT_THERE = "This matter doesn't exist"


def no_matter() -> Worded:
    """Upstream's 422 for a matter that is not there."""
    return Worded(422, NOT_THERE, code="invalid")


async def matters_of_contact(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        try:
            client = await get_client(connection, business.id, call.path["uid"])
        except NotFound:
            raise no_matter() from None
        told = await _all_told(connection, business.id, business.card, [client])
    return Answer({"success": True, "data": {"matters": told}})


async def _all_told(
    connection: Connection, business_id: int, card: Card, clients: Sequence[Client]
) -> list[dict[str, Any]]:
    business = await where_of(connection, business_id)
    agreed = await opt_ins(connection, business_id, clients) if card.first_of("opt-in") else {}
    return [matter_told(each, card, business, agreed.get(each.uid)) for each in clients]


async def list_matters(call: Call) -> Answer:
    """Those that a filter means; without one, upstream refuses and so do we."""
    query: MattersQuery = call.query
    if not (query.contact_uid or query.uid_in or query.start_with):
        words = "One of contact_uid, filter[uid_in] and filter[advanced][start_with] is needed"
        raise Invalid.of([Fault("missing", words, "filter")])
    uids = [uid for part in (query.uid_in or "").split(",") if (uid := part.strip())]
    if len(uids) > UIDS_MOST:
        raise Invalid.of([Fault("too_many", f"At most {UIDS_MOST} uids", "filter[uid_in]")])
    async with reading(call) as (business, connection):
        if query.contact_uid or uids:
            found = await clients_called(connection, business.id, [*uids, *filter(None, [query.contact_uid])])
        else:
            found = await _whose_name_begins(connection, business, query.start_with or "")
        start = (query.page - 1) * query.size
        told = await _all_told(connection, business.id, business.card, found[start : start + query.size])
    return Answer({"success": True, "data": {"matters": told}})


async def _whose_name_begins(connection: Connection, business: BusinessFacts, text: str) -> list[Client]:
    """At most 100 clients a word of whose name begins so: found by the index, kept if it is truly so."""
    found = await find_clients(connection, business.id, text, country=business.country, most=UIDS_MOST)
    start = text.casefold()
    return [client for client in found.clients if f" {client.name}".casefold().find(f" {start}") >= 0]


async def get_matter(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        try:
            client = await get_client(connection, business.id, call.path["uid"])
        except NotFound:
            raise no_matter() from None
        [told] = await _all_told(connection, business.id, business.card, [client])
    return Answer({"success": True, "data": {"matter": told}})


async def held_matter(desk: Desk, uid: str) -> Client:
    try:
        return await hold(desk, uid)
    except NotFound:
        raise no_matter() from None


async def _update(work: Work) -> Answer:
    uid = work.call.path["uid"]
    given = work.given.part("matter") if work.given.has("matter") else work.given
    desk = await desk_of(work)
    mark_client(work.call, await held_matter(desk, uid))
    values = _values(given, desk)
    status = given.text("status")
    tags = given.texts("tags")
    given.settle()
    client = await edit_client(desk, uid, values | ({"status": status} if status else {}), tags=tags)
    [told] = await _all_told(desk.connection, desk.business_id, desk.card, [client])
    return Answer({"success": True, "data": {"matter": told}})


def _values(given: Given, desk: Desk) -> dict[str, str | None]:
    """Own fields by id, from a list of `{id, value}` (or `uid`); built-in ones are written at the client."""
    own = {field.id for field in desk.card.own}
    values: dict[str, str | None] = {}
    for part in given.parts("fields") or ():
        field_id = part.text("id") or part.text("uid")
        if field_id is None:
            part.faults.append(Fault.missing("matter.fields.id"))
        elif field_id not in own:
            part.wrong("invalid", "id", "is no own field of the card")
        else:
            values[field_id] = part.text("value", most_chars=LONG_TEXT_MOST_CHARS)
    return values


async def _reassign(work: Work) -> Answer:
    given = work.given
    staff_uid = given.text("staff_uid", needed=True)
    notes = given.text("notes", most_chars=LONG_TEXT_MOST_CHARS)
    given.boolean("reassign_future_meetings")
    given.settle()
    desk = await desk_of(work)
    uid = work.call.path["uid"]
    mark_client(work.call, await held_matter(desk, uid))
    await serving(work.connection, work.business_id, staff_uid or "", field="staff_uid")
    await edit_client(desk, uid, {ASSIGNED: staff_uid})
    if notes:
        await add_note(desk.connection, desk.business_id, uid, staff_uid=work.caller.staff_uid, content=notes)
    return Answer({"data": {}, "success": True})


READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
NO_MATTER = ErrorCase(422, "invalid", "This business has no such matter.")
UID = {"uid": "0m5x4kq2v7c9t1ab"}
_ONE = {"success": True, "data": {"matter": MATTER}}
_LIST = {"success": True, "data": {"matters": [MATTER]}}
_TAG = "Matters"

OPERATIONS = (
    Operation(
        name="list_matters_of_contact",
        title="List a client's matters",
        summary="The one matter that a client has.",
        method="GET",
        path="/business/clients/v1/contacts/{uid}/matters",
        door="api",
        policy=READERS,
        handler=matters_of_contact,
        replies=(Reply(200, MattersReply, _LIST, "A list of one."),),
        errors=(*ERRORS, NO_MATTER),
        examples=(Example("A client's", path=UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="list_matters",
        title="List matters",
        summary="Matters of a client, of several uids, or whose name begins somehow: one filter is needed.",
        method="GET",
        path="/business/clients/v1/matters",
        door="api",
        policy=READERS,
        handler=list_matters,
        query=MattersQuery,
        replies=(Reply(200, MattersReply, _LIST, "A page of matters, the newest first."),),
        errors=(*ERRORS, ErrorCase(422, "too_many", "Too many uids.")),
        examples=(
            Example("Of a client", query={"contact_uid": "0m5x4kq2v7c9t1ab"}),
            Example("By name", query={"filter[advanced][start_with]": "Da"}),
        ),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="get_matter",
        title="Get a matter",
        summary="One matter, which is one client.",
        method="GET",
        path="/business/clients/v1/matters/{uid}",
        door="api",
        policy=READERS,
        handler=get_matter,
        replies=(Reply(200, MatterReply, _ONE, "The matter."),),
        errors=(*ERRORS, NO_MATTER),
        examples=(Example("A matter", path=UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="update_matter",
        title="Update a matter",
        summary="Writes own fields of the client card, tags and status.",
        method="PUT",
        path="/business/clients/v1/matters/{uid}",
        door="api",
        policy=WRITERS,
        handler=writing(_update),
        request=MatterBody,
        replies=(Reply(200, MatterReply, _ONE, "The matter as it is now."),),
        errors=(
            *ERRORS_OF_WRITES,
            NO_MATTER,
            ErrorCase(409, "already_exists", "Another client has what an identifier field is to hold."),
        ),
        examples=(Example("Tags", {"matter": {"tags": ["vip"], "status": "customer"}}, path=UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="reassign_matter",
        title="Reassign a matter",
        summary="Another member of the staff looks after the client from now on.",
        method="PUT",
        path="/business/clients/v1/matters/{uid}/reassign",
        door="api",
        policy=WRITERS,
        handler=writing(_reassign),
        request=ReassignBody,
        replies=(Reply(200, ReassignedReply, {"data": {}, "success": True}, "It is theirs."),),
        errors=(*ERRORS_OF_WRITES, NO_MATTER),
        examples=(Example("To a colleague", {"staff_uid": "0m5x4kq0000000st"}, path=UID),),
        family="b",
        tag=_TAG,
    ),
)
