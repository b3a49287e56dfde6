"""Clients as CSV, page by page: what the owner takes away, and what an import takes back."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager

from leadhall.clients.book import Client, Page, list_clients
from leadhall.clients.bulk import unique_ids
from leadhall.clients.card import Card
from leadhall.clients.consents import opt_ins
from leadhall.core.clock import iso_seconds
from leadhall.core.db import Connection
from leadhall.transfer.sheet import FORMULA_BEGINS, is_marked

EXPORT_MOST_ROWS = 100_000
PAGE_ROWS = 1_000
COLUMNS = (
    *("uid", "first_name", "last_name", "email", "phone", "address", "status", "tags", "opt_in", "unique_id"),
    *("source", "source_url", "channel", "campaign"),
)
AT_THE_END = ("created_at", "updated_at")
Connected = Callable[[], AbstractAsyncContextManager[Connection]]


async def export_clients(
    connected: Connected, business_id: int, card: Card, *, after: str | None = None, most: int = EXPORT_MOST_ROWS
) -> AsyncGenerator[bytes, None]:
    """CSV in UTF-8, newest first, from below the uid `after`; each page is read in a connection of its own."""
    own = [field for field in card.own if field.type not in ("opt-in", "identifier")]
    yield as_csv(headings=[*COLUMNS, *(field.label for field in own), *AT_THE_END])
    left, below = most, after
    while left > 0:
        async with connected() as connection:
            clients = await list_clients(connection, business_id, Page(per_page=min(PAGE_ROWS, left), below=below))
            if not clients:
                return
            uids = [client.uid for client in clients]
            agreed = await opt_ins(connection, business_id, clients)
            named = await unique_ids(connection, business_id, uids)
        yield as_csv(
            [
                _row(client, agreed.get(client.uid), named.get(client.uid), [field.id for field in own])
                for client in clients
            ]
        )
        left, below = left - len(clients), uids[-1]


def _row(client: Client, opt_in: bool | None, unique_id: str | None, own: Sequence[str]) -> list[str]:
    columns = (client.first_name, client.last_name, client.email, client.phone, client.address, client.status)
    touch = (client.source, client.source_url, client.channel, client.campaign)
    told = {True: "yes", False: "no", None: ""}[opt_in]
    return [
        *(client.uid, *(text or "" for text in columns), ", ".join(client.tags), told, unique_id or ""),
        *(text or "" for text in touch),
        *(client.fields.get(field, "") for field in own),
        *(iso_seconds(client.created_at), iso_seconds(client.updated_at)),
    ]


def as_csv(rows: Iterable[Sequence[str]] = (), *, headings: Sequence[str] = ()) -> bytes:
    """Lines that an import reads as they are meant. Headings are quoted: no sign in one seems to divide them."""
    text = io.StringIO(newline="")
    if headings:
        csv.writer(text, quoting=csv.QUOTE_ALL).writerow(map(_safe, headings))
    csv.writer(text).writerows(map(_safe, row) for row in rows)
    return text.getvalue().encode()


def _safe(cell: str) -> str:
    """What a spreadsheet would take for a formula is text: a ' before it, which an import takes off again."""
    return f"'{cell}" if cell.startswith(FORMULA_BEGINS) or is_marked(cell) else cell
