"""From windows to figures: pure arithmetic. Ratios are taken within one round, medians over the rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

OURS_64, OURS_256, OURS_LONE = "leadhall_64", "leadhall_256", "leadhall_lone"
TX_256, TX_LONE = "asyncpg_tx_256", "asyncpg_tx_lone"
PGBENCH = ("pgbench_16", "pgbench_64", "pgbench_256")
PGBENCH_CTE = "pgbench_cte_64"
FASTAPI = ("fastapi_16", "fastapi_64")
COPY, ECHO, ROUTE = "copy", "echo", "route"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What one contender did in one round. `acknowledged` and `stored` count the warm-up and the drain too."""

    leads: int
    seconds: float
    server_cpu_s: float = 0.0
    postgres_cpu_s: float = 0.0
    wal_bytes: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None
    acknowledged: int = 0
    stored: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    generator_cpu_share: float = 0.0
    rss_mb: float = 0.0

    @property
    def leads_per_s(self) -> float:
        return self.leads / self.seconds

    @property
    def server_cpu_ms(self) -> float:
        """Processor milliseconds of the server's processes for each lead."""
        return self.server_cpu_s * 1000 / self.leads

    @property
    def postgres_cpu_ms(self) -> float:
        return self.postgres_cpu_s * 1000 / self.leads

    @property
    def cpu_ms(self) -> float:
        return self.server_cpu_ms + self.postgres_cpu_ms

    @property
    def lost(self) -> int:
        return self.acknowledged - self.stored

    def told(self) -> dict[str, Any]:
        """All of it for the list of rounds, rounded for reading."""
        derived = {
            "leads_per_s": self.leads_per_s,
            "server_cpu_ms_per_lead": self.server_cpu_ms,
            "postgres_cpu_ms_per_lead": self.postgres_cpu_ms,
        }
        return {name: rounded(value) for name, value in (asdict(self) | derived).items()}


Round = Mapping[str, Window]


def rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def ratios(rounds: Sequence[Round], over: Callable[[Round], float], under: Callable[[Round], float]) -> list[float]:
    """Round by round: both sides were measured within the same minute."""
    return [over(each) / under(each) for each in rounds]


def at_its_best(rounds: Sequence[Round], names: Sequence[str]) -> str:
    """The setting of one contender that got most leads a second, by the median of its rounds."""
    return max(names, key=lambda name: median(each[name].leads_per_s for each in rounds))


def compare(rounds: Sequence[Round]) -> dict[str, list[float]]:
    """Every bar that is a ratio, round by round."""
    pgbench, fastapi = at_its_best(rounds, PGBENCH), at_its_best(rounds, FASTAPI)
    ours = at_its_best(rounds, (OURS_64, OURS_256))

    def speed(over: str, under: str) -> list[float]:
        return ratios(rounds, lambda each: each[over].leads_per_s, lambda each: each[under].leads_per_s)

    return {
        "vs_pgbench_256": speed(OURS_256, pgbench),
        "vs_pgbench_64": speed(OURS_64, pgbench),
        "vs_asyncpg_tx_256": speed(OURS_256, TX_256),
        "vs_fastapi_best": speed(ours, fastapi),
        "cpu_over_fastapi": ratios(rounds, lambda each: each[fastapi].cpu_ms, lambda each: each[ours].cpu_ms),
        "pg_cpu_over_copy": ratios(
            rounds, lambda each: each[OURS_256].postgres_cpu_ms, lambda each: each[COPY].postgres_cpu_ms
        ),
        "route_cpu_over_echo": ratios(
            rounds, lambda each: each[ROUTE].server_cpu_ms, lambda each: each[ECHO].server_cpu_ms
        ),
        "lone_p50_over_tx": ratios(
            rounds, lambda each: each[OURS_LONE].p50_ms or 0.0, lambda each: each[TX_LONE].p50_ms or 0.0
        ),
        "p99_over_p50_64": ratios(
            rounds, lambda each: each[OURS_64].p99_ms or 0.0, lambda each: each[OURS_64].p50_ms or 0.0
        ),
        "wal_per_lead": ratios(rounds, lambda each: each[OURS_256].wal_bytes, lambda each: each[OURS_256].leads),
        "rss_256_mb": [each[OURS_256].rss_mb for each in rounds],
    }


def medians(lists: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: rounded(float(median(values))) for name, values in lists.items()}


def lost(rounds: Sequence[Round]) -> dict[str, int]:
    """Acknowledged and not found, by contender; empty when all is well. A reference that loses rows is no reference."""
    counted: Counter[str] = Counter()
    for each in rounds:
        counted.update({name: max(window.lost, 0) for name, window in each.items()})
    return {name: count for name, count in counted.items() if count > 0}


def speeds(rounds: Sequence[Round]) -> dict[str, dict[str, float]]:
    """Each contender's medians: what the ratios were made of."""
    told = {}
    for name in rounds[0]:
        windows = [each[name] for each in rounds]
        told[name] = medians(
            {
                "leads_per_s": [window.leads_per_s for window in windows],
                "server_cpu_ms": [window.server_cpu_ms for window in windows],
                "postgres_cpu_ms": [window.postgres_cpu_ms for window in windows],
                "p50_ms": [window.p50_ms or 0.0 for window in windows],
                "p99_ms": [window.p99_ms or 0.0 for window in windows],
                "wal_per_lead": [window.wal_bytes / window.leads for window in windows],
            }
        )
    return told
