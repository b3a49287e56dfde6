"""Clients merged by the API, in upstream's shapes (api.md 3.3), and our look before and way back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.book import get_client
from leadhall.clients.consents import opt_ins
from leadhall.clients.merging import Merge, list_merges
from leadhall.core.clock import iso_milliseconds
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.person.merge import merge_clients, preview_merge, undo_merge
from leadhall.web.api.clients.client_types import (
    CLIENT,
    CLIENT_ITEM,
    LISTED,
    ClientItem,
    ListedClient,
    WholeClient,
    shown,
)
from leadhall.web.api.clients.client_writes import whole
from leadhall.web.api.clients.hand import desk_of, mark_client
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call

AT_ONCE_MOST = 50


class MergeQuery(msgspec.Struct, kw_only=True):
    to_client_uid: Annotated[str | None, Meta(description="Who is kept. Needed.")] = None
    from_client_uids: Annotated[
        str | None, Meta(description=f"Who becomes the kept one, by commas; at most {AT_ONCE_MOST}. Needed.")
    ] = None


class MastersQuery(msgspec.Struct, kw_only=True):
    client_ids: Annotated[str | None, Meta(description="Two clients or more, by commas. Needed.")] = None


class MergeReply(msgspec.Struct):
    status: Literal["OK"]
    master_ids: list[str]
    clients: list[ListedClient]
    merges: Annotated[list[str], Meta(description="A uid for each merge, by which it can be undone (ours).")]


class MastersReply(msgspec.Struct):
    status: Literal["OK"]
    master_ids: list[str]


class FieldChange(msgspec.Struct):
    field: Annotated[str, Meta(description="A built-in field, an own one by its id, or `tags`, one a change.")]
    was: str | None
    becomes: str | None


class KeyTold(msgspec.Struct):
    kind: Literal["email", "unique_id"]
    key: str


class PreviewReply(msgspec.Struct, kw_only=True):
    """What a merge would do."""

    kept: ClientItem
    merged: ClientItem
    changes: Annotated[list[FieldChange], Meta(description="Of the kept card.")]
    keys: Annotated[list[KeyTold], Meta(description="That will find the kept client.")]
    conversations: Annotated[int, Meta(description="That will be the kept client's.")]


class PreviewQuery(msgspec.Struct, kw_only=True):
    merge: Annotated[str | None, Meta(description="Uid of the client that would become this one. Needed.")] = None


class MergeTold(msgspec.Struct, kw_only=True):
    """One merge."""

    uid: str
    kept_uid: str
    merged_uid: str
    actor: Annotated[str, Meta(description="A staff uid, or a token's principal.")]
    at: str
    undone_at: str | None
    undone_by: str | None


class MergesReply(msgspec.Struct):
    merges: list[MergeTold]


class UndoneReply(msgspec.Struct):
    kept: WholeClient
    restored: WholeClient


async def _merge(work: Work) -> Answer:
    query: MergeQuery = work.call.query
    merged = _listed(query.from_client_uids)
    if not query.to_client_uid or not merged:
        raise NotFound("to_client_uid and from_client_uids are needed")
    if len(merged) > AT_ONCE_MOST:
        raise Invalid.of([Fault("too_many", f"At most {AT_ONCE_MOST} clients at once", "from_client_uids")])
    desk = await desk_of(work)
    try:
        kept, merges = await merge_clients(desk, query.to_client_uid, merged)
    except NotFound as refusal:
        raise Invalid(faults=refusal.faults) from None
    mark_client(work.call, kept)
    agreed = None
    if desk.card.first_of("opt-in") is not None:
        agreed = (await opt_ins(desk.connection, desk.business_id, [kept]))[kept.uid]
    clients = [shown(kept, desk.card, agreed) | {"business_uid": desk.business_uid}]
    body = {"status": "OK", "master_ids": [kept.uid], "clients": clients, "merges": [each.uid for each in merges]}
    return Answer(body)


def _listed(text: str | None) -> list[str]:
    return list(dict.fromkeys(uid for part in (text or "").split(",") if (uid := part.strip())))


async def possible_masters(call: Call) -> Answer:
    """Any of them may be kept; the oldest first."""
    query: MastersQuery = call.query
    uids = _listed(query.client_ids)
    if not uids:
        raise NotFound("client_ids is needed")
    if len(uids) == 1:
        raise Invalid("client_ids must name two clients", field="client_ids")
    if len(uids) > AT_ONCE_MOST:
        raise Invalid.of([Fault("too_many", f"At most {AT_ONCE_MOST} clients at once", "client_ids")])
    async with reading(call) as (business, connection):
        try:
            for uid in uids:
                await get_client(connection, business.id, uid)
        except NotFound as refusal:
            raise Invalid(faults=refusal.faults) from None
    return Answer({"status": "OK", "master_ids": sorted(uids)})


async def preview(call: Call) -> Answer:
    query: PreviewQuery = call.query
    if not query.merge:
        raise Invalid.of([Fault.missing("merge")])
    async with reading(call) as (business, connection):
        told = await preview_merge(connection, business.id, call.path["uid"], query.merge)
    mark_client(call, told.kept)
    body = {
        "kept": shown(told.kept, business.card, None),
        "merged": shown(told.merged, business.card, None),
        "changes": [{"field": each.field, "was": each.was, "becomes": each.becomes} for each in told.changes],
        "keys": [{"kind": kind, "key": key} for kind, key in told.keys],
        "conversations": told.conversations,
    }
    return Answer(body)


async def merges_of_client(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        merges = await list_merges(connection, business.id, call.path["uid"])
    return Answer({"merges": [_told(merge) for merge in merges]})


def _told(merge: Merge) -> dict[str, Any]:
    return {
        "uid": merge.uid,
        "kept_uid": merge.kept_uid,
        "merged_uid": merge.merged_uid,
        "actor": merge.actor,
        "at": iso_milliseconds(merge.at),
        "undone_at": iso_milliseconds(merge.undone_at) if merge.undone_at else None,
        "undone_by": merge.undone_by,
    }


async def _undo(work: Work) -> Answer:
    desk = await desk_of(work)
    kept, restored = await undo_merge(desk, work.call.path["uid"], work.call.services.key.mark)
    mark_client(work.call, restored)
    return Answer({"kept": await whole(desk, kept), "restored": await whole(desk, restored)})


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
_NO_CLIENT = ErrorCase(404, "not_found", "This business has no such client.")
_UIDS = ErrorCase(422, "not_found", "One of the uids is of no client of this business.")
_UID = {"uid": "0m5x4kq2v7c9t1ab"}
_MERGE = {
    "uid": "0m5x4kq2v7m1m1ab",
    "kept_uid": "0m5x4kq2v7c9t1ab",
    "merged_uid": "0m5x4kq2v7c9t1cd",
    "actor": "0m5x4kq0000000st",
    "at": "2026-11-22T09:30:00.123Z",
    "undone_at": None,
    "undone_by": None,
}

OPERATIONS = (
    Operation(
        name="merge_clients",
        title="Merge clients",
        summary="Makes clients one. What stands on the kept card stays; blanks are filled, tags join, keys and "
        "conversations follow. Each merge can be undone.",
        method="PUT",
        path="/platform/v1/clients/merges/merge_clients",
        door="api",
        policy=_WRITERS,
        handler=writing(_merge),
        query=MergeQuery,
        replies=(
            Reply(
                200,
                MergeReply,
                {
                    "status": "OK",
                    "master_ids": ["0m5x4kq2v7c9t1ab"],
                    "clients": [LISTED],
                    "merges": ["0m5x4kq2v7m1m1ab"],
                },
                "The kept client.",
            ),
        ),
        errors=(
            *ERRORS_OF_WRITES,
            ErrorCase(404, "not_found", "to_client_uid or from_client_uids is missing."),
            _UIDS,
        ),
        examples=(Example("Two", query={"to_client_uid": "0m5x4kq2v7c9t1ab", "from_client_uids": "0m5x4kq2v7c9t1cd"}),),
        family="p1",
        tag="Merging clients",
    ),
    Operation(
        name="possible_merge_master",
        title="Who may be kept of a merge",
        summary="Which of these clients may be the one that is kept: any of them, the oldest first.",
        method="GET",
        path="/platform/v1/clients/merges/possible_merge_master",
        door="api",
        policy=_READERS,
        handler=possible_masters,
        query=MastersQuery,
        replies=(Reply(200, MastersReply, {"status": "OK", "master_ids": ["0m5x4kq2v7c9t1ab"]}, "Their uids."),),
        errors=(*ERRORS, ErrorCase(404, "not_found", "client_ids is missing."), _UIDS),
        examples=(Example("Two", query={"client_ids": "0m5x4kq2v7c9t1ab,0m5x4kq2v7c9t1cd"}),),
        family="p1",
        tag="Merging clients",
    ),
    Operation(
        name="preview_merge",
        title="Preview a merge",
        summary="What a merge would do to the kept card, and what would follow. Nothing is changed.",
        method="GET",
        path="/ext/v1/clients/{uid}/merge_preview",
        door="api",
        policy=_READERS,
        handler=preview,
        query=PreviewQuery,
        replies=(
            Reply(
                200,
                PreviewReply,
                {
                    "kept": CLIENT_ITEM,
                    "merged": CLIENT_ITEM,
                    "changes": [{"field": "tags", "was": None, "becomes": "vip"}],
                    "keys": [{"kind": "email", "key": "dana@example.com"}],
                    "conversations": 2,
                },
                "Both clients and what would change.",
            ),
        ),
        errors=(*ERRORS, _NO_CLIENT),
        examples=(Example("Two", path=_UID, query={"merge": "0m5x4kq2v7c9t1cd"}),),
        tag="Merging clients",
    ),
    Operation(
        name="list_merges",
        title="List a client's merges",
        summary="Merges that a client was part of, kept or merged, the newest first.",
        method="GET",
        path="/ext/v1/clients/{uid}/merges",
        door="api",
        policy=_READERS,
        handler=merges_of_client,
        replies=(Reply(200, MergesReply, {"merges": [_MERGE]}, "The merges; none for a client that is not there."),),
        errors=ERRORS,
        examples=(Example("A client's", path=_UID),),
        tag="Merging clients",
    ),
    Operation(
        name="undo_merge",
        title="Undo a merge",
        summary="Parts two clients again: what the merge moved goes back exactly; what somebody changed since stays; a "
        "lead that came since by a key which goes back goes with it.",
        method="POST",
        path="/ext/v1/merges/{uid}/undo",
        door="api",
        policy=_WRITERS,
        handler=writing(_undo),
        replies=(Reply(200, UndoneReply, {"kept": CLIENT, "restored": CLIENT}, "Both as they are again."),),
        errors=(
            *ERRORS_OF_POSTS,
            ErrorCase(404, "not_found", "This business has no such merge."),
        ),
        examples=(Example("A merge", path={"uid": "0m5x4kq2v7m1m1ab"}),),
        tag="Merging clients",
    ),
)
