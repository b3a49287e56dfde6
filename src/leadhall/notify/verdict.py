"""Who is at fault: a relay's refusal as an Outcome (reliability.md P5's table, in docs/howto/email.md). Pure.

Only "there is no such address", said to RCPT, is the recipient's fault. What the relay holds
against us (policy, login, our From, TLS) is the sender's, and says nothing about the recipient.
"""

from __future__ import annotations

import re
from typing import Literal

from leadhall.events.outcome import Later, Never

Step = Literal["connect", "login", "from", "recipient", "data"]

NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.6"}
MAILBOX_FULL = "5.2.2"
FULL = 552  # without an enhanced code: the mailbox has no room
PERMANENT = 500
ANSWER_MOST_CHARS = 1024
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?=\s|$)")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]+")


def verdict(step: Step, code: int, message: str) -> Later | Never:
    """What comes of a reply of 4xx or 5xx (or of none, code 0) at this step."""
    answer = words(code, message)
    enhanced = _enhanced(message)
    if step in {"connect", "login", "from"} or enhanced.startswith("5.7."):
        return Later(answer=answer, fault_of="sender")
    if code < PERMANENT:
        return Later(answer=answer)
    if step == "recipient" and enhanced in NO_SUCH_ADDRESS:
        return Never(answer=answer, fault_of="recipient")
    if enhanced == MAILBOX_FULL or (code == FULL and not enhanced):
        return Later(answer=answer)
    return Never(answer=answer)


def _enhanced(message: str) -> str:
    """The enhanced status that begins the reply, as RFC 2034 places it; blank when there is none."""
    found = _ENHANCED.match(message.strip())
    return found[1] if found else ""


def words(code: int, message: str) -> str:
    """The relay's words in one line of at most 1,024 characters."""
    text = _UNPRINTABLE.sub(" ", message).strip()
    return f"{code} {text}"[:ANSWER_MOST_CHARS] if code else text[:ANSWER_MOST_CHARS]
