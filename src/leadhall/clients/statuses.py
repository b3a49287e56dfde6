"""The stages of a client. `lead` here is a stage, never the submission of that name."""

from __future__ import annotations

from collections.abc import Mapping

LABELS = {"lead": "Lead", "customer": "Customer", "loyal": "Loyal", "inactive": "Inactive"}
STATUSES = tuple(LABELS)


def read_status(text: str, labels: Mapping[str, str] | None = None) -> str | None:
    """The status meant by a key or a label, in any case; None for an unknown one.

    `labels` are the business's own words (business.status_labels), which come before ours.
    """
    word = _word(text)
    spoken = {_word(label): status for status, label in (labels or {}).items() if status in LABELS}
    return word if word in LABELS else spoken.get(word) or _OURS.get(word)


def label_of(status: str, labels: Mapping[str, str] | None = None) -> str:
    """What the business calls this status."""
    return (labels or {}).get(status) or LABELS.get(status, status)


def _word(text: str) -> str:
    return " ".join(text.split()).casefold()


_OURS = {_word(label): status for status, label in LABELS.items()}
