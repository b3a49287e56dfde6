"""What people decide about a client's card, by the API (ours): its history, suggestions, consent, suspected pairs."""

from __future__ import annotations

from typing import Any

from leadhall.clients.book import get_client
from leadhall.clients.consents import list_consents
from leadhall.clients.history import history_of
from leadhall.clients.pairs import dismiss_pair, list_pairs
from leadhall.clients.suggestions import accept_suggestion, dismiss_suggestion, list_suggestions
from leadhall.core.clock import iso_milliseconds
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.web.api.clients.card_types import (
    ConsentItem,
    ConsentsReply,
    DoneReply,
    EntryTold,
    HistoryQuery,
    HistoryReply,
    PairBody,
    PairsQuery,
    PairsReply,
    PairTold,
    SuggestionsReply,
    SuggestionTold,
)
from leadhall.web.api.clients.client_types import CLIENT, ClientReply
from leadhall.web.api.clients.client_writes import whole
from leadhall.web.api.clients.hand import actor_of, desk_of, mark_client
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call


def _as(shape: Any, thing: Any) -> dict[str, Any]:
    """The keys of a reply's type, times as text."""
    values = {name: getattr(thing, name) for name in shape.__struct_fields__}
    return {
        name: iso_milliseconds(value) if name == "at" or name.endswith("_at") else value
        for name, value in values.items()
    }


async def history(call: Call) -> Answer:
    query: HistoryQuery = call.query
    async with reading(call) as (business, connection):
        told = await history_of(connection, business.id, call.path["uid"], field=query.field)
    return Answer({"history": [_as(EntryTold, each) for each in told]})


