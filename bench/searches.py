"""Search over HTTP in the largest business: names, beginnings, typos, addresses, numbers, words of messages.

The index is filled by the worker's own statements, in larger portions and by a process for each core.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any
from urllib.parse import quote

from bench.database import Postgres
from bench.figures import rounded
from bench.ours import World
from bench.visits import Visitor, spread
from leadhall.core.db import Database
from leadhall.search.index import index_some

PEOPLE = 40
PORTION = 1_000
LAGS, LAG_MOST_S, LOOK_EVERY_S = 20, 30.0, 0.05
CREATED = 201
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
BYTES_PER_DOC = "select pg_total_relation_size('search_doc') / greatest(1, count(*))::float8 from search_doc"
WORDS = ("kitchen", "cabinets", "renov", "nowheretobefound")
OUT_OF_USE = "brochure"
"""In every conversation that was seeded, and in none of those that the load made after them."""


def index_all(running: Postgres, database: str) -> dict[str, float]:
    """Index what is not indexed yet; documents a second, and bytes of each."""
    running.run(database, MISSING)
    arguments = running.login(database).asyncpg_kwargs()
    began = time.monotonic()
    processes = os.cpu_count() or 1
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        done = sum(pool.map(_index_here, [arguments] * processes))
    per_s = done / max(time.monotonic() - began, 1e-9)
    running.run(database, "vacuum analyze search_doc")
    running.run(database, "vacuum analyze search_due")
    return {
        "indexed": done,
        "indexed_per_s": rounded(per_s),
        "search_bytes_per_doc": rounded(running.value(database, BYTES_PER_DOC)),
    }


def _index_here(arguments: dict[str, Any]) -> int:
    return asyncio.run(_index(Database(arguments)))


async def _index(database: Database) -> int:
    connection = await database.connect("worker", command_timeout=None)
    try:
        done = 0
        await connection.execute("set enable_seqscan = off")  # as the worker's sessions have it
        while portion := await _portion(connection):
            done += portion
        return done
    finally:
        await connection.close()


async def _portion(connection: Any) -> int:
    async with connection.transaction():
        return await index_some(connection, most=PORTION)


def searches(running: Postgres, database: str, port: int, world: World) -> dict[str, dict[str, float]]:
    """p50 and p95 of each way in which people search for somebody: by heart, half, wrongly."""
    people = [tuple(row) for row in running.rows(database, SOME, world.business_ids[0], PEOPLE)]
    took: dict[str, list[float]] = {}
    with Visitor(port, world.headers()) as visitor:
        for person in people:
            for way, term in (_ways(*person) | {f"word_{each}": each for each in WORDS}).items():
                took.setdefault(way, []).append(visitor.get(_search(term))[0])
    return {way: spread(each) for way, each in took.items()}


def out_of_use(port: int, world: World) -> dict[str, dict[str, float]]:
    """The same of a word that stands in everything old and in nothing new: all that has it is read."""
    with Visitor(port, world.headers()) as visitor:
        took = [visitor.get(_search(OUT_OF_USE))[0] for _ in range(PEOPLE)]
    return {"word_out_of_use": spread(took)}


def _ways(first: str, last: str, email: str, phone: str) -> dict[str, str]:
    return {
        "first_name": first,
        "three_letters": last[:3],
        "full_name": f"{first} {last}",
        "beginnings": f"{first[:3]} {last[:4]}",
        "a_letter_left_out": last[:2] + last[3:],
        "email": email,
        "local_part": email.partition("@")[0],
        "number": phone,
        "last_four_digits": phone[-4:],
    }


def _search(term: str) -> str:
    return f"/v2/search?query={quote(term)}&per_page=10"


def lags(port: int, world: World) -> dict[str, float]:
    """Seconds from a lead's 201 until its client is found by name, at rest; of a server with its worker."""
    with Visitor(port, world.headers()) as visitor:
        took = [_lag(port, world, visitor, f"{time.time_ns():x}") for _ in range(LAGS)]
    return spread(took)


def _lag(port: int, world: World, visitor: Visitor, mark: str) -> float:
    _send(port, world, mark)
    began = time.monotonic()
    while not json.loads(visitor.get(_search(f"Lag{mark}"))[1])["top_hits"]["client"]:
        if time.monotonic() - began > LAG_MOST_S:
            raise RuntimeError(f"a lead is not found by its name after {LAG_MOST_S:.0f} s")
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - began


def _send(port: int, world: World, mark: str) -> None:
    form = {
        "email": f"lag{mark}@example.com",
        "first_name": "Lag",
        "last_name": f"Lag{mark}",
        "identifier_type": "email",
    }
    body = json.dumps(form | {"request_title": "Roof"})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LAG_MOST_S)
    headers = {**world.headers(), "Content-Type": "application/json"}
    connection.request("POST", "/platform/v1/leadgen", body=body, headers=headers)
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    if answer.status != CREATED:
        raise RuntimeError(f"no lead: {answer.status} {told[:300]!r}")
