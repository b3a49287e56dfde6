"""`GET /v2/search`, as upstream's callers know it (api.md 3.12)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.book import Client
from leadhall.core.clock import iso_seconds
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.intake.business import BusinessFacts
from leadhall.search.find import find_clients, find_threads
from leadhall.search.words import ASKED_MOST_CHARS
from leadhall.web.api.conversations.conversations import ThreadItem, thread_item
from leadhall.web.api.paging import Keyset, next_link_after
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.search.marks import mark_search
from leadhall.web.call import Answer, Call

SEARCHES_MOST, SEARCHES_WITHIN_S = 60, 60


class SearchQuery(Keyset, kw_only=True):
    query: Annotated[
        str | None,
        Meta(description="Words, or how they begin; an email; a phone number in any spelling. Without it: null."),
    ] = None
    entity: Annotated[
        Literal["client", "conversation"] | None, Meta(description="Only these, page by page. Otherwise both.")
    ] = None


class ClientHit(msgspec.Struct, kw_only=True):
    uid: str
    first_name: str | None
    last_name: str | None
    full_name: str
    email: str | None
    phone: str | None
    matter_uid: str
    matter_name: str
    created_at: str
    created_at_h: Annotated[str, Meta(description="The day, as people read it.")]
    tag_list: list[str]


class TopHits(msgspec.Struct, kw_only=True):
    client: list[ClientHit]
    conversation: list[ThreadItem]


class SearchReply(msgspec.Struct, kw_only=True):
    top_hits: TopHits
    counts: Annotated[dict[str, int], Meta(description="How many of each stand in this answer.")]


async def search(call: Call) -> Answer:
    """Clients and conversations that the words mean; the best of each."""
    query: SearchQuery = call.query
    call.services.limiter.take_of(
        ("search", call.known.principal, call.known.business_id), most=SEARCHES_MOST, within_s=SEARCHES_WITHIN_S
    )
    async with reading(call) as (business, connection):
        if query.query is None:
            return Answer(None)
        if len(query.query) > ASKED_MOST_CHARS:
            words = f"query must be at most {ASKED_MOST_CHARS} characters"
            raise Invalid(faults=(Fault("too_long", words, "query"),))
        mark_search(call, query.query, business.country)
        hits, after = await _hits(connection, business, query)
    counts = {kind: len(found) for kind, found in (("client", hits.client), ("conversation", hits.conversation))}
    return Answer(
        SearchReply(top_hits=hits, counts={kind: n for kind, n in counts.items() if query.entity in (None, kind)}),
        headers=next_link_after(call, after),
    )


async def _hits(connection: Connection, business: BusinessFacts, query: SearchQuery) -> tuple[TopHits, str | None]:
    """What was found; with one entity also where its next page begins."""
    hits = TopHits(client=[], conversation=[])
    term, after, more = query.query or "", query.after if query.entity else None, None
    if query.entity != "conversation":
        clients = await find_clients(
            connection, business.id, term, country=business.country, after=after, most=query.size
        )
        hits.client, more = [_client_hit(each) for each in clients.clients], clients.after
    if query.entity != "client":
        threads = await find_threads(
            connection, business.id, term, country=business.country, after=after, most=query.size
        )
        hits.conversation, more = [thread_item(each, business.uid) for each in threads.threads], threads.after
    return hits, more if query.entity else None


def _client_hit(client: Client) -> ClientHit:
    return ClientHit(
        uid=client.uid,
        first_name=client.first_name,
        last_name=client.last_name,
        full_name=client.name,
        email=client.email,
        phone=client.phone,
        matter_uid=client.uid,
        matter_name=client.name or client.email or client.uid,
        created_at=iso_seconds(client.created_at),
        created_at_h=f"{client.created_at:%b} {client.created_at.day}, {client.created_at.year}",
        tag_list=client.tags,
    )


_HIT = {
    "uid": "0m5x4kq2v7c9t1ab",
    "first_name": "Dana",
    "last_name": "Levi",
    "full_name": "Dana Levi",
    "email": "dana.levi@example.com",
    "phone": "+1 (415) 555-0132",
    "matter_uid": "0m5x4kq2v7c9t1ab",
    "matter_name": "Dana Levi",
    "created_at": "2026-11-22T09:30:00Z",
    "created_at_h": "Nov 22, 2026",
    "tag_list": ["web"],
}

OPERATIONS = (
    Operation(
        name="search",
        title="Search",
        summary="Clients by name, email or phone, conversations by title and by what was written: by how words begin, "
        "and but for one letter. Who is known by the very email, uid or number comes first, at once; the rest is a "
        "second or two behind. 60 searches a minute.",
        method="GET",
        path="/v2/search",
        door="api",
        policy=Policy.tokens("staff", "app", "directory", scopes=("clients:read",)),
        handler=search,
        query=SearchQuery,
        replies=(
            Reply(
                200,
                SearchReply | None,
                {"top_hits": {"client": [_HIT], "conversation": []}, "counts": {"client": 1}},
                "What was found; null without a query. `Link` names the next page of one entity.",
            ),
        ),
        errors=(*ERRORS, ErrorCase(422, "too_long", "The query is over 255 characters.")),
        examples=(Example("By name", query={"query": "dana", "entity": "client", "per_page": "10"}),),
        family="search",
        tag="Search",
    ),
)
