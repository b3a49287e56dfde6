"""What Leadhall must keep at size, and whether it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """`must`: the bound, which is kept from below (`at_least`) or from above."""

    must: float
    at_least: bool = False
    unit: str = ""

    def told(self, found: float) -> dict[str, Any]:
        kept = found >= self.must if self.at_least else found <= self.must
        bound = f"{'>=' if self.at_least else '<='} {self.must:g} {self.unit}".strip()
        return {"found": found, "must": bound, "verdict": "met" if kept else "missed"}


BARS = {
    "leads_over_empty": Bar(0.8, at_least=True),
    "deep_page_over_first": Bar(2.0),
    "inbox_p95_ms": Bar(80.0, unit="ms"),
    "figures_p95_ms": Bar(80.0, unit="ms"),
    "agency_p95_ms": Bar(300.0, unit="ms"),
    "portal_p95_ms": Bar(50.0, unit="ms"),
    "portal_heaviest_kb": Bar(300.0, unit="KB"),
    "search_p95_ms": Bar(100.0, unit="ms"),
    "search_lag_s": Bar(2.0, unit="s"),
    "lost": Bar(0.0),
}
LEADS_OVER_EMPTY_AT_3_MILLION = Bar(0.6, at_least=True)


def verdicts(found: Mapping[str, Any], *, clients: int) -> dict[str, dict[str, Any]]:
    """Each bar with what was found; those that were not measured are left out."""
    bars = BARS | ({"leads_over_empty": LEADS_OVER_EMPTY_AT_3_MILLION} if clients >= 3_000_000 else {})
    return {name: bar.told(found[name]) for name, bar in bars.items() if name in found}
