"""What came of one try to deliver: a value, not an exception, with the one bit that matters (try again or not).

Channels answer it, the dispatcher records it where the owner can read it.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

At = Literal["message", "recipient", "sender", "provider"]


class Sent(Struct, frozen=True, kw_only=True):
    """The other side took it. `delivered` only with evidence that it arrived; taken by a relay is accepted."""

    answer: str = ""
    delivered: bool = False
    facts: dict[str, Any] = {}
    """Kept on the delivery: a provider's id, say, by which its later report finds it."""


class Later(Struct, frozen=True, kw_only=True):
    """Not now. `after_s` is what the other side asked for; None leaves it to the channel's schedule."""

    answer: str
    after_s: float | None = None
    is_try: bool = True
    """False: the other side was not asked; it waits `after_s`, and none of its tries is used."""
    fault_of: At = "message"
    """`sender` and `provider` pause all that leaves by the same sender or provider, not this row alone."""


class Never(Struct, frozen=True, kw_only=True):
    """It will not get through by trying again. `fault_of="recipient"` suppresses the address for this sender."""

    answer: str
    fault_of: At = "message"


class Skipped(Struct, frozen=True, kw_only=True):
    """Nothing was sent, on purpose; `reason` is a word of the delivery log (preference, no_consent, captured …)."""

    reason: str
    suppressed: bool = False


Outcome = Sent | Later | Never | Skipped
