"""Twilio's error codes, by who is at fault: that decides whether to try again, and what must stop. Pure.

Codes come in the answer to a text, and later in the report of what became of it. Those that are
in no list are the message's own: it is given up and nobody else suffers.
"""

from __future__ import annotations

from typing import Literal

Fault = Literal["stopped", "number", "sender", "provider", "message"]

STOPPED = frozenset({21610})
"""The person told the provider to stop."""

NO_SUCH_NUMBER = frozenset({21211, 21214, 21217, 21401, 21407, 21421, 21614, 21635, 30005, 30006})
"""The number is none, or none that takes texts (a landline)."""

NOT_OUR_ACCOUNT = frozenset(
    {20003, 20005, 20006, 20007, 20008, 20404, 21212, 21219, 21408, 21601, 21603, 21606, 21608, 21615, 21618, 21619}
    | {21659, 21660, 21701, 21703, 21704, 21705, 21712, 30002, 30024, 30034, 30037, 30038}
)
"""The account, its sender number or its registration: no text leaves by it until an operator mends that."""

TOO_FAST = frozenset({14107, 20429, 21611, 30001, 30022, 30023, 30026, 63018})
"""Queues and quotas are full; the same text may go a little later."""


def fault_of(code: int | None) -> Fault:
    """Whose fault a code tells of; `message` for one that nobody told us about."""
    for fault, codes in _BY_FAULT:
        if code in codes:
            return fault
    return "message"


_BY_FAULT: tuple[tuple[Fault, frozenset[int]], ...] = (
    ("stopped", STOPPED),
    ("number", NO_SUCH_NUMBER),
    ("sender", NOT_OUR_ACCOUNT),
    ("provider", TOO_FAST),
)
