"""Figures of this process: plain numbers on the way, Prometheus families only when somebody asks."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LEADS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


class Histogram:
    """Counts of observations by upper bound, and their sum."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, float]]:
        """Cumulative, as Prometheus wants them."""
        named, so_far = [], 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            so_far += count
            named.append((bound, float(so_far)))
        return named


class Metrics(Collector):
    """Counted by the doors and the batcher. `watch` adds figures that are only looked up when asked for."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.verdicts: Counter[tuple[str, str]] = Counter()
        self.request_seconds = Histogram(SECONDS)
        self.batch_leads = Histogram(LEADS)
        self.batch_seconds = Histogram(SECONDS)
        self._queue_length = 0
        self._watched: list[tuple[str, str, bool, Callable[[], float]]] = []
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def request(self, operation: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self.requests[operation, status] += 1
        self.request_seconds.observe(seconds)

    def verdict(self, operation: str, verdict: str) -> None:
        """One submission was judged."""
        self.verdicts[operation, verdict] += 1

    def batch_done(self, leads: int, seconds: float) -> None:
        """One batch was committed."""
        self.batch_leads.observe(leads)
        self.batch_seconds.observe(seconds)

    def queue_length(self, leads: int) -> None:
        """Leads now waiting for the next batch."""
        self._queue_length = leads

    def watch(self, name: str, meaning: str, read: Callable[[], float], *, counter: bool = False) -> None:
        """Show a figure under `leadhall_<name>`, read when asked for."""
        self._watched.append((name, meaning, counter, read))

    async def share(self) -> None:
        """Let other processes know: there are none unless `SharedMetrics` knows of them."""

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily]:
        yield _counter("requests", "Requests answered.", ("operation", "status"), self.requests.items())
        yield _counter("verdicts", "Submissions by verdict.", ("operation", "verdict"), self.verdicts.items())
        yield _histogram("request_seconds", "Time to answer.", self.request_seconds)
        yield _histogram("batch_leads", "Leads in a batch.", self.batch_leads)
        yield _histogram("batch_seconds", "Time of a batch in the database.", self.batch_seconds)
        yield GaugeMetricFamily("leadhall_queue_leads", "Leads waiting for a batch.", self._queue_length)
        for name, meaning, counter, read in self._watched:
            family = CounterMetricFamily if counter else GaugeMetricFamily
            yield family(f"leadhall_{name}", meaning, read())


def _counter(
    name: str, meaning: str, labels: tuple[str, ...], counts: Iterable[tuple[tuple[object, ...], int]]
) -> CounterMetricFamily:
    family = CounterMetricFamily(f"leadhall_{name}", meaning, labels=labels)
    for values, count in list(counts):
        family.add_metric([str(value) for value in values], count)
    return family


def _histogram(name: str, meaning: str, histogram: Histogram) -> HistogramMetricFamily:
    return HistogramMetricFamily(f"leadhall_{name}", meaning, buckets=histogram.buckets(), sum_value=histogram.total)
