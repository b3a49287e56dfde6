"""Who reads: their language, and the clock of the business they work for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadhall.core.db import Scope, scoped
from leadhall.core.sql import statements
from leadhall.web.call import Call
from leadhall.web.console.words import Words, words_asked_for, words_for
from leadhall.web.head import header

SQL = statements(__package__, "reader.sql")
KEPT = "leadhall.reader"


@dataclass(frozen=True)
class Reader:
    """The reader's words; of the business what pages show: its country for phones, its labels of statuses."""

    words: Words
    country: str = "US"
    status_labels: dict[str, str] | None = None


async def reader_of(call: Call) -> Reader:
    """Their own language, else the business's, else what the browser asks for; asked once a request."""
    kept: Reader | None = call.scope.get(KEPT)
    if kept is None:
        kept = call.scope[KEPT] = await _read(call)
    return kept


async def _read(call: Call) -> Reader:
    person = call.person
    here = person.membership
    if here is None:
        locale = person.session.locale
        return Reader(words_for(locale) if locale else words_asked_for(header(call.scope, b"accept-language")))
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        row: Any = await connection.fetchrow(SQL["business"], here.business_id)
    return Reader(
        words_for(person.session.locale or row["locale"], row["time_zone"]), row["country"], row["status_labels"]
    )


def words_of_whoever(call: Call) -> Words:
    """Of who asks, as far as is known without asking the database: what went wrong may be the database."""
    kept: Reader | None = call.scope.get(KEPT)
    if kept is not None:
        return kept.words
    own = call.signed_in.session.locale if call.signed_in else None
    return words_for(own) if own else words_asked_for(header(call.scope, b"accept-language"))
