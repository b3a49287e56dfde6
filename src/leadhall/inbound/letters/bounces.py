"""Reports of mail that did not arrive: RFC 3464, and the prose of servers that never read it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from leadhall.inbound.letters.automatic import is_from_nobody
from leadhall.inbound.letters.mime import Failure, Letter

Kind = Literal["hard", "failed", "delayed", "delivered"]

NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""Only these say that the address is none; every other failure is about this mail, or about us."""

READ_MOST_CHARS = 16 * 1024
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_UNKNOWN = re.compile(
    r"(user|recipient|mailbox|address|account)( name)?( is)? (unknown|not found|not exist|invalid|rejected|unavailable)"
    r"|(no such|unknown|invalid|bad destination) (user|recipient|mailbox|address|local user)"
    r"|(user|mailbox|account|address|recipient)s? (does not|doesn['’]t|do not) exist|does not like recipient"
    r"|no mailbox here by that name|unrouteable address|address not found|user doesn['’]t have a",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(could not|couldn['’]t|cannot|was not able to|unable to) be? ?deliver|delivery (has )?failed|undeliver(able|ed)"
    r"|returned mail|failure notice|permanent (fatal )?error|address not found|message blocked",
    re.IGNORECASE,
)
_DELAYED = re.compile(r"delay|warning: (could not|message)|will (retry|be retried)|still (be )?tr", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What became of a mail of ours. `hard`: there is no such address; `failed`: this mail did not get through."""

    kind: Kind
    status: str | None
    words: str


def read_bounce(letter: Letter, *, envelope_from: str | None) -> Bounce | None:
    """What a report says; None when it is none. The worst that it tells of any recipient counts."""
    if letter.failures:
        return min((_of_failure(each) for each in letter.failures), key=lambda each: _WORST.index(each.kind))
    prose = f"{letter.subject}\n{letter.text}"[:READ_MOST_CHARS]
    is_told = letter.is_report or "x-failed-recipients" in letter.headers
    if not is_told and not (is_from_nobody(letter, envelope_from=envelope_from) and _FAILED.search(prose)):
        return None
    return _of_prose(prose)


_WORST: tuple[Kind, ...] = ("hard", "failed", "delayed", "delivered")


def _of_failure(failure: Failure) -> Bounce:
    status = failure.status
    words = " ".join(filter(None, [status, failure.words]))
    if failure.action in {"delivered", "relayed", "expanded"} or (status or "").startswith("2."):
        return Bounce("delivered", status, words)
    if failure.action == "delayed" or (status or "").startswith("4."):
        return Bounce("delayed" if failure.action != "failed" else "failed", status, words)
    said = _STATUS.search(failure.words)
    precise = said[1] if said and (status is None or status.endswith(".0.0")) else status
    return Bounce(_kind(precise, failure.words), precise, words)


def _of_prose(prose: str) -> Bounce:
    """Qmail, Exim, Exchange and the rest: the code they quote decides, else the words that mean `no such user`."""
    said = _STATUS.search(prose)
    reply = _REPLY.search(prose)
    status = said[1] if said else None
    words = " ".join(prose[prose.find(said[0]) :].split() if said else prose.split())[:300]
    if (status or (reply[1] if reply else "")).startswith("4") or (status is None and _DELAYED.search(prose)):
        return Bounce("delayed", status, words)
    return Bounce(_kind(status, prose), status, words)


def _kind(status: str | None, words: str) -> Kind:
    if status in NO_SUCH_ADDRESS:
        return "hard"
    vague = status is None or status in {"5.0.0", "5.5.0"}
    return "hard" if vague and _UNKNOWN.search(words) else "failed"
