"""A mail that came twice: did the first sender, or the second, lose its time, or did two live workers hold one row?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from proof.sinks import Taken


@dataclass(frozen=True)
class Pause:
    """When a worker stood still; for ever after a kill."""

    worker: str
    since: float
    until: float

    def meets(self, worker: str, begin: float, end: float) -> bool:
        return self.worker == worker and self.since <= end and begin <= self.until


def by_the_living(taken: Iterable[Taken], pauses: Sequence[Pause], lease_s: float) -> list[str]:
    """Repeats that no pause explains: neither the first sender stood still before it could mark the row, nor the second
    before it sent what it had taken."""
    by_id: defaultdict[str, list[Taken]] = defaultdict(list)
    for each in taken:
        by_id[each.id].append(each)
    found = []
    for id_, came in by_id.items():
        ordered = sorted(came, key=lambda each: each.at)
        for first, again in pairwise(ordered):
            explained = any(
                pause.meets(first.who, first.at - lease_s, first.at + lease_s)
                or pause.meets(again.who, again.at - lease_s, again.at)
                for pause in pauses
            )
            if not explained:
                found.append(f"{id_} by {first.who} and {again.at - first.at:.2f} s later by {again.who}")
    return found
