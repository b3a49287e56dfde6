"""What somebody probably meant to write."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

NEAR_ENOUGH = 0.7
COMPARED_MOST_CHARS = 64


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to this one, case and dashes ignored; None when none is near."""
    spelled = {_plain(each): each for each in sorted(known)}
    near = get_close_matches(_plain(word[:COMPARED_MOST_CHARS]), spelled, n=1, cutoff=NEAR_ENOUGH)
    return spelled[near[0]] if near else None


def _plain(word: str) -> str:
    return word.lower().replace("-", "_").replace(" ", "_")
