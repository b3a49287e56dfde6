"""What a run of the same request decides today against what was decided then, sentence by sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from leadhall.intake.explain import explain

Side = Literal["both", "then", "now"]


@dataclass(frozen=True, slots=True)
class Line:
    """A decision, and when it was taken so."""

    side: Side
    text: str


def compared(then: Mapping[str, Any], now: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> list[Line]:
    """Facts of two decisions, each of a lead or `{"faults": …}`, side by side in the order they were taken."""
    before, after = sentences(then, labels), sentences(now, labels)
    lines: list[Line] = []
    for _, i, i_end, j, j_end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if before[i:i_end] == after[j:j_end]:
            lines += [Line("both", text) for text in before[i:i_end]]
        else:
            lines += [Line("then", text) for text in before[i:i_end]]
            lines += [Line("now", text) for text in after[j:j_end]]
    return lines


def sentences(facts: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> list[str]:
    """A decision in words; of one that made no lead, its faults."""
    if "created" in facts:
        return explain(facts, labels)
    faults = facts.get("faults", ())
    return [f"Refused: {fault['message']}." for fault in faults]
