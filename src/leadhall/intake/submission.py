"""What somebody submitted, in one shape, whichever door it came through.

Doors (web/api/intake/wire.py, forms, inbound) make a `Submission`: texts are clean, partner
quirks are gone, and what could not be read is already noted as a fault or a warning.

What is made anew for every lead is a msgspec.Struct: a frozen dataclass takes six times as long to
make. None of them can be part of a circle, so the garbage collector need not follow them (`gc=False`).
"""

from __future__ import annotations

import msgspec
from msgspec import field

from leadhall.core.errors import Fault

AUTO_REPLY, EMAIL, SMS = "auto-reply", "email", "sms"


class LeadWarning(msgspec.Struct, frozen=True, gc=False):
    """Something odd about a lead that was accepted all the same."""

    code: str
    message: str
    field: str | None = None


class Submission(msgspec.Struct, gc=False):
    """The decoded request. `None` is absent; texts are clean, trimmed and not blank, but of any length."""

    identifier_type: str | None = None
    email: str | None = None
    unique_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    address: str | None = None
    request_title: str | None = None
    source: str | None = None
    source_url: str | None = None
    status: str | None = None
    system_message: str | None = None
    request_data: list[tuple[str, str]] = field(default_factory=list)
    message_data: list[tuple[str, str]] = field(default_factory=list)
    notifications: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    opt_in: bool | None = None
    opt_in_transactional_sms: bool | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    is_test: bool = False
    files: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    warnings: list[LeadWarning] = field(default_factory=list)

    def warn(self, code: str, message: str, field_name: str | None = None) -> None:
        self.warnings.append(LeadWarning(code, message, field_name))
