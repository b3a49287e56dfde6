"""Whether a password is among the first that a guesser tries.

zxcvbn judges: by 30,000 leaked passwords, by names, words, dates and walks over the keyboard, each also with the usual
changes (`P4ssword1`), and by what is known of the very person. Nothing leaves this machine.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

GUESSES_LEAST = 1_000_000
"""Whose password takes fewer is told so. At five tries a minute, a million take 138 days."""
JUDGED_CHARS = 72
"""Of a longer one, its beginning: the work grows with the square of the length."""
_PART = re.compile(r"[^\s@.]+")


async def is_guessable(password: str, about: Iterable[str | None] = ()) -> bool:
    """Whether it is; `about` is what stands open of the person: address, names, business."""
    return await asyncio.to_thread(_guesses, password, about) < GUESSES_LEAST


def _guesses(password: str, about: Iterable[str | None]) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 50 ms and 14 MiB of lists, for who sets a password alone

    told = [spelling for text in about if text for spelling in _spellings(text)]
    return int(zxcvbn(password[:JUDGED_CHARS], user_inputs=told)["guesses"])


def _spellings(text: str) -> list[str]:
    """As it is, each of its words, and its words in one."""
    parts = _PART.findall(text)
    return [text, *parts, *(sign.join(parts) for sign in ("", "-", "_"))]