async def suggestions(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        await get_client(connection, business.id, call.path["uid"])
        told = await list_suggestions(connection, business.id, call.path["uid"])
    return Answer({"suggestions": [_as(SuggestionTold, each) for each in told]})


async def _accept(work: Work) -> Answer:
    desk = await desk_of(work)
    client = await accept_suggestion(desk, work.call.path["uid"], work.call.path["suggestion_uid"])
    mark_client(work.call, client)
    return Answer({"status": "OK", "data": {"client": await whole(desk, client)}})


async def _dismiss(work: Work) -> Answer:
    await dismiss_suggestion(await desk_of(work), work.call.path["uid"], work.call.path["suggestion_uid"])
    return Answer({"status": "OK"})


async def consents(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        await get_client(connection, business.id, call.path["uid"])
        told = await list_consents(connection, business.id, call.path["uid"])
    return Answer({"consents": [_as(ConsentItem, each) for each in told]})


async def pairs(call: Call) -> Answer:
    query: PairsQuery = call.query
    async with reading(call) as (business, connection):
        told = await list_pairs(connection, business.id, client_uid=query.client_uid)
    return Answer({"pairs": [_as(PairTold, each) for each in told]})


async def _dismiss_pair(work: Work) -> Answer:
    one, other = work.given.text("a_uid", needed=True), work.given.text("b_uid", needed=True)
    work.given.settle()
    await dismiss_pair(work.connection, work.business_id, one or "", other or "", actor=actor_of(work.caller))
    return Answer({"status": "OK"})


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
_NO_CLIENT = ErrorCase(404, "not_found", "This business has no such client.")
_NO_SUGGESTION = ErrorCase(404, "not_found", "There is no such client or suggestion, or it is settled.")
_UID = {"uid": "0m5x4kq2v7c9t1ab"}
_SUGGESTION = _UID | {"suggestion_uid": "5f0c6a3e1b7d4a49"}
_TAG = "The client card"

OPERATIONS = (
    Operation(
        name="get_client_history",
        title="Get a card's history",
        summary="Who changed what on a client's card, when and from what, the newest first; also what leads filled in.",
        method="GET",
        path="/ext/v1/clients/{uid}/history",
        door="api",
        policy=_READERS,
        handler=history,
        query=HistoryQuery,
        replies=(
            Reply(
                200,
                HistoryReply,
                {
                    "history": [
                        {
                            "at": "2026-11-22T09:30:00.123Z",
                            "field": "last_name",
                            "was": "Levy",
                            "becomes": "Levi",
                            "actor": "0m5x4kq0000000st",
                            "because": "edit",
                            "lead_uid": None,
                        }
                    ]
                },
                "At most 1,000 changes.",
            ),
        ),
        errors=(*ERRORS, _NO_CLIENT),
        examples=(Example("Of one field", path=_UID, query={"field": "last_name"}),),
        tag=_TAG,
    ),
    Operation(
        name="list_suggestions",
        title="List suggestions",
        summary="Values that leads offered and the card did not take, which nobody has settled yet.",
        method="GET",
        path="/ext/v1/clients/{uid}/suggestions",
        door="api",
        policy=_READERS,
        handler=suggestions,
        replies=(
            Reply(
                200,
                SuggestionsReply,
                {
                    "suggestions": [
                        {
                            "uid": "5f0c6a3e1b7d4a49",
                            "field": "phone",
                            "label": "phone",
                            "value": "+1 (415) 555-0133",
                            "times": 2,
                            "first_lead": "0m5x4kq2v7d3h8cd",
                            "last_lead": "0m5x4kq2v7d3h8ef",
                            "first_at": "2026-11-22T09:30:00.123Z",
                            "last_at": "2026-11-23T09:30:00.123Z",
                        }
                    ]
                },
                "The newest first.",
            ),
        ),
        errors=(*ERRORS, _NO_CLIENT),
        examples=(Example("A client's", path=_UID),),
        tag=_TAG,
    ),
    Operation(
        name="accept_suggestion",
        title="Accept a suggestion",
        summary="Writes the value on the card, as an edit. An email or unique id becomes the client's key.",
        method="POST",
        path="/ext/v1/clients/{uid}/suggestions/{suggestion_uid}/accept",
        door="api",
        policy=_WRITERS,
        handler=writing(_accept),
        replies=(Reply(200, ClientReply, {"status": "OK", "data": {"client": CLIENT}}, "The client as it is now."),),
        errors=(
            *ERRORS_OF_POSTS,
            _NO_SUGGESTION,
            ErrorCase(409, "already_exists", "Another client has this email or unique id by now."),
        ),
        examples=(Example("A suggestion", path=_SUGGESTION),),
        tag=_TAG,
    ),
    Operation(
        name="dismiss_suggestion",
        title="Dismiss a suggestion",
        summary="It is shown no more, also when it comes again.",
        method="POST",
        path="/ext/v1/clients/{uid}/suggestions/{suggestion_uid}/dismiss",
        door="api",
        policy=_WRITERS,
        handler=writing(_dismiss),
        replies=(Reply(200, DoneReply, {"status": "OK"}, "It is settled."),),
        errors=(*ERRORS_OF_POSTS, _NO_SUGGESTION),
        examples=(Example("A suggestion", path=_SUGGESTION),),
        tag=_TAG,
    ),
    Operation(
        name="list_consents",
        title="List a client's consents",
        summary="Every yes and no that a client ever gave, with its evidence, the newest first.",
        method="GET",
        path="/ext/v1/clients/{uid}/consents",
        door="api",
        policy=_READERS,
        handler=consents,
        replies=(
            Reply(
                200,
                ConsentsReply,
                {
                    "consents": [
                        {
                            "at": "2026-11-22T09:30:00.123Z",
                            "purpose": "marketing",
                            "channel": "email",
                            "address": "dana.levi@example.com",
                            "value": True,
                            "act": "intake",
                            "wording": "Yes, send me news",
                            "page": "https://example.com/contact",
                            "lead_uid": "0m5x4kq2v7d3h8cd",
                        }
                    ]
                },
                "At most 1,000 records.",
            ),
        ),
        errors=(*ERRORS, _NO_CLIENT),
        examples=(Example("A client's", path=_UID),),
        tag=_TAG,
    ),
    Operation(
        name="list_pairs",
        title="List suspected duplicates",
        summary="Pairs of clients who may be one person, the newest first. They are merged by people only.",
        method="GET",
        path="/ext/v1/pairs",
        door="api",
        policy=_READERS,
        handler=pairs,
        query=PairsQuery,
        replies=(
            Reply(
                200,
                PairsReply,
                {
                    "pairs": [
                        {
                            "a_uid": "0m5x4kq2v7c9t1ab",
                            "a_name": "Dana Levi",
                            "b_uid": "0m5x4kq2v7c9t1cd",
                            "b_name": "Dana",
                            "because": "phone",
                            "times": 1,
                            "first_at": "2026-11-22T09:30:00.123Z",
                            "last_at": "2026-11-22T09:30:00.123Z",
                        }
                    ]
                },
                "At most 200 pairs.",
            ),
        ),
        errors=ERRORS,
        examples=(Example("All"), Example("A client's", query={"client_uid": "0m5x4kq2v7c9t1ab"})),
        tag=_TAG,
    ),
    Operation(
        name="dismiss_pair",
        title="Dismiss a suspected duplicate",
        summary="They are two people: the pair is not shown again.",
        method="POST",
        path="/ext/v1/pairs/dismiss",
        door="api",
        policy=_WRITERS,
        handler=writing(_dismiss_pair),
        request=PairBody,
        replies=(Reply(200, DoneReply, {"status": "OK"}, "It is settled."),),
        errors=(*ERRORS_OF_POSTS, ErrorCase(404, "not_found", "These two are no open pair.")),
        examples=(Example("A pair", {"a_uid": "0m5x4kq2v7c9t1ab", "b_uid": "0m5x4kq2v7c9t1cd"}),),
        tag=_TAG,
    ),
)
