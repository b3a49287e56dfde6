"""HMACs of who a request is about, by which erasure finds its row in the request log."""

from __future__ import annotations

from leadhall.clients.phone import read_phone
from leadhall.core.secrets import InstanceKey
from leadhall.intake.identity import Identity
from leadhall.intake.submission import Submission

Marks = tuple[bytes | None, bytes | None, bytes | None]
"""Of email, phone and unique_id."""


def marks_of(key: InstanceKey, submission: Submission, identity: Identity, country: str) -> Marks:
    """The marks of a submission; None for what it does not say."""
    found = {each.kind: each.key for each in (identity.by, identity.other) if each}
    phone = read_phone(submission.phone, country) if submission.phone else None
    return (
        _mark(key, found.get("email") or submission.email),
        _mark(key, (phone.e164 or phone.raw) if phone else None),
        _mark(key, found.get("unique_id") or submission.unique_id),
    )


def _mark(key: InstanceKey, text: str | None) -> bytes | None:
    return key.mark(text) if text else None
