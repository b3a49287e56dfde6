"""`python -m bench.growth --clients 1000000`: what size costs. Leads/s and CPU at 0, 100 k, 1 M … clients.

One database that grows by COPY, the same load at each size, spread over the businesses as the
clients are: half to one, the rest over a thousand. Then the list of clients, first page and
deepest. One JSON object on stdout, progress on stderr.
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

from bench.database import Postgres, postgres, require_durable
from bench.figures import lost, rounded
from bench.ours import SERVE, World, make_world, serving
from bench.pages import pages
from bench.processes import end_in_order
from bench.rounds import line
from bench.searches import searches
from bench.seed import seed
from bench.window import Target, load
from leadhall.core.db import Database

SIZES = (0, 100_000, 1_000_000, 3_000_000)
BUSINESSES = 1_001
CONNECTIONS = 256
WINDOWS = 3
DATABASE = "growth"
CLIENTS_OF = "select count(*) from client where business_id = $1"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def growth(clients: int, seconds: float, folder: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="leadhall-growth-logs-") as logs, postgres(folder) as running:
        require_durable(running)
        running.make(DATABASE, schema=False)
        world = make_world(Database(running.login(DATABASE).asyncpg_kwargs()), BUSINESSES)
        named = Path(logs) / "businesses"
        named.write_text("\n".join(world.business_uids))
        with serving(running, Path(logs), DATABASE, SERVE, world) as target:
            sizes = [size for size in SIZES if size < clients] + [clients]
            return summary(
                [
                    measure(running, target, world, size=size, seconds=seconds, named=named)
                    for size in dict.fromkeys(sizes)
                ]
            )


def measure(
    running: Postgres, target: Target, world: World, *, size: int, seconds: float, named: Path
) -> dict[str, Any]:
    """Grow to that size, load, then turn pages."""
    grow(running, world, size)
    say(f"{size:,} clients, {running.size_bytes(DATABASE) / 1e9:.2f} GB")
    spread = Target(
        server=target.server,
        headers={"Authorization": f"Bearer {world.secret}"},
        database=DATABASE,
        businesses=named,
    )
    windows = []
    for n in range(WINDOWS):
        window = load(running, spread, CONNECTIONS, warm_s=1.0, seconds=seconds)
        say(line(f"load {n + 1}", window))
        windows.append(window)
    turned = pages(target, world, running.value(DATABASE, CLIENTS_OF, world.business_ids[0]))
    say(f"  pages of clients: first {turned['first_ms']:.1f} ms, deepest {turned['deep_ms']:.1f} ms")
    found = searches(running, DATABASE, target, world)
    say(f"  search: p50 {found['search_p50_ms']:.1f} ms, p95 {found['search_p95_ms']:.1f} ms")
    return {
        "clients": size,
        "leads_per_s": median(window.leads_per_s for window in windows),
        "cpu_ms_per_lead": median(window.cpu_ms for window in windows),
        "postgres_cpu_ms_per_lead": median(window.postgres_cpu_ms for window in windows),
        "wal_per_lead": median(window.wal_bytes / window.leads for window in windows),
        "lost": sum(lost([{"leadhall": window} for window in windows]).values()),
        "windows": [window.told() for window in windows],
        **turned,
        **found,
    }


def grow(running: Postgres, world: World, size: int) -> None:
    missing = size - running.count(DATABASE, "client")
    if missing <= 0:
        return
    began = time.monotonic()
    seed(running, DATABASE, clients=missing, businesses=world.business_ids, number=size)
    say(f"seeded {missing:,} clients in {time.monotonic() - began:.0f} s")


def summary(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Each size against the empty database, and its deepest page against its first."""
    empty = steps[0]
    return {
        "leads_over_empty": {
            str(step["clients"]): rounded(step["leads_per_s"] / empty["leads_per_s"]) for step in steps
        },
        "cpu_over_empty": {
            str(step["clients"]): rounded(step["cpu_ms_per_lead"] / empty["cpu_ms_per_lead"]) for step in steps
        },
        "deep_page_over_first": {str(step["clients"]): rounded(step["deep_over_first"]) for step in steps},
        "lost": sum(step["lost"] for step in steps),
        "sizes": [{name: rounded(value) for name, value in step.items()} for step in steps],
        "load_average": [round(value, 2) for value in os.getloadavg()],
        "cores": os.cpu_count(),
        "machine": platform.machine(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--clients", type=int, default=1_000_000, help="the largest size")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each of the three windows at a size")
    parser.add_argument("--folder", type=Path, help="where the throw-away data lies: 4 GB a million clients")
    asked = parser.parse_args()
    end_in_order()
    found = growth(asked.clients, asked.seconds, asked.folder)
    print(json.dumps(found, indent=1))
    return 1 if found["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
