"""What every harness is given, and what it must find: counts, targets that hold, controls that are caught.

A harness is a module with a function `prove(run: Run)`. It counts, claims its targets with `expect`, and shows with
`control` that it would notice: a control is the same check of something broken on purpose. A control that passes
unnoticed fails the proof, and so does a harness without one.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

Prove = Callable[["Run"], None]


@dataclass
class Run:
    """One run of one harness: its chance, its folder, and what it has found so far."""

    name: str
    seed: int
    folder: Path
    """Its own; PostgreSQL's user may pass through; gone at the end."""
    quick: bool = False
    """Small numbers, to see that all of it runs. Proves little."""
    counts: dict[str, Any] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    controls: dict[str, dict[str, Any]] = field(default_factory=dict)
    not_run: str | None = None

    def chance(self, what: object = "") -> Random:
        """A generator of its own for each purpose, so that one draw more in one place changes no other."""
        return Random(f"{self.seed} {self.name} {what}")

    def say(self, words: str) -> None:
        """Progress, for people."""
        print(f"{self.name}: {words}", file=sys.stderr, flush=True)

    def count(self, **counts: Any) -> None:
        self.counts |= counts

    def expect(self, words: str, holds: bool) -> None:
        """A target. What is missed stands in the result by these words."""
        if not holds:
            self.missed.append(words)

    def control(self, name: str, *, caught: bool, **counts: Any) -> None:
        """Something broken on purpose, and whether the harness noticed."""
        self.controls[name] = {"caught": caught, **counts}

    def cannot(self, words: str) -> None:
        """This machine does not let us. It is no success: the line says `"ok": null` and why."""
        self.not_run = words

    def result(self, seconds: float) -> dict[str, Any]:
        missed = [
            *self.missed,
            *(f"control not caught: {name}" for name, c in self.controls.items() if not c["caught"]),
        ]
        if not self.controls and not self.not_run:
            missed.append("no control was run")
        return {
            "proof": self.name,
            "ok": None if self.not_run and not missed else not missed,
            "seed": self.seed,
            "seconds": round(seconds, 1),
            **({"quick": True} if self.quick else {}),
            **({"not_run": self.not_run} if self.not_run else {}),
            **self.counts,
            "controls": self.controls,
            "missed": missed,
        }


def run_harness(name: str, prove: Prove, seed: int, *, quick: bool = False) -> dict[str, Any]:
    """The counts of one harness. One that breaks off has missed its target, with the counts it had."""
    began = time.monotonic()
    with own_folder(name) as folder:
        run = Run(name, seed, folder, quick)
        try:
            prove(run)
        except Exception as fault:  # noqa: BLE001 - the others are still to be run
            traceback.print_exc()
            run.expect(f"broke off: {type(fault).__name__}: {fault}", False)
        return run.result(time.monotonic() - began)


@contextmanager
def own_folder(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=f"leadhall-proof-{name}-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def tell(result: dict[str, Any]) -> None:
    """One line on stdout."""
    print(json.dumps(result, ensure_ascii=False), flush=True)
