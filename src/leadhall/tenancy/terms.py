"""What a business calls those it serves: clients, patients, students … Kept among its settings."""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.errors import Invalid
from leadhall.core.sql import statements
from leadhall.tenancy.businesses import tell_more

SQL = statements(__package__, "terms.sql")
TERMS = (
    "clients",
    "patients",
    "students",
    "pets",
    "cases",
    "projects",
    "properties",
    "jobs",
    "accounts",
    "opportunities",
    "vehicles",
)


async def selected_term(connection: Connection, business_id: int) -> str:
    term: str = await connection.fetchval(SQL["term"], business_id)
    return term


async def matter_term(connection: Connection, business_id: int) -> str:
    """The word for one of them."""
    term = await selected_term(connection, business_id)
    return f"{term[:-3]}y" if term.endswith("ies") else term[:-1]


async def select_term(connection: Connection, business_id: int, term: str) -> None:
    """Invalid for a word that is not among `TERMS`."""
    if term not in TERMS:
        raise Invalid(f"selected must be one of: {', '.join(TERMS)}", field="settings.terms.selected")
    await tell_more(connection, business_id, {"client_term": term})
