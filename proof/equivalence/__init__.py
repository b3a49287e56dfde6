"""Equivalence: whatever leads come, in whatever way, the database holds what the rules over dicts come to.

Four ways: one by one, in batches, over two connections at once, and through the doors of two servers with replays,
reused keys, repeats and revoked tokens. The rules are those of tests/intake/model.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from proof.equivalence.batches import InBatches, OneByOne, TwoConnections
from proof.equivalence.door import TwoDoors
from proof.equivalence.sabotage import SABOTAGES, Sabotage
from proof.equivalence.searching import Found, Way, search
from proof.frame import Run, own_folder
from proof.hall import hall

SEQUENCES = {"one by one": 500, "in batches": 600, "two connections": 500, "two doors": 400}
WAYS: Mapping[str, type[Way]] = {
    "one by one": OneByOne,
    "in batches": InBatches,
    "two connections": TwoConnections,
    "two doors": TwoDoors,
}
CONTROL_SEQUENCES_AT_MOST = 300
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""What is compared is what the rules come to; that it stays on disk is the crash proof's matter."""


def prove(run: Run) -> None:
    """2,000 sequences of at most 30 steps; then each thing broken on purpose until a sequence notices."""
    with own_folder(run.name) as folder, hall(folder, settings=FAST) as our:
        our.start()
        found = {name: _try(run, name, way, our.login) for name, way in WAYS.items()}
    run.count(
        sequences=sum(each.sequences for each in found.values()),
        steps=sum(each.steps for each in found.values()),
        by_way={name: {"sequences": each.sequences, "steps": each.steps, **each.seen} for name, each in found.items()},
        counterexamples={name: each.counterexample for name, each in found.items() if each.counterexample},
    )
    for name, each in found.items():
        wanted = 20 if run.quick else SEQUENCES[name]
        run.expect(f"{name}: {wanted} sequences without a counterexample", each.counterexample is None)
        run.expect(f"{name}: {wanted} sequences", each.sequences >= wanted)
    for sabotage in SABOTAGES:
        _control(run, sabotage)


def _try(run: Run, name: str, way: type[Way], login: dict[str, Any]) -> Found:
    found = _search(run, name, way, login, 20 if run.quick else SEQUENCES[name], shrink=True)
    run.say(f"{name}: {found.sequences} sequences, {found.steps} steps, {found.counterexample or 'all equal'}")
    return found


def _control(run: Run, sabotage: Sabotage) -> None:
    with own_folder(run.name) as folder, hall(folder, settings=FAST) as our:
        our.start()
        asyncio.run(sabotage.lay(our.login))
        with sabotage.in_force():
            found = _search(run, sabotage.name, WAYS[sabotage.way], our.login, CONTROL_SEQUENCES_AT_MOST, shrink=False)
    run.say(f"{sabotage.name}: {'caught' if found.counterexample else 'NOT caught'} after {found.sequences} sequences")
    run.control(sabotage.name, caught=found.counterexample is not None, way=sabotage.way, sequences=found.sequences)


def _search(run: Run, name: str, way: type[Way], login: dict[str, Any], sequences: int, *, shrink: bool) -> Found:
    return search(way(login), sequences, seed=run.chance(name).randrange(2**32), shrink=shrink)
