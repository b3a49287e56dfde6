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
    email, unique_id = submission.email, submission.unique_id
    for each in (identity.by, identity.other):
        if each is not None and each.kind == "email":
            email = each.key
        elif each is not None:
            unique_id = each.key
    phone = read_phone(submission.phone, country) if submission.phone else None
    return _mark(key, email), _mark(key, (phone.e164 or phone.raw) if phone else None), _mark(key, unique_id)


def _mark(key: InstanceKey, text: str | None) -> bytes | None:
    return key.mark(text) if text else None
