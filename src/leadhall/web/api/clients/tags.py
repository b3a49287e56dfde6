"""Tags by the API (api.md 3.8): of many matters at once, and, as older callers do it, of one."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.book import get_client
from leadhall.clients.tagging import CLIENTS_MOST, tag_clients, untag_clients
from leadhall.core.errors import NotFound
from leadhall.core.operation import Example, Operation, Reply
from leadhall.web.api.clients.hand import desk_of, mark_client
from leadhall.web.api.clients.matters import NO_MATTER, READERS, UID, WRITERS, held_matter, no_matter
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call

_DONE = {"data": None, "success": True}
_TAG = "Tags"


class Matters(msgspec.Struct):
    uids: Annotated[list[str], Meta(description=f"At most {CLIENTS_MOST}.")]


class TagsBody(msgspec.Struct, kw_only=True):
    new_api: Annotated[bool | None, Meta(description="Taken and ignored: there is but this one.")] = None
    matters: Matters
    tags: list[str]


class TagBody(msgspec.Struct):
    tag: str


class TagsDone(msgspec.Struct):
    data: None
    success: Literal[True]


class TagsData(msgspec.Struct):
    tags: list[str]


class TagsReply(msgspec.Struct):
    success: Literal[True]
    data: TagsData


async def _put(work: Work) -> Answer:
    return await _many(work, add=True)


async def _delete(work: Work) -> Answer:
    return await _many(work, add=False)


async def _many(work: Work, *, add: bool) -> Answer:
    """All of them or none."""
    uids = work.given.part("matters", needed=True).texts("uids", needed=True)
    tags = work.given.texts("tags", needed=True)
    work.given.settle()
    change = tag_clients if add else untag_clients
    try:
        await change(await desk_of(work), list(dict.fromkeys(uids or ())), tags or ())
    except NotFound:
        raise no_matter() from None
    return Answer(_DONE)


async def tags_of_matter(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        try:
            client = await get_client(connection, business.id, call.path["uid"])
        except NotFound:
            raise no_matter() from None
    return Answer({"success": True, "data": {"tags": client.tags}})


async def _add_one(work: Work) -> Answer:
    return await _one(work, add=True, status=201)


async def _remove_one(work: Work) -> Answer:
    return await _one(work, add=False, status=200)


async def _one(work: Work, *, add: bool, status: int) -> Answer:
    tag = work.given.text("tag", needed=True)
    work.given.settle()
    desk = await desk_of(work)
    client = await held_matter(desk, work.call.path["uid"])
    mark_client(work.call, client)
    await (tag_clients if add else untag_clients)(desk, [client.uid], [tag or ""])
    return Answer(_DONE, status=status)


_MANY = {"new_api": True, "matters": {"uids": ["0m5x4kq2v7c9t1ab"]}, "tags": ["vip"]}

OPERATIONS = (
    Operation(
        name="add_tags",
        title="Add tags",
        summary="Puts tags on many clients, on all of them or on none. A tag that differs by case alone is the same.",
        method="PUT",
        path="/business/clients/v1/tags",
        door="api",
        policy=WRITERS,
        handler=writing(_put),
        request=TagsBody,
        replies=(Reply(200, TagsDone, _DONE, "They have them."),),
        errors=(*ERRORS_OF_WRITES, NO_MATTER),
        examples=(Example("One client", _MANY),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="remove_tags",
        title="Remove tags",
        summary="Takes tags off many clients, off all of them or off none.",
        method="DELETE",
        path="/business/clients/v1/tags",
        door="api",
        policy=WRITERS,
        handler=writing(_delete),
        request=TagsBody,
        replies=(Reply(200, TagsDone, _DONE, "None of them has them."),),
        errors=(*ERRORS_OF_WRITES, NO_MATTER),
        examples=(Example("One client", _MANY),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="list_matter_tags",
        title="List a matter's tags",
        summary="The tags of one client.",
        method="GET",
        path="/business/clients/v1/matters/{uid}/tags",
        door="api",
        policy=READERS,
        handler=tags_of_matter,
        replies=(Reply(200, TagsReply, {"success": True, "data": {"tags": ["web"]}}, "In the order they came."),),
        errors=(*ERRORS, NO_MATTER),
        examples=(Example("A matter's", path=UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="add_matter_tag",
        title="Add a tag to a matter",
        summary="One tag for one client, as older callers do it.",
        method="POST",
        path="/business/clients/v1/matters/{uid}/tags",
        door="api",
        policy=WRITERS,
        handler=writing(_add_one),
        request=TagBody,
        replies=(Reply(201, TagsDone, _DONE, "It has it."),),
        errors=(*ERRORS_OF_POSTS, NO_MATTER),
        examples=(Example("A tag", {"tag": "vip"}, path=UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="remove_matter_tag",
        title="Remove a tag of a matter",
        summary="One tag of one client, as older callers do it.",
        method="DELETE",
        path="/business/clients/v1/matters/{uid}/tags",
        door="api",
        policy=WRITERS,
        handler=writing(_remove_one),
        request=TagBody,
        replies=(Reply(200, TagsDone, _DONE, "It has it no more."),),
        errors=(*ERRORS_OF_WRITES, NO_MATTER),
        examples=(Example("A tag", {"tag": "vip"}, path=UID),),
        family="b",
        tag=_TAG,
    ),
)
