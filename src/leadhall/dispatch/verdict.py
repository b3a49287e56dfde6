"""What becomes of a delivery after one try. Whose fault it was decides (reliability.md P5). Pure."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from leadhall.dispatch.claim import Claimed
from leadhall.dispatch.schedule import HONOURED_MOST_S, OWN_FAULTS_MOST, schedule_of
from leadhall.events.outcome import Later, Never, Outcome, Sent, Skipped

ANSWER_MOST_BYTES = 1_024

State = Literal["waiting", "accepted", "delivered", "failed", "given_up", "suppressed", "skipped"]


class Stumbled(Exception):
    """We ourselves failed at this row: `str` of it is kept as the answer."""


class Verdict(Struct, frozen=True, kw_only=True):
    """How the row is marked. `wait_s` until the next try; None: it is settled.

    `suppresses` its address, `rests` its lane for `asked_s` (None: for as long as is usual), `is_missed` when whom
    it was for should hear of it otherwise.
    """

    claimed: Claimed
    state: State
    outcome: str
    answer: str = ""
    reason: str | None = None
    wait_s: float | None = None
    is_spared: bool = False
    facts: dict[str, Any] = {}
    suppresses: bool = False
    rests: Literal["sender", "provider"] | None = None
    asked_s: float | None = None
    is_missed: bool = False

    @property
    def has_more(self) -> bool:
        """Whether more follows than what stands in its row."""
        return self.suppresses or self.is_missed or self.rests is not None


def judge(claimed: Claimed, came: Outcome | Stumbled, chance: Callable[[], float] = random.random) -> Verdict:
    """The verdict on one try."""
    match came:
        case Sent(answer=answer, delivered=delivered, facts=facts):
            state: State = "delivered" if delivered else "accepted"
            return Verdict(claimed=claimed, state=state, outcome="sent", answer=_cut(answer), facts=facts)
        case Skipped(reason=reason, suppressed=suppressed):
            return _skipped(claimed, reason, suppressed=suppressed)
        case Never(fault_of="message" | "recipient"):
            return _refused(claimed, came)
        case Later(fault_of="provider"):
            return _provider_refused(claimed, came)
        case Never() | Later():
            return _again(claimed, came, chance)
        case Stumbled():
            return _stumbled(claimed, came, chance)


def _skipped(claimed: Claimed, reason: str, *, suppressed: bool) -> Verdict:
    state: State = "suppressed" if suppressed else "skipped"
    return Verdict(claimed=claimed, state=state, outcome="skipped", reason=reason, is_missed=suppressed)


def _refused(claimed: Claimed, came: Never) -> Verdict:
    """For good. Only what the recipient's side says of the recipient closes the address; a text has a fallback."""
    of_recipient = came.fault_of == "recipient"
    return Verdict(
        claimed=claimed,
        state="failed",
        outcome="never",
        answer=_cut(came.answer),
        reason=came.fault_of,
        suppresses=of_recipient and claimed.delivery.channel in ("email", "sms"),
        is_missed=of_recipient or claimed.delivery.channel == "sms",
    )


def _provider_refused(claimed: Claimed, came: Later) -> Verdict:
    """It refuses everything for now: all that leaves by it rests, and this try does not count."""
    if claimed.age_s > schedule_of(claimed.delivery.channel).most_age_s:
        return _given_up(claimed, came.answer)
    return Verdict(
        claimed=claimed,
        state="waiting",
        outcome="later",
        answer=_cut(came.answer),
        wait_s=min(came.after_s or 0.0, HONOURED_MOST_S),
        is_spared=True,
        rests="provider",
        asked_s=came.after_s,
    )


def _waits(claimed: Claimed, came: Later) -> Verdict:
    """It was not tried (it is night there): the wait costs nothing, and stands in the row alone."""
    wait_s = min(came.after_s or 0.0, HONOURED_MOST_S)
    return Verdict(
        claimed=claimed, state="waiting", outcome="skipped", reason=None, answer=_cut(came.answer), wait_s=wait_s,
        is_spared=True,
    )  # fmt: skip


def _again(claimed: Claimed, came: Later | Never, chance: Callable[[], float]) -> Verdict:
    """By its schedule, or when the other side asked for it if that is later; a sender's fault makes the sender rest."""
    if isinstance(came, Later) and not came.is_try:
        return _waits(claimed, came)
    rests: Literal["sender", "provider"] | None = "provider" if came.fault_of == "provider" else None
    rests = "sender" if came.fault_of == "sender" else rests
    asked_s = came.after_s if isinstance(came, Later) else None
    wait_s = schedule_of(claimed.delivery.channel).wait_s(claimed.tries, chance)
    if wait_s is None:
        return _given_up(claimed, came.answer, rests=rests)
    return Verdict(
        claimed=claimed,
        state="waiting",
        outcome="later",
        answer=_cut(came.answer),
        wait_s=max(wait_s, min(asked_s or 0.0, HONOURED_MOST_S)),
        rests=rests,
        asked_s=asked_s if rests else None,
    )


def _stumbled(claimed: Claimed, came: Stumbled, chance: Callable[[], float]) -> Verdict:
    if claimed.tries >= OWN_FAULTS_MOST:
        return _given_up(claimed, str(came))
    return _again(claimed, Later(answer=str(came)), chance)


def _given_up(claimed: Claimed, answer: str, rests: Literal["sender", "provider"] | None = None) -> Verdict:
    return Verdict(
        claimed=claimed,
        state="given_up",
        outcome="later",
        answer=_cut(answer),
        rests=rests,
        is_missed=claimed.delivery.channel == "sms",
    )


def _cut(answer: str) -> str:
    """The other side's words as they can be kept: at most 1 KiB, without what PostgreSQL cannot hold."""
    octets = answer.replace("\x00", "").encode("utf-8", "replace")[:ANSWER_MOST_BYTES]
    return octets.decode("utf-8", "ignore")
