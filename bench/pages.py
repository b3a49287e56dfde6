"""The list of clients over HTTP: what its first page costs, and its deepest."""

from __future__ import annotations

import http.client
import time
from statistics import median

from bench.ours import World
from bench.window import Target

PER_PAGE = 25
TIMES = 40
OK = 200


def pages(target: Target, world: World, clients: int) -> dict[str, float]:
    """Median milliseconds of the first and of the deepest page of the largest business, turn about."""
    deepest = max(1, clients // PER_PAGE)
    took: dict[int, list[float]] = {1: [], deepest: []}
    connection = http.client.HTTPConnection("127.0.0.1", target.server.port, timeout=60)
    try:
        for _ in range(TIMES):
            for page, times in took.items():
                times.append(_turn(connection, world, page))
    finally:
        connection.close()
    first, deep = median(took[1]), median(took[deepest])
    return {"deepest_page": deepest, "first_ms": first, "deep_ms": deep, "deep_over_first": deep / first}


def _turn(connection: http.client.HTTPConnection, world: World, page: int) -> float:
    began = time.perf_counter()
    connection.request("GET", f"/platform/v1/clients?page={page}&per_page={PER_PAGE}", headers=world.headers())
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != OK:
        raise RuntimeError(f"page {page} answers {answer.status}: {body[:300]!r}")
    return (time.perf_counter() - began) * 1000
