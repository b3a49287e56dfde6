"""The message of a lead, in parts: everything that came stands in it, whatever became of it on the card."""

from __future__ import annotations

from typing import Any, TypeAlias

from leadhall.intake.limits import PAIR_KEY_MOST_BYTES, PAIR_VALUE_MOST_BYTES, PAIRS_MOST, PAIRS_MOST_BYTES
from leadhall.intake.submission import Submission

MOST_BYTES_A_CHAR = 4  # of UTF-8

Parts: TypeAlias = list[dict[str, Any]]
Pairs: TypeAlias = list[tuple[str, str]]


def compose(submission: Submission, whole: Pairs) -> Parts:
    """The parts in the order they are read; `whole` are texts that had to be cut elsewhere (api.md 0.4.6 and 0.4.7).

    kinds: system (owner only), request, message, unread (a key we could not use), whole, overflow, files.
    """
    overflow: Pairs = []
    parts: Parts = []
    if submission.system_message is not None:
        parts.append({"kind": "system", "text": submission.system_message})
    for kind, pairs in (("request", submission.request_data), ("message", submission.message_data)):
        kept = _within_bounds(pairs, overflow)
        if kept:
            parts.append({"kind": kind, "fields": kept})
    unread = _unread(submission)
    for kind, pairs in (("unread", unread), ("whole", whole), ("overflow", overflow)):
        if pairs:
            parts.append({"kind": kind, "fields": pairs})
    if overflow:
        submission.warn("overflow", "More was sent than a form shows; the rest stands at the end of the message")
    if submission.files:
        parts.append({"kind": "files", "names": list(submission.files)})
    return parts


def _within_bounds(pairs: Pairs, overflow: Pairs) -> Pairs:
    """Pairs that fit, in order; the others go whole to the overflow."""
    if _all_fit_surely(pairs):
        return pairs
    kept: Pairs = []
    bytes_left = PAIRS_MOST_BYTES
    for key, value in pairs:
        key_bytes, value_bytes = _bytes(key), _bytes(value)
        fits = (
            len(kept) < PAIRS_MOST
            and key_bytes <= PAIR_KEY_MOST_BYTES
            and value_bytes <= PAIR_VALUE_MOST_BYTES
            and key_bytes + value_bytes <= bytes_left
        )
        (kept if fits else overflow).append((key, value))
        bytes_left -= key_bytes + value_bytes if fits else 0
    return kept


def _all_fit_surely(pairs: Pairs) -> bool:
    """Few and short, as most are, even if each character took four bytes."""
    if len(pairs) > PAIRS_MOST:
        return False
    chars = 0
    for key, value in pairs:
        chars += len(key) + len(value)
        if len(key) > PAIR_KEY_MOST_BYTES // MOST_BYTES_A_CHAR:
            return False
    return chars <= PAIR_VALUE_MOST_BYTES // MOST_BYTES_A_CHAR


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _unread(submission: Submission) -> Pairs:
    """A second key that could not be used still reaches the owner."""
    if not submission.warnings:
        return []
    codes = {warning.code for warning in submission.warnings}
    return [
        (name, value)
        for name in ("email", "unique_id")
        if f"{name}_unreadable" in codes and (value := getattr(submission, name)) is not None
    ]
