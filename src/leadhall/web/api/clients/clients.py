"""`GET /platform/v1/clients` and `/{uid}`."""

from __future__ import annotations

from leadhall.clients.book import Client, Page, get_client, list_clients, search_clients
from leadhall.clients.consents import opt_ins
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.core.text import read_boolean
from leadhall.intake.business import BusinessFacts
from leadhall.search.find import find_clients
from leadhall.tenancy.terms import matter_term
from leadhall.web.api.clients.client_types import (
    CLIENT,
    LISTED,
    ClientReply,
    ClientsQuery,
    ClientsReply,
    matter_of,
    shown,
)
from leadhall.web.api.paging import next_link
from leadhall.web.api.query import read_time
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.search.marks import mark_search
from leadhall.web.call import Answer, Call

MATTER_TERM = "client"
FOUND_MOST = 1_000


async def list_clients_of_business(call: Call) -> Answer:
    """A page of clients, newest first, or those a search term means."""
    query: ClientsQuery = call.query
    page = _page(query)
    async with reading(call) as (business, connection):
        found = await _found(call, connection, business, page)
        agreed = await _agreed(connection, business, found)
    clients = [shown(each, business.card, agreed.get(each.uid)) | {"business_uid": business.uid} for each in found]
    body = {"status": "OK", "data": {"clients": clients}}
    return Answer(body, headers=next_link(call, query, [] if query.search_term else [each.uid for each in found]))


async def _found(call: Call, connection: Connection, business: BusinessFacts, page: Page) -> list[Client]:
    query: ClientsQuery = call.query
    if query.search_term is None or query.search_by == "updated_at":
        return await list_clients(connection, business.id, page)
    mark_search(call, query.search_term, business.country)
    found = await _meant(connection, business, query, page)
    kept = [each for each in found if _is_wanted(each, page)]
    start = (page.number - 1) * page.per_page
    return kept[start : start + page.per_page]


async def _meant(connection: Connection, business: BusinessFacts, query: ClientsQuery, page: Page) -> list[Client]:
    """Those known by the very email, uid or number; asked for by nothing of these, also those the words mean."""
    term, country = query.search_term or "", business.country
    if query.search_by is not None and query.search_by != "updated_at":
        return await search_clients(connection, business.id, term, query.search_by, country=country)
    most = min(page.number * page.per_page, FOUND_MOST)
    return (await find_clients(connection, business.id, term, country=country, most=most)).clients


def _is_wanted(client: Client, page: Page) -> bool:
    """The filters of a page, for the few that a search found."""
    return (
        (page.since is None or client.updated_at >= page.since)
        and (page.until is None or client.updated_at <= page.until)
        and (page.with_phone is None or (client.phone is not None) == page.with_phone)
        and (page.below is None or client.uid < page.below)
    )


async def _agreed(connection: Connection, business: BusinessFacts, clients: list[Client]) -> dict[str, bool | None]:
    """Who agreed to marketing; shown only when the card has an opt-in field."""
    if business.card.first_of("opt-in") is None or not clients:
        return {}
    return await opt_ins(connection, business.id, clients)


def _page(query: ClientsQuery) -> Page:
    """The query as a page; Invalid names every parameter that cannot be read."""
    faults: list[Fault] = []
    since = read_time(query.updated_since, "updated_at[gte]", faults)
    until = read_time(query.updated_until, "updated_at[lte]", faults)
    with_phone = _boolean(query.phone_exists, "phone_exists", faults)
    if query.search_by == "updated_at":
        if query.updated_since is None and query.updated_until is None:
            faults.append(Fault.missing("updated_at[gte]"))
    elif query.search_by is not None and query.search_term is None:
        faults.append(Fault.missing("search_term"))
    if faults:
        raise Invalid.of(faults)
    return Page(
        per_page=query.size, number=query.page, below=query.after, since=since, until=until, with_phone=with_phone
    )


def _boolean(text: str | None, field: str, faults: list[Fault]) -> bool | None:
    try:
        return read_boolean(text)
    except ValueError:
        faults.append(Fault("invalid", f"{field} must be true or false", field))
        return None


async def get_client_of_business(call: Call) -> Answer:
    """One client with its card. Upstream answers 422 for one that is not there, and so do we."""
    async with reading(call) as (business, connection):
        try:
            client = await get_client(connection, business.id, call.path["uid"])
        except NotFound as missing:
            raise Invalid(faults=missing.faults) from None
        agreed = await _agreed(connection, business, [client])
        term = await matter_term(connection, business.id)
    whole = shown(client, business.card, agreed.get(client.uid)) | {
        "matter_term": term,
        "matters": [matter_of(client, business.card, agreed.get(client.uid))],
    }
    return Answer({"status": "OK", "data": {"client": whole}})


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))

OPERATIONS = (
    Operation(
        name="list_clients",
        title="List clients",
        summary="The clients of a business, newest first, or those that an email, a uid or a phone number means.",
        method="GET",
        path="/platform/v1/clients",
        door="api",
        policy=_READERS,
        handler=list_clients_of_business,
        query=ClientsQuery,
        replies=(
            Reply(
                200,
                ClientsReply,
                {"status": "OK", "data": {"clients": [LISTED]}},
                "A page of clients. There is no total; `Link` names the next page.",
            ),
        ),
        errors=ERRORS,
        examples=(
            Example("By email", query={"search_by": "email", "search_term": "dana.levi@example.com"}),
            Example("Changed lately", query={"updated_at[gte]": "2026-11-01T00:00:00Z", "per_page": "100"}),
        ),
        tag="Clients",
    ),
    Operation(
        name="get_client",
        title="Get a client",
        summary="One client with its card, by the uid that creating a lead answered.",
        method="GET",
        path="/platform/v1/clients/{uid}",
        door="api",
        policy=_READERS,
        handler=get_client_of_business,
        replies=(
            Reply(
                200,
                ClientReply,
                {"status": "OK", "data": {"client": CLIENT}},
                "The client.",
            ),
        ),
        errors=(*ERRORS, ErrorCase(422, "not_found", "This business has no such client.")),
        examples=(Example("A client", path={"uid": "0m5x4kq2v7c9t1ab"}),),
        tag="Clients",
    ),
)
