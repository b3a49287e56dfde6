"""Figures of several server processes that share a port: whichever is asked tells those of all, each under its number.

Each process writes its own into a file, once a second. They are not summed: a process that was started again
begins at 0, which Prometheus sees only where it can tell the processes apart (`sum by (operation) (rate(…))`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client import Metric
from prometheus_client.samples import Sample

from leadhall.web.metrics import Metrics

WRITE_EVERY_S = 1.0
STALE_AFTER_S = 5.0
LABEL = "process"


class Family(msgspec.Struct):
    """One figure of one process: its name, meaning and kind, and samples by name, labels and value."""

    name: str
    meaning: str
    kind: str
    samples: list[tuple[str, dict[str, str], float]]


_DECODER = msgspec.json.Decoder(list[Family])


class SharedMetrics(Metrics):
    """The figures of process `number`, and of the others whose files lie in the same folder."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self._number = number
        super().__init__()

    async def share(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        while True:
            self.write()
            await asyncio.sleep(WRITE_EVERY_S)

    def write(self) -> None:
        """Whole or not at all: the others may read it at any moment."""
        half = self._folder / f"{self._number}.half"
        half.write_bytes(msgspec.json.encode(self._own()))
        half.replace(self._folder / f"{self._number}.json")

    def _own(self) -> list[Family]:
        return [
            Family(each.name, each.documentation, each.type, [self._labelled(sample) for sample in each.samples])
            for each in super().collect()
        ]

    def _labelled(self, sample: Sample) -> tuple[str, dict[str, str], float]:
        return sample.name, {LABEL: str(self._number), **sample.labels}, float(sample.value)

    def collect(self) -> Iterator[Any]:
        told: dict[str, Metric] = {}
        for family in [*self._own(), *self._of_others()]:
            metric = told.setdefault(family.name, Metric(family.name, family.meaning, family.kind))
            for name, labels, value in family.samples:
                metric.add_sample(name, labels, value)
        yield from told.values()

    def _of_others(self) -> Iterator[Family]:
        """A process that has written nothing for a while is gone."""
        written_after = time.time() - STALE_AFTER_S
        for path in sorted(self._folder.glob("*.json")):
            if path.stem != str(self._number) and path.stat().st_mtime > written_after:
                yield from _DECODER.decode(path.read_bytes())
