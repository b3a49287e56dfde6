"""Search over HTTP in the largest business: names, beginnings, typos, addresses, numbers, words of messages."""

from __future__ import annotations

import asyncio
import http.client
import time
from collections.abc import Iterator
from statistics import quantiles
from typing import Any
from urllib.parse import quote

import asyncpg

from bench.database import Postgres
from bench.ours import World
from bench.window import Target
from leadhall.core.db import Database
from leadhall.search.index import index_some

PEOPLE = 40
PORTION = 1_000
OK = 200
MISSING = """
    insert into search_due (business_id, kind, uid)
    select c.business_id, 'c', c.uid from client c
     where not exists (select from search_doc d where d.business_id = c.business_id and d.kind = 'c' and d.uid = c.uid)
    union all
    select v.business_id, 'v', v.uid from conversation v
     where not exists (select from search_doc d where d.business_id = v.business_id and d.kind = 'v' and d.uid = v.uid)
        on conflict do nothing"""
SOME = """
    select first_name, last_name, email, phone from client
     where business_id = $1 and phone is not null and last_name is not null order by md5(uid) limit $2"""
ALL_TEXTS = ("kitchen", "cabinets", "renov", "nowheretobefound")


def searches(running: Postgres, database: str, target: Target, world: World) -> dict[str, float]:
    """Index what is not indexed yet, then search; milliseconds, and documents a second."""
    per_s, bytes_per_doc = asyncio.run(_index(running, database))
    people = [tuple(row) for row in running.rows(database, SOME, world.business_ids[0], PEOPLE)]
    took = sorted(_timed(target, world, [*(term for person in people for term in _terms(*person)), *ALL_TEXTS * 10]))
    cuts = quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
    return {
        "searches": len(took),
        "search_p50_ms": cuts[49],
        "search_p95_ms": cuts[94],
        "indexed_per_s": per_s,
        "search_bytes_per_doc": bytes_per_doc,
    }


async def _index(running: Postgres, database: str) -> tuple[float, float]:
    worker = Database(running.login(database).asyncpg_kwargs())
    connection = await worker.connect("worker", command_timeout=None)
    try:
        await connection.execute(MISSING)
        began, done = time.monotonic(), 0
        while portion := await _portion(connection):
            done += portion
        per_s = done / max(time.monotonic() - began, 1e-9)
        size = await connection.fetchval(
            "select pg_total_relation_size('search_doc') / greatest(1, count(*))::float8 from search_doc"
        )
    finally:
        await connection.close()
    admin = await asyncpg.connect(**running.admin(database).asyncpg_kwargs())
    await admin.execute("vacuum analyze leadhall.search_doc")
    await admin.close()
    return per_s, size


async def _portion(connection: Any) -> int:
    async with connection.transaction():
        return await index_some(connection, most=PORTION)


def _terms(first: str, last: str, email: str, phone: str) -> Iterator[str]:
    """As people search for somebody: by heart, half, wrongly."""
    yield from (first, last[:3], f"{first} {last}", f"{first[:3]} {last[:4]}", last[:2] + last[3:])
    yield from (email, email.partition("@")[0], phone, phone[-4:])


def _timed(target: Target, world: World, terms: list[str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", target.server.port, timeout=60)
    try:
        return [_search(connection, world, term) for term in terms]
    finally:
        connection.close()


def _search(connection: http.client.HTTPConnection, world: World, term: str) -> float:
    began = time.perf_counter()
    connection.request("GET", f"/v2/search?query={quote(term)}&per_page=10", headers=world.headers())
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != OK:
        raise RuntimeError(f"{term} is answered {answer.status}: {body[:300]!r}")
    return (time.perf_counter() - began) * 1000
