"""One round: every contender in turn, each for its window, so that what disturbs the machine disturbs all alike."""

from __future__ import annotations

from collections.abc import Callable

from bench.contenders import Contenders
from bench.copying import copy, uid_of_now
from bench.database import Postgres
from bench.figures import (
    COPY,
    ECHO,
    FASTAPI,
    OURS_64,
    OURS_256,
    OURS_LONE,
    PGBENCH,
    PGBENCH_CTE,
    ROUTE,
    TX_256,
    TX_LONE,
    Round,
    Window,
)
from bench.window import Pace, Target, load, pgbench

Say = Callable[[str], None]


def run_round(postgres: Postgres, who: Contenders, pace: Pace, say: Say) -> Round:
    """Fifteen windows. COPY follows Leadhall at 256, whose rows it takes."""
    found: dict[str, Window] = {}
    targets = (who.leadhall.target, who.asyncpg_tx, who.fastapi)
    postgres.tidy([who.pgbench, who.copy, *(target.database for target in targets if target.database)])

    def note(name: str, window: Window) -> None:
        found[name] = window
        say(line(name, window))

    def http(name: str, target: Target, connections: int, seconds: float = pace.seconds) -> None:
        note(name, load(postgres, target, connections, warm_s=pace.warm_s, seconds=seconds))

    def bare(name: str, script: str) -> None:
        clients = int(name.rpartition("_")[2])
        note(
            name,
            pgbench(postgres, who.pgbench, script, clients, warm_s=pace.warm_s, seconds=pace.seconds),
        )

    bare(PGBENCH[0], "pgbench_tables.sql")
    http(OURS_64, who.leadhall.target, 64)
    bare(PGBENCH[1], "pgbench_tables.sql")
    since = uid_of_now()
    http(OURS_256, who.leadhall.target, 256)
    source = who.leadhall.target.database or ""
    note(COPY, copy(postgres, source, who.copy, since=since, most_leads=pace.copied_leads))
    bare(PGBENCH[2], "pgbench_tables.sql")
    http(TX_256, who.asyncpg_tx, 256)
    bare(PGBENCH_CTE, "pgbench_cte.sql")
    http(OURS_LONE, who.leadhall.target, 1, pace.lone_s)
    http(TX_LONE, who.asyncpg_tx, 1, pace.lone_s)
    for name in FASTAPI:
        http(name, who.fastapi, int(name.rpartition("_")[2]))
    http(ECHO, who.echo, 64, pace.lone_s)
    http(ROUTE, who.route, 64, pace.lone_s)
    return found


def line(name: str, window: Window) -> str:
    latency = f"p50 {window.p50_ms:7.1f} ms  p99 {window.p99_ms or 0:7.1f} ms" if window.p50_ms else " " * 29
    odd = "".join(
        f"  {told}"
        for told in (
            f"LOST {window.lost}" if window.lost > 0 else "",
            f"refused {dict(window.refused)}" if window.refused else "",
        )
        if told
    )
    return (
        f"  {name:16} {window.leads_per_s:8.0f} leads/s  CPU a lead {window.server_cpu_ms:6.3f} + "
        f"{window.postgres_cpu_ms:6.3f} ms  {latency}{odd}"
    )
