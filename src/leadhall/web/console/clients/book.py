"""The clients of a business, newest first, or those that somebody looks for."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from leadhall.clients.book import Page, list_clients
from leadhall.clients.pairs import list_pairs
from leadhall.core.db import Scope, scoped
from leadhall.search.find import FoundClients, find_clients
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import shown, working_for

PER_PAGE = 50


class BookQuery(Struct, kw_only=True):
    """Whom to look for."""

    q: Annotated[str, Meta(max_length=255, description="A name, address, number or word, in any spelling.")] = ""
    after: Annotated[str, Meta(max_length=64, description="Where the page before ended.")] = ""


async def show_clients(call: Call) -> Answer:
    here, reader, query = working_for(call), await reader_of(call), call.query
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        if query.q:
            found = await find_clients(
                connection, here.business_id, query.q, country=reader.country, after=query.after or None, most=PER_PAGE
            )
        else:
            page = await list_clients(connection, here.business_id, Page(per_page=PER_PAGE, below=query.after or None))
            found = FoundClients(page, page[-1].uid if len(page) == PER_PAGE else None)
        pairs = [] if query.q or query.after else await list_pairs(connection, here.business_id, most=20)
    return await console_page(
        call, "clients/book.html", title=reader.words("Clients"), here="clients", found=found, pairs=pairs, query=query
    )


OPERATIONS = (
    shown(
        "clients", "Clients", "/clients", show_clients, query=BookQuery,
        summary="The book: newest first, or by name, address, number or word; who may be one person twice.",
    ),
)  # fmt: skip
