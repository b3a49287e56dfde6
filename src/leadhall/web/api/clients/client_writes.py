"""Clients made, changed and put away by the API (api.md 3.3)."""

from __future__ import annotations

import time
from typing import Any

from leadhall.clients.book import Client
from leadhall.clients.consents import opt_ins, record_consent
from leadhall.clients.create import create_client
from leadhall.clients.desk import Desk, hold, hold_all
from leadhall.clients.edit import edit_client
from leadhall.clients.settings import mark_spam as mark_client_spam
from leadhall.conversations.trash import mark_spam
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.core.text import read_boolean
from leadhall.person.removal import remove_client
from leadhall.tenancy.terms import matter_term
from leadhall.tenancy.tokens import Grant, create_token
from leadhall.web.api.clients.client_body import ClientGiven, note_faults, read_client
from leadhall.web.api.clients.client_types import (
    CLIENT,
    BulkBody,
    BulkReply,
    ClientBody,
    ClientReply,
    CreatedReply,
    matter_of,
    shown,
)
from leadhall.web.api.clients.hand import desk_of, mark_client
from leadhall.web.api.writes import ERRORS, ERRORS_OF_SECRETS, Work, writing
from leadhall.web.call import Answer

TOKEN_FOR_S = 30 * 24 * 3600
BULK_MOST = 5_000
ONLY_OPT_IN = "Only 'opt_in' field is allowed in bulk updates"


async def _create(work: Work) -> Answer:
    desk = await desk_of(work)
    read = read_client(work.given, desk.card)
    if read.values.get("first_name") is None and not any(each.field == "first_name" for each in work.given.faults):
        work.given.faults.insert(0, Fault("missing", "First name can't be blank", "first_name"))
    note_faults(work.given, desk, read)
    work.given.settle()
    client = await create_client(desk, read.values, tags=read.tags or ())
    mark_client(work.call, client)
    await _consent(work, desk, client, read)
    source = {"name": client.source, "channel": client.channel, "campaign": client.campaign}
    source_data = source | {"website_url": client.source_url}
    told = await whole(desk, client) | {"source_data": source_data, "spam": bool(read.spam)}
    token = await _token(work, desk, client)
    return Answer({"status": "OK", "data": {"client": told, "token": token}}, status=201)


