"""What doctor looked at, how it stands, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["fine", "watch", "wrong"]


@dataclass(frozen=True)
class Finding:
    """`wrong` makes doctor fail; `watch` is a choice somebody should know they made."""

    name: str
    state: State
    found: str
    remedy: str | None = None


def fine(name: str, found: str) -> Finding:
    return Finding(name, "fine", found)


def judged(name: str, found: str, *, good: bool, remedy: str, otherwise: State = "wrong") -> Finding:
    """`fine` when `good`; else `otherwise`, with its remedy."""
    return fine(name, found) if good else Finding(name, otherwise, found, remedy)
