"""The list of clients over HTTP: what its first page costs, and its deepest."""

from __future__ import annotations

from bench.database import Postgres
from bench.figures import rounded
from bench.ours import World
from bench.visits import Visitor

PER_PAGE = 25
CLIENTS_OF = "select count(*) from client where business_id = $1"
LAST_PAGE_BELOW = """
    select uid from (select uid from client where business_id = $1 order by uid limit $2) c order by uid desc limit 1"""


def pages(running: Postgres, database: str, port: int, world: World) -> dict[str, float]:
    """Milliseconds of the first and the deepest page of the largest business, turn about, and their ratio.

    The deepest is asked for as the Link of the page before names it: by where that one ended. By its number, which
    counts all clients before it, it is measured beside.
    """
    business, clients = world.business_ids[0], f"/platform/v1/clients?per_page={PER_PAGE}"
    below = running.value(database, LAST_PAGE_BELOW, business, PER_PAGE + 1)
    number = max(1, running.value(database, CLIENTS_OF, business) // PER_PAGE)
    turns = {"first": clients, "deep": f"{clients}&after={below or '~'}"}
    beside = {"deep_by_number": f"{clients}&page={number}"}  # by itself: it pushes everything else out of memory
    with Visitor(port, world.headers()) as visitor:
        visited = visitor.visit(turns) | visitor.visit(beside)
    took = {name: each["p50"] for name, each in visited.items()}
    told = {f"{name}_ms": each for name, each in took.items()}
    return told | {"deepest_page": number, "deep_over_first": rounded(took["deep"] / took["first"])}
