"""`python -m bench.growth --clients 1000000`: what size costs, and whether the bars are kept. One JSON object.

One database that grows by COPY. At each size (0, 100 k, 1 M …) the same load, spread over the businesses as the clients
are: half to one, the rest over a thousand. At the largest, with ten thousand businesses and a million logged requests,
also pages: the console as its owner sees it, the agency's list, the portal, search, the list of clients. Progress goes
to stderr.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.bars import verdicts
from bench.console import console
from bench.copying import uid_of_now
from bench.counting import count_all
from bench.database import Postgres, postgres, require_durable
from bench.figures import lost, rounded
from bench.offices import PAIRS, Person, staff_agency
from bench.ours import SERVE, World, make_world, serving
from bench.pages import pages
from bench.portal import fill, portal
from bench.processes import end_in_order
from bench.rounds import line
from bench.searches import index_all, lags, out_of_use, searches
from bench.seed import LARGE, Owners, seed
from bench.visits import heaviest, worst
from bench.window import Target, load
from leadhall.core.db import Database

SIZES = (0, 100_000, 1_000_000, 3_000_000)
BUSINESSES = 10_000
CONNECTIONS = 256
WINDOWS, WARM_S, SECONDS = 3, 0.5, 1.0
"""Short ones: what the load leaves is of today, and is to be no more than a business may get in a day."""
FIRST_WARM_S, IN_MEMORY_FROM = 3.0, 1_000_000
"""At so many clients, what was just filled by COPY is not in memory as it is in a database at work."""
DATABASE = "growth"
LOG_ROWS = 1_000_000
Pages = dict[str, dict[str, Any]]


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def growth(clients: int, seconds: float, folder: Path | None, businesses: int, log_rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="leadhall-growth-logs-") as logs, postgres(folder) as running:
        require_durable(running)
        running.make(DATABASE, schema=False)
        world = make_world(Database(running.login(DATABASE).asyncpg_kwargs()), businesses)
        person = staff_agency(running, DATABASE, world, lately=uid_of_now()[:4])
        say(f"{businesses:,} businesses, each with its owner")
        sizes = dict.fromkeys([*(size for size in SIZES if size < clients), clients])
        with serving(running, Path(logs), DATABASE, SERVE, world) as target:
            steps = [at_size(running, target, world, person, size=size, seconds=seconds) for size in sizes]
            uids = prepare(running, world, log_rows)
            found = summary(steps) | at_last(running, target, world, person, uids)
        found |= at_rest(running, Path(logs), world)
    measured = {"verdicts": verdicts(found, clients=clients)} | found
    return measured | {"load_average": [round(value, 2) for value in os.getloadavg()], **machine()}


def at_size(
    running: Postgres, target: Target, world: World, person: Person, *, size: int, seconds: float
) -> dict[str, Any]:
    """Grow to that size, and load."""
    grow(running, Owners(world.business_ids, person.staff_uid), size)
    say(f"{size:,} clients, {running.size_bytes(DATABASE) / 1e9:.2f} GB")
    with tempfile.TemporaryDirectory() as folder:
        named = Path(folder) / "businesses"
        named.write_text("\n".join(world.business_uids[: LARGE + 1]))
        headers = {"Authorization": f"Bearer {world.secret}"}
        spread_out = Target(server=target.server, headers=headers, database=DATABASE, businesses=named)
        windows = []
        for n in range(WINDOWS):
            warm_s = FIRST_WARM_S if n == 0 and size >= IN_MEMORY_FROM else WARM_S
            windows.append(load(running, spread_out, CONNECTIONS, warm_s=warm_s, seconds=seconds))
            say(line(f"load {n + 1}", windows[-1]))
    return {
        "clients": size,
        "leads_per_s": median(window.leads_per_s for window in windows),
        "cpu_ms_per_lead": median(window.cpu_ms for window in windows),
        "postgres_cpu_ms_per_lead": median(window.postgres_cpu_ms for window in windows),
        "wal_per_lead": median(window.wal_bytes / window.leads for window in windows),
        "lost": sum(lost([{"leadhall": window} for window in windows]).values()),
        "windows": [window.told() for window in windows],
    }


def grow(running: Postgres, owners: Owners, size: int) -> None:
    missing = size - running.count(DATABASE, "client")
    if missing <= 0:
        return
    began = time.monotonic()
    seed(running, DATABASE, clients=missing, owners=owners, number=size)
    say(f"seeded {missing:,} clients in {time.monotonic() - began:.0f} s")


def prepare(running: Postgres, world: World, log_rows: int) -> list[str]:
    """What else there is at the largest size, and what a worker would have done. Uids of the log, as `fill` told."""
    began = time.monotonic()
    uids = fill(running, DATABASE, world.business_ids[0], log_rows)
    running.value(DATABASE, PAIRS, world.business_ids[0])
    say(f"{log_rows:,} logged requests in {time.monotonic() - began:.0f} s")
    say(f"{count_all(running, DATABASE):,} busy days counted")
    running.tidy([DATABASE])
    return uids


def at_last(running: Postgres, target: Target, world: World, person: Person, uids: list[str]) -> dict[str, Any]:
    """Index, then turn pages: each group with its worst p95, and each page by itself."""
    indexed = index_all(running, DATABASE)
    say(f"indexed {indexed['indexed']:,} at {indexed['indexed_per_s']:,.0f}/s")
    port = target.server.port
    turned = pages(running, DATABASE, port, world)
    groups: Pages = console(running, DATABASE, port, world, person)
    groups |= {"portal": portal(port, world, uids), "search": searches(running, DATABASE, port, world)}
    groups |= {"out_of_use": out_of_use(port, world)}
    for name, each in groups.items():
        slowest = max(each, key=lambda page: float(each[page]["p95"]))
        say(f"{name}: p95 at most {worst(each):.1f} ms ({slowest})")
    headline = {f"{name}_p95_ms": worst(each) for name, each in groups.items()}
    weights = {"portal_heaviest_kb": heaviest(groups["portal"])}
    return {
        "deep_page_over_first": turned["deep_over_first"],
        **headline,
        **weights,
        **indexed,
        "clients_list": turned,
        **groups,
    }


def at_rest(running: Postgres, logs: Path, world: World) -> dict[str, Any]:
    """How long after a lead its client is found, by a server whose worker has nothing else to do."""
    running.run(DATABASE, "truncate outbox")  # the load's, whose notices nobody waits for
    with serving(running, logs, DATABASE, SERVE, world, more={"LEADHALL_DISPATCH": "on"}) as target:
        found = lags(target.server.port, world)
    say(f"search lags {found['most']:.2f} s at most")
    return {"search_lag_s": found["most"], "search_lags_s": found}


def summary(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """The largest size against the empty database, and each size by itself."""
    empty, largest = steps[0], steps[-1]
    return {
        "leads_over_empty": rounded(largest["leads_per_s"] / empty["leads_per_s"]),
        "cpu_over_empty": rounded(largest["cpu_ms_per_lead"] / empty["cpu_ms_per_lead"]),
        "lost": sum(step["lost"] for step in steps),
        "sizes": [{name: rounded(value) for name, value in step.items()} for step in steps],
    }


def machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "machine": platform.machine()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--clients", type=int, default=1_000_000, help="the largest size")
    parser.add_argument("--businesses", type=int, default=BUSINESSES, help="of the one agency")
    parser.add_argument("--log-rows", type=int, default=LOG_ROWS, help="logged requests of the largest business")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each of the three windows at a size")
    parser.add_argument("--folder", type=Path, help="where the throw-away data lies: 7 GB a million clients")
    asked = parser.parse_args()
    end_in_order()
    found = growth(asked.clients, asked.seconds, asked.folder, asked.businesses, asked.log_rows)
    print(json.dumps(found, indent=1))
    return 1 if found["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
