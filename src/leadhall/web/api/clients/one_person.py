"""One person's data given out, and erased (ours). For whoever manages the business."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.person.erase import erase_person
from leadhall.person.export import export_person
from leadhall.tenancy.rights import MANAGES_BUSINESS, require_role
from leadhall.web.api.clients.hand import actor_of
from leadhall.web.api.writes import ERRORS, ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer


class ErasedData(msgspec.Struct, kw_only=True):
    """How much was erased."""

    clients: Annotated[int, Meta(description="The client and those that were merged into it.")]
    conversations: int
    requests: Annotated[int, Meta(description="Rows of the request log whose content is gone.")]
    deliveries: int


class ErasedReply(msgspec.Struct):
    status: Literal["OK"]
    data: ErasedData


class PersonReply(msgspec.Struct, kw_only=True):
    """All that is held of one person, a list for each kind of thing."""

    client_uid: str
    card: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    history: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
    suspected_pairs: list[dict[str, Any]]
    merges: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    conversations: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    came_in: list[dict[str, Any]]
    requests: list[dict[str, Any]]


async def _erase(work: Work) -> Answer:
    await require_role(work.connection, work.caller, MANAGES_BUSINESS)
    erased = await erase_person(
        work.connection,
        work.business_id,
        work.call.path["uid"],
        work.call.services.key.mark,
        actor=actor_of(work.caller),
    )
    return Answer({"status": "OK", "data": dataclasses.asdict(erased)})


async def _export(work: Work) -> Answer:
    await require_role(work.connection, work.caller, MANAGES_BUSINESS)
    told = await export_person(
        work.connection,
        work.business_id,
        work.call.path["uid"],
        work.call.services.key.mark,
        actor=actor_of(work.caller),
    )
    return Answer(told)


_MANAGERS = Policy.tokens("staff", "directory", scopes=("admin",))
_NO_CLIENT = ErrorCase(404, "not_found", "This business never had such a client, or it was merged into another.")
_UID = {"uid": "0m5x4kq2v7c9t1ab"}

OPERATIONS = (
    Operation(
        name="export_person",
        title="Export a person's data",
        summary="All that is held of one client, deleted or not, and of those merged into it: card, history, consent, "
        "conversations, deliveries, requests. The audit keeps who asked.",
        method="GET",
        path="/ext/v1/clients/{uid}/export",
        door="api",
        policy=_MANAGERS,
        handler=writing(_export),
        replies=(
            Reply(
                200,
                PersonReply,
                {name: [] for name in PersonReply.__struct_fields__} | {"client_uid": "0m5x4kq2v7c9t1ab"},
                "Everything, as one object.",
            ),
        ),
        errors=(*ERRORS, _NO_CLIENT),
        examples=(Example("A client", path=_UID),),
        tag="The client card",
    ),
    Operation(
        name="erase_person",
        title="Erase a person",
        summary="Erases one client, deleted or not, with those merged into it: card, messages, deliveries, and what "
        "their requests said. It cannot be undone. The audit keeps who did it.",
        method="POST",
        path="/ext/v1/clients/{uid}/erase",
        door="api",
        policy=_MANAGERS,
        handler=writing(_erase),
        replies=(
            Reply(
                200,
                ErasedReply,
                {"status": "OK", "data": {"clients": 1, "conversations": 2, "requests": 2, "deliveries": 1}},
                "How much was erased.",
            ),
        ),
        errors=(*ERRORS_OF_POSTS, _NO_CLIENT),
        examples=(Example("A client", path=_UID),),
        tag="The client card",
    ),
)
