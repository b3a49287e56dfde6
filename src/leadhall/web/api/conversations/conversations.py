"""`GET /platform/v1/conversations` and those of one client, in upstream's shapes (api.md 3.4)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.book import get_client
from leadhall.conversations.threads import FOLDERS, Thread, list_threads
from leadhall.core.clock import iso_milliseconds
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.web.api.paging import Paged, next_link
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.call import Answer, Call


class ThreadsQuery(Paged, kw_only=True):
    folder: Annotated[
        str | None,
        Meta(description=f"{', '.join(FOLDERS)}. For staff tokens; anything else is no filter."),
    ] = None
    client_id: Annotated[str | None, Meta(description="Only this client's.")] = None


class ThreadItem(msgspec.Struct, kw_only=True):
    """One conversation."""

    id: str
    client_id: str
    business_id: str
    staff_id: Annotated[str | None, Meta(description="Whose it is: assigned, else the client's, else the owner.")]
    title: str
    business_unread: bool
    client_unread: bool
    last_business_action: Annotated[str, Meta(description="Empty when there was none.")]
    last_client_action: str
    deep_link: str
    created_at: str
    updated_at: str


class ThreadsData(msgspec.Struct):
    conversations: list[ThreadItem]


class ThreadsReply(msgspec.Struct):
    status: Literal["OK"]
    data: ThreadsData


async def list_conversations(call: Call) -> Answer:
    """A page of the business's conversations. Upstream refuses app tokens with a 422, and so do we."""
    if call.known.kind == "app":
        raise Invalid(faults=(Fault("token_kind", "Unauthorized"),))
    query: ThreadsQuery = call.query
    folder = query.folder if call.known.kind == "staff" else None
    async with reading(call) as (business, connection):
        threads = await list_threads(
            connection,
            business.id,
            client_uid=query.client_id,
            folder=folder,
            below=query.after,
            number=query.page,
            per_page=query.size,
        )
    return _answer(call, query, business.uid, threads)


async def list_conversations_of_client(call: Call) -> Answer:
    """A page of one client's conversations; 422 for a client that is not there."""
    query: Paged = call.query
    async with reading(call) as (business, connection):
        try:
            client = await get_client(connection, business.id, call.path["uid"])
        except NotFound as missing:
            raise Invalid(faults=missing.faults) from None
        threads = await list_threads(
            connection,
            business.id,
            client_uid=client.uid,
            below=query.after,
            number=query.page,
            per_page=query.size,
        )
    return _answer(call, query, business.uid, threads)


def _answer(call: Call, query: Paged, business_uid: str, threads: list[Thread]) -> Answer:
    items = [thread_item(thread, business_uid) for thread in threads]
    body = {"status": "OK", "data": {"conversations": items}}
    return Answer(body, headers=next_link(call, query, [thread.uid for thread in threads]))


def thread_item(thread: Thread, business_uid: str) -> ThreadItem:
    return ThreadItem(
        id=thread.uid,
        client_id=thread.client_uid,
        business_id=business_uid,
        staff_id=thread.staff_uid,
        title=thread.title,
        business_unread=thread.business_unread > 0,
        client_unread=thread.client_unread > 0,
        last_business_action=thread.last_business_action or "",
        last_client_action=thread.last_client_action or "",
        deep_link=f"/app/conversations/{thread.uid}",
        created_at=iso_milliseconds(thread.created_at),
        updated_at=iso_milliseconds(thread.updated_at),
    )


_EXAMPLE = {
    "status": "OK",
    "data": {
        "conversations": [
            {
                "id": "0m5x4kq2v7d3h8cd",
                "client_id": "0m5x4kq2v7c9t1ab",
                "business_id": "0m5x4kq0000000bz",
                "staff_id": "0m5x4kq0000000st",
                "title": "Kitchen renovation",
                "business_unread": True,
                "client_unread": False,
                "last_business_action": "",
                "last_client_action": "message",
                "deep_link": "/app/conversations/0m5x4kq2v7d3h8cd",
                "created_at": "2026-11-22T09:30:00.123Z",
                "updated_at": "2026-11-22T09:30:00.123Z",
            }
        ]
    },
}

OPERATIONS = (
    Operation(
        name="list_conversations",
        title="List conversations",
        summary="The conversations of a business, newest first. Each lead opened one.",
        method="GET",
        path="/platform/v1/conversations",
        door="api",
        policy=Policy.tokens("staff", "app", "directory", scopes=("clients:read",)),
        handler=list_conversations,
        query=ThreadsQuery,
        replies=(Reply(200, ThreadsReply, _EXAMPLE, "A page of conversations. `Link` names the next page."),),
        errors=(*ERRORS, ErrorCase(422, "token_kind", "App tokens are refused here, as upstream refuses them.")),
        examples=(Example("The inbox", query={"folder": "inbox"}),),
        tag="Conversations",
    ),
    Operation(
        name="list_conversations_of_client",
        title="List a client's conversations",
        summary="The conversations of one client, newest first.",
        method="GET",
        path="/platform/v1/clients/{uid}/conversations",
        door="api",
        policy=Policy.tokens("staff", "app", "directory", scopes=("clients:read",)),
        handler=list_conversations_of_client,
        query=Paged,
        replies=(Reply(200, ThreadsReply, _EXAMPLE, "A page of conversations. `Link` names the next page."),),
        errors=(*ERRORS, ErrorCase(422, "not_found", "This business has no such client.")),
        examples=(Example("A client's", path={"uid": "0m5x4kq2v7c9t1ab"}),),
        tag="Conversations",
    ),
)
