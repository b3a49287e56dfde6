"""Words by which people say by text that they want no more texts, or texts again, or help. Pure."""

from __future__ import annotations

import re
from typing import Literal

Command = Literal["stop", "start", "help"]

_WORDS: dict[Command, frozenset[str]] = {
    "stop": frozenset({"stop", "stopall", "quit", "end", "revoke", "optout", "cancel", "unsubscribe"}),
    "start": frozenset({"start", "unstop"}),
    "help": frozenset({"help"}),
}
_NOT_LETTERS = re.compile(r"[\W_]+")


def command_of(text: str) -> Command | None:
    """The command that a text is, whole: `Stop!` and `opt out` are, `stop by on Monday` is a message."""
    word = _NOT_LETTERS.sub("", text.casefold())
    return next((command for command, words in _WORDS.items() if word in words), None)
