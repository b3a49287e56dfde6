"""Who a submission says it is: the key that finds the client, and the other one it brought."""

from __future__ import annotations

from typing import Literal

import msgspec

from leadhall.clients.keys import (
    EMAIL_MOST_BYTES,
    UNIQUE_ID_MOST_BYTES,
    email_key,
    unique_id_key,
)
from leadhall.core.errors import Fault
from leadhall.core.text import fits_bytes
from leadhall.intake.submission import Submission

Kind = Literal["email", "unique_id"]
KINDS: dict[str, Kind] = {"email": "email", "unique_id": "unique_id"}


class Key(msgspec.Struct, frozen=True, gc=False):
    """One identity within a business: `key` as compared, `value` as it was given."""

    kind: Kind
    key: str
    value: str


class Identity(msgspec.Struct, frozen=True, gc=False):
    """`by` finds the client (None: nobody can be found, a new client is made); `other` came beside it."""

    by: Key | None = None
    other: Key | None = None

    @property
    def email(self) -> Key | None:
        """The email among them."""
        by, other = self.by, self.other
        if by is not None and by.kind == "email":
            return by
        return other if other is not None and other.kind == "email" else None


def read_identity(submission: Submission, not_personal: frozenset[str]) -> Identity:
    """Read both keys, noting faults and warnings on the submission.

    `not_personal`: names of the business, its directory and the caller's app, lower-cased. Public sites send the
    business id as everybody's unique_id; such an id identifies nobody (api.md 0.4.1).
    """
    kind = _kind_of(submission)
    email, unique = _email(submission, kind == "email"), _unique_id(submission, kind == "unique_id")
    if unique and unique.key.lower() in not_personal:
        submission.warn(
            "identifier_not_personal",
            "This unique_id names the business, not a person; the client was looked up by email instead",
            "unique_id",
        )
        return Identity(by=email)
    if kind is None:
        return Identity()
    return Identity(email, unique) if kind == "email" else Identity(unique, email)


def _kind_of(submission: Submission) -> Kind | None:
    said = submission.identifier_type
    if said is None:
        if not _has_fault(submission, "identifier_type"):
            submission.faults.append(Fault.missing("identifier_type"))
        return None
    kind = KINDS.get(said.lower())
    if kind is None:
        submission.faults.append(Fault("invalid", 'identifier_type must be "email" or "unique_id"', "identifier_type"))
    return kind


def _has_fault(submission: Submission, field: str) -> bool:
    return any(fault.field == field for fault in submission.faults)


def _email(submission: Submission, decides: bool) -> Key | None:
    text = submission.email
    if text is None:
        _miss(submission, "email", decides)
    elif not fits_bytes(text, EMAIL_MOST_BYTES):
        _reject(submission, "email", "too_long", f"email is longer than {EMAIL_MOST_BYTES} bytes", decides)
    else:
        try:
            return Key("email", email_key(text), text)
        except ValueError:
            _reject(submission, "email", "invalid", "email needs one @ between two parts", decides)
    return None


def _unique_id(submission: Submission, decides: bool) -> Key | None:
    text = submission.unique_id
    if text is None:
        _miss(submission, "unique_id", decides)
    elif not fits_bytes(text, UNIQUE_ID_MOST_BYTES):
        _reject(submission, "unique_id", "too_long", f"unique_id is longer than {UNIQUE_ID_MOST_BYTES} bytes", decides)
    else:
        return Key("unique_id", unique_id_key(text), text)
    return None


def _miss(submission: Submission, field: str, decides: bool) -> None:
    if decides and not _has_fault(submission, field):
        submission.faults.append(Fault.missing(field))


def _reject(submission: Submission, field: str, code: str, message: str, decides: bool) -> None:
    """A fault when this key decides, else a warning: the text then stands in the message alone."""
    if decides:
        submission.faults.append(Fault(code, message, field))
    else:
        submission.warn(f"{field}_unreadable", f"{message}; it was kept in the message", field)
