"""One window: a contender under load for some seconds, with the processor clocks read as it opens and closes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.database import Postgres
from bench.figures import Window
from bench.processes import Server, cpu_s, python, rss_mb

_TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_seeds = iter(range(time.time_ns() // 1_000_000 % 1_000_000_000, 1 << 62))


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how often. Seconds of a window, of the warm-up before it, and of a lone caller's window."""

    rounds: int
    seconds: float
    warm_s: float
    lone_s: float
    copied_leads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An HTTP server and the database in which its leads must be found; None: it stores nothing.

    `businesses`: a file of uids, a line each; half of the bodies name the first, the rest one of the others.
    """

    server: Server
    path: str = "/platform/v1/leadgen"
    headers: Mapping[str, str] = field(default_factory=dict)
    database: str | None = None
    businesses: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}{self.path}"


def load(postgres: Postgres, target: Target, connections: int, *, warm_s: float, seconds: float) -> Window:
    """Load a server; then look for every acknowledged lead."""
    postgres.drain()
    with tempfile.TemporaryDirectory() as folder:
        ids = Path(folder) / "ids"
        readings, result = _run(_command(target, connections, warm_s, seconds, ids), postgres, target.server.pid)
        uids = ids.read_text().split()
    (server_s, postgres_s, wal), (server_end_s, postgres_end_s, wal_end) = readings
    return Window(
        leads=result["leads"],
        seconds=result["seconds"],
        server_cpu_s=server_end_s - server_s,
        postgres_cpu_s=postgres_end_s - postgres_s,
        wal_bytes=wal_end - wal,
        p50_ms=result["p50_ms"],
        p99_ms=result["p99_ms"],
        acknowledged=result["acknowledged"] if target.database else 0,
        stored=postgres.stored(target.database, uids) if target.database else 0,
        refused=result["refused"],
        generator_cpu_share=result["generator_cpu_share"],
        rss_mb=rss_mb(target.server.pid),
    )


def _command(target: Target, connections: int, warm_s: float, seconds: float, ids: Path) -> list[str]:
    headers = [part for name, value in target.headers.items() for part in ("--header", f"{name}: {value}")]
    named = ("--businesses", str(target.businesses)) if target.businesses else ()
    return python(
        *("-m", "bench.load", target.url, "--connections", str(connections), "--warm", str(warm_s)),
        *("--seconds", str(seconds), "--seed", str(next(_seeds)), "--ids", str(ids), *headers),
        *("--ready", "2000" if connections == 1 else "30000", *named),
    )


def _run(command: list[str], postgres: Postgres, server: int) -> tuple[list[tuple[float, float, int]], dict[str, Any]]:
    """The clocks (server, PostgreSQL, WAL) at the window's start and end, and what the generator found."""
    readings = []
    told: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as generator:
        assert generator.stdout
        for line in generator.stdout:
            told = json.loads(line)
            if told["at"] != "done":
                readings.append((cpu_s(server), postgres.cpu_s(), postgres.wal_bytes()))
    if generator.returncode or told.get("at") != "done" or not told["leads"]:
        raise RuntimeError(f"the load generator failed ({generator.returncode}): {told}")
    return readings, told


ROOT = Path(__file__).parents[1]
REFERENCES = Path(__file__).with_name("references")


LONGEST_PGBENCH_S = 40.0


def pgbench(postgres: Postgres, database: str, script: str, clients: int, *, warm_s: float, seconds: float) -> Window:
    """One lead a commit by pgbench itself, on connections that stand already. Rows are counted here too.

    On a machine so busy that not one commit came through, once more and longer.
    """
    postgres.drain()
    _pgbench(postgres, database, script, clients, warm_s)
    before, cpu, wal = postgres.count(database), postgres.cpu_s(), postgres.wal_bytes()
    told = _pgbench(postgres, database, script, clients, seconds)
    leads = postgres.count(database) - before
    match = _TPS.search(told)
    if not leads and seconds < LONGEST_PGBENCH_S:
        return pgbench(postgres, database, script, clients, warm_s=warm_s, seconds=seconds * 4)
    if match is None or not leads:
        raise RuntimeError(f"pgbench did not run:\n{told}")
    return Window(
        leads=leads,
        seconds=leads / float(match[1]),
        postgres_cpu_s=postgres.cpu_s() - cpu,
        wal_bytes=postgres.wal_bytes() - wal,
        p50_ms=None,
    )


def _pgbench(postgres: Postgres, database: str, script: str, clients: int, seconds: float) -> str:
    to = postgres.admin(database)
    threads = min(clients, os.cpu_count() or 1)
    command = [
        *(postgres.tool("pgbench"), "-h", to.host, "-p", str(to.port), "-U", to.user, "--no-vacuum", "-M", "prepared"),
        *("-f", str(REFERENCES / script), "-c", str(clients), "-j", str(threads), "-T", str(max(1, round(seconds)))),
        *("-D", "n=0", "-D", f"start={time.time_ns() // 1000}", database),
    ]
    done = subprocess.run(
        command, env={"PGOPTIONS": "-c search_path=leadhall"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"pgbench failed:\n{done.stderr[-2000:]}")
    return done.stdout
