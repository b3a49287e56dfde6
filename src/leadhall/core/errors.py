"""Rooms refuse, doors translate.

A room raises a `Refusal`; the door that was knocked on turns it into its own
status and body (`web/api/refusals.py`). Codes are those of docs/reference/errors.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: which field, which code, what to do about it."""

    code: str
    message: str
    field: str | None = None

    @classmethod
    def missing(cls, field: str) -> Fault:
        """The upstream sentence for an absent field, which public callers read."""
        return cls("missing", f"Mandatory parameter {field} is missing", field)


class Refusal(Exception):
    """A request that gets a clear no. `faults` names everything wrong with it, first things first."""

    code = "invalid"
    retry_after_s: float | None = None
    is_logged = False  # True once its row is in the request log

    def __init__(self, message: str = "", *, field: str | None = None, faults: tuple[Fault, ...] = ()) -> None:
        self.faults = faults or (Fault(self.code, message or self.code, field),)
        super().__init__(self.faults[0].message)

    @property
    def first(self) -> Fault:
        return self.faults[0]


class Invalid(Refusal):
    """Readable, but it cannot be done as asked. Carries every fault of the body at once."""

    @classmethod
    def of(cls, faults: list[Fault]) -> Invalid:
        return cls(faults=tuple(faults))


class Unreadable(Refusal):
    """The body cannot be read at all. Codes: `unreadable`, `duplicate_key`, `too_deep`."""

    code = "unreadable"


class UnsupportedMedia(Refusal):
    code = "media_type"


class TooLarge(Refusal):
    code = "too_large"


class Unauthorized(Refusal):
    """Codes: unauthorized, token_unknown, token_expired, token_revoked, token_kind, business_not_reachable."""

    code = "unauthorized"


class NotFound(Refusal):
    """Missing and foreign alike: nothing can be learnt from it."""

    code = "not_found"


class AlreadyExists(Refusal):
    code = "already_exists"


class Mismatch(Refusal):
    """Two names in one request for two businesses."""

    code = "business_mismatch"


class KeyReused(Refusal):
    """The row of this request was written in the statement that found it out."""

    code = "key_reused"
    is_logged = True


class KeyInFlight(Refusal):
    code = "key_in_flight"
    retry_after_s = 2.0


class RateLimited(Refusal):
    code = "rate_limited"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("Too many requests")
        self.retry_after_s = retry_after_s


class Busy(Refusal):
    """We are healthy but full; the same request may succeed after `retry_after_s`."""

    code = "busy"

    def __init__(self, retry_after_s: float, message: str = "Busy: please try again in a moment") -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(Refusal):
    """The database is away or did not answer in time; nothing was stored that we know of."""

    code = "unavailable"
    retry_after_s = 5.0

    def __init__(self, message: str = "The database is not reachable right now; please send it again") -> None:
        super().__init__(message)


class StorageFull(Refusal):
    code = "storage_full"
    retry_after_s = 60.0

    def __init__(self) -> None:
        super().__init__("The disk of the database is full; please send it again later")


class Unstorable(Refusal):
    """PostgreSQL refused exactly this lead, alone; the operator has been alerted."""

    code = "unstorable"