async def _token(work: Work, desk: Desk, client: Client) -> str:
    """A JWT with which the client itself comes, as upstream's callers hand it on."""
    grant = Grant(
        kind="client",
        business_id=desk.business_id,
        client_uid=client.uid,
        label="made with the client",
        mode=work.caller.mode,
        issued_by=work.caller.principal,
    )
    token = await create_token(work.connection, grant)
    now = int(time.time())
    claims = {"type": "client", "entity_uid": client.uid, "extra": {"business_uid": desk.business_uid}}
    times = {"created": now, "refresh": now + TOKEN_FOR_S // 2}
    keeper = work.call.services.doorkeeper
    return keeper.issue_jwt(token.uid, subject=client.uid, for_s=TOKEN_FOR_S, claims=claims | times)


async def _update(work: Work) -> Answer:
    uid = work.call.path["uid"]
    desk = await desk_of(work)
    read = read_client(work.given, desk.card, uid=uid)
    before = await held(desk, uid)
    mark_client(work.call, before)
    note_faults(work.given, desk, read)
    work.given.settle()
    client = await edit_client(desk, uid, read.values, tags=read.tags)
    await _consent(work, desk, client, read)
    return Answer({"status": "OK", "data": {"client": await whole(desk, await hold(desk, uid))}})


async def _consent(work: Work, desk: Desk, client: Client, read: ClientGiven) -> None:
    """Consent by the API, and what is said of spam."""
    token_uid = work.caller.token_uid
    if read.opt_in is not None:
        await record_consent(desk, [client], value=read.opt_in, act="api", token_uid=token_uid)
    if read.opt_in_texts is not None:
        await record_consent(
            desk,
            [client],
            value=read.opt_in_texts,
            purpose="transactional",
            channel="sms",
            act="api",
            token_uid=token_uid,
        )
    if read.spam is not None:
        await mark_client_spam(desk, client.uid, spam=read.spam)
        await mark_spam(desk.connection, desk.business_id, client.uid, spam=read.spam)


async def _delete(work: Work) -> Answer:
    desk = await desk_of(work)
    uid = work.call.path["uid"]
    mark_client(work.call, await held(desk, uid))
    client = await remove_client(desk, uid)
    email = f"{client.email}.d{client.uid}" if client.email else None
    told = shown(client, desk.card, None) | {"customer_status": "inactive", "email": email}
    term = await matter_term(desk.connection, desk.business_id)
    return Answer({"status": "OK", "data": {"client": told | {"matter_term": term, "matters": []}}})


async def held(desk: Desk, uid: str) -> Client:
    """A client, held. Upstream answers 422 for one that is not there, and so do we."""
    try:
        return await hold(desk, uid)
    except NotFound as refusal:
        raise Invalid(faults=refusal.faults) from None


async def whole(desk: Desk, client: Client) -> dict[str, Any]:
    """A client as a single read shows it."""
    agreed = None
    if desk.card.first_of("opt-in") is not None:
        agreed = (await opt_ins(desk.connection, desk.business_id, [client]))[client.uid]
    term = await matter_term(desk.connection, desk.business_id)
    return shown(client, desk.card, agreed) | {"matter_term": term, "matters": [matter_of(client, desk.card, agreed)]}


async def _bulk(work: Work) -> Answer:
    """All of them or none; without an opt-in field on the card nothing is stored, as upstream says it."""
    wanted = _wanted(work.given.listed("clients"))
    desk = await desk_of(work)
    try:
        clients = await hold_all(desk, list(wanted))
    except NotFound as refusal:
        raise Invalid(faults=refusal.faults) from None
    if desk.card.first_of("opt-in") is None:
        data = {"updated": False, "count": 0, "message": "The client card has no opt-in field"}
        return Answer({"status": "OK", "data": data})
    for value in (True, False):
        some = [clients[uid] for uid, opt_in in wanted.items() if opt_in is value]
        if some:
            await record_consent(desk, some, value=value, act="api", token_uid=work.caller.token_uid)
    data = {"updated": True, "count": len(wanted), "message": f"{len(wanted)} clients were updated"}
    return Answer({"status": "OK", "data": data})


def _wanted(listed: Any) -> dict[str, bool]:
    """Client to what it is to be; Invalid names the first item that cannot be."""
    if not isinstance(listed, list) or not listed:
        raise Invalid.of([Fault.missing("clients")])
    if len(listed) > BULK_MOST:
        raise Invalid.of([Fault("too_many", f"clients must be at most {BULK_MOST}", "clients")])
    wanted: dict[str, bool] = {}
    for n, item in enumerate(listed):
        uid, value = _item(n, item)
        if uid in wanted:
            raise Invalid(f"The client {uid} stands twice", field=f"clients[{n}].id")
        wanted[uid] = value
    return wanted


def _item(n: int, item: Any) -> tuple[str, bool]:
    if not isinstance(item, dict):
        raise Invalid("must be an object with id and opt_in", field=f"clients[{n}]")
    if item.keys() - {"id", "opt_in"}:
        raise Invalid(ONLY_OPT_IN, field=f"clients[{n}]")
    uid = item.get("id")
    if not isinstance(uid, str) or not uid:
        raise Invalid.of([Fault.missing(f"clients[{n}].id")])
    try:
        value = read_boolean(item.get("opt_in"))  # what is no text or boolean cannot be read either
    except (ValueError, AttributeError):
        value = None
    if value is None:
        raise Invalid("opt_in must be true or false", field=f"clients[{n}].opt_in")
    return uid, value


_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
_NOT_FOUND = ErrorCase(422, "not_found", "This business has no such client.")
_TAKEN = ErrorCase(409, "already_exists", "Another client has this email or unique id.")
_UID = {"uid": "0m5x4kq2v7c9t1ab"}

OPERATIONS = (
    Operation(
        name="create_client",
        title="Create a client",
        summary="A client with its card, and a token (JWT, 30 days) with which the client itself may come.",
        method="POST",
        path="/platform/v1/clients",
        door="api",
        policy=_WRITERS,
        handler=writing(_create, also=("business_uid",)),
        request=ClientBody,
        replies=(
            Reply(
                201,
                CreatedReply,
                {
                    "status": "OK",
                    "data": {
                        "client": CLIENT
                        | {
                            "source_data": {
                                "name": "Website",
                                "channel": None,
                                "campaign": None,
                                "website_url": "https://example.com/contact",
                            },
                            "spam": False,
                        },
                        "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x",
                    },
                },
                "The client. Its token is shown this once.",
            ),
        ),
        errors=(*ERRORS_OF_SECRETS, _TAKEN),
        examples=(
            Example("The least", {"first_name": "Dana"}),
            Example(
                "With a card",
                {
                    "first_name": "Dana",
                    "last_name": "Levi",
                    "email": "dana.levi@example.com",
                    "phone": "+1 (415) 555-0132",
                    "status": "customer",
                    "tags": "web, vip",
                    "opt_in": True,
                },
            ),
        ),
        secret=True,
        family="p1",
        tag="Clients",
    ),
    Operation(
        name="update_client",
        title="Update a client",
        summary="Changes what is given. Blanks leave a value as it is, unless force_nullifying says to clear address "
        "or mobile_phone. Every change is in the history of the card.",
        method="PUT",
        path="/platform/v1/clients/{uid}",
        door="api",
        policy=_WRITERS,
        handler=writing(_update),
        request=ClientBody,
        replies=(Reply(200, ClientReply, {"status": "OK", "data": {"client": CLIENT}}, "The client as it is now."),),
        errors=(*ERRORS, _NOT_FOUND, _TAKEN),
        examples=(
            Example("A status and tags", {"status": "loyal", "tags": "web, vip"}, path=_UID),
            Example("Clear the address", {"address": None, "force_nullifying": True}, path=_UID),
        ),
        family="p1",
        tag="Clients",
    ),
    Operation(
        name="delete_client",
        title="Delete a client",
        summary="Puts a client away with its conversations and frees its email and unique id: a later lead of theirs "
        "makes a new client. To erase a person's data, see Erase a person.",
        method="DELETE",
        path="/platform/v1/clients/{uid}",
        door="api",
        policy=_WRITERS,
        handler=writing(_delete),
        replies=(
            Reply(
                200,
                ClientReply,
                {
                    "status": "OK",
                    "data": {
                        "client": CLIENT
                        | {
                            "customer_status": "inactive",
                            "email": "dana.levi@example.com.d0m5x4kq2v7c9t1ab",
                            "matters": [],
                        }
                    },
                },
                "The client as it was, in upstream's words for gone.",
            ),
        ),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("A client", path=_UID),),
        family="p1",
        tag="Clients",
    ),
    Operation(
        name="update_clients_bulk",
        title="Update opt-in in bulk",
        summary="Consent to marketing of up to 5,000 clients: of all of them, or of none.",
        method="PUT",
        path="/platform/v1/clients/bulk",
        door="api",
        policy=_WRITERS,
        handler=writing(_bulk),
        request=BulkBody,
        replies=(
            Reply(
                200,
                BulkReply,
                {"status": "OK", "data": {"updated": True, "count": 1, "message": "1 clients were updated"}},
                "`updated` is false when the card has no opt-in field.",
            ),
        ),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("One", {"clients": [{"id": "0m5x4kq2v7c9t1ab", "opt_in": True}]}),),
        family="p1",
        tag="Clients",
    ),
)
