"""`python -m bench`: a fresh cluster, every contender, five rounds; one JSON object on stdout, progress on stderr."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import figures
from bench.contenders import contenders
from bench.database import postgres, require_durable
from bench.database import version as postgres_version
from bench.deliveries import delivery_bars
from bench.ours import starts
from bench.processes import end_in_order
from bench.rounds import run_round
from bench.window import Pace

FULL = Pace(rounds=5, seconds=3.0, warm_s=1.0, lone_s=2.0, copied_leads=12_800)
QUICK = Pace(rounds=1, seconds=1.0, warm_s=0.5, lone_s=1.0, copied_leads=3_200)
PACKAGES = ("leadhall", "granian", "asyncpg", "msgspec", "starlette", "uvloop", "fastapi", "sqlalchemy", "uvicorn")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def bench(pace: Pace, folder: Path | None) -> dict[str, Any]:
    """Run everything; the JSON object. RuntimeError when something could not be measured."""
    with (
        tempfile.TemporaryDirectory(prefix="leadhall-bench-logs-") as logs,
        postgres(folder) as running,
    ):
        require_durable(running)
        say(f"PostgreSQL {postgres_version(running)}, fsync on; {os.cpu_count()} cores, load {load_average()}")
        started = starts(Path(logs), folder, 3 if pace.rounds > 1 else 1)
        with contenders(running, Path(logs)) as who:
            idle_mb = who.leadhall.idle_mb
            empty = running.size_bytes(who.leadhall.target.database or "")
            rounds = [numbered(n, pace, lambda: run_round(running, who, pace, say)) for n in range(1, pace.rounds + 1)]
            database = who.leadhall.target.database or ""
            grown = running.size_bytes(database) - empty
            lists = figures.compare(rounds) | {
                "rss_idle_mb": [idle_mb],
                "start_to_first_201_s": started,
                "bytes_per_lead": [grown / running.count(database)],
            }
        say("deliveries")
        lists |= delivery_bars(running, Path(logs), rounds=min(pace.rounds, 3), seconds=pace.seconds)
        return report(lists, rounds, pace, postgres_version(running))


def numbered(n: int, pace: Pace, run: Callable[[], figures.Round]) -> figures.Round:
    say(f"round {n} of {pace.rounds}")
    return run()


def report(lists: dict[str, list[float]], rounds: list[figures.Round], pace: Pace, postgres_is: str) -> dict[str, Any]:
    """Bars first, each a number; then what they were made of."""
    lost = figures.lost(rounds)
    return {
        **figures.medians(lists),
        "lost": sum(lost.values()),
        "lost_by": lost,
        "ratios_by_round": {
            name: [figures.rounded(float(value)) for value in values] for name, values in lists.items()
        },
        "speeds": figures.speeds(rounds),
        "rounds": [{name: window.told() for name, window in each.items()} for each in rounds],
        "pace": {"rounds": pace.rounds, "seconds": pace.seconds, "warm_s": pace.warm_s},
        "load_average": load_average(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "versions": {"python": platform.python_version(), "postgresql": postgres_is}
        | {name: version(name) for name in PACKAGES},
    }


def load_average() -> list[float]:
    return [round(value, 2) for value in os.getloadavg()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: does it run at all?")
    parser.add_argument("--rounds", type=int, help="how many rounds instead of five")
    parser.add_argument("--folder", type=Path, help="where the throw-away data lies; the system's temporary folder")
    asked = parser.parse_args()
    end_in_order()
    pace = QUICK if asked.quick else FULL
    if asked.rounds:
        pace = Pace(asked.rounds, pace.seconds, pace.warm_s, pace.lone_s, pace.copied_leads)
    began = time.monotonic()
    found = bench(pace, asked.folder)
    say(f"took {time.monotonic() - began:.0f} s")
    print(json.dumps(found, indent=1))
    if found["lost"]:
        say(f"LOST: acknowledged leads that are not in the database: {found['lost_by']}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
