"""What rooms say in English, said in the reader's language: decisions of a trace, refusals, why a lead is held.

Rooms know no languages. A decision comes as a sentence with its places to fill in (intake/explain.py). Refusals come
filled in, those of logged requests as they were stored, and are recognised here by the sentences of `refusals.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from leadhall.clients.statuses import label_of
from leadhall.intake.explain import Sentence, Status, Term, Value
from leadhall.web.console.refusals import FIELDS, REFUSALS
from leadhall.web.console.words import Words

_PLACE = re.compile(r"%\((\w+)\)s")
DEEPEST = 3
"""A refusal may quote another, which may name a field."""


def say(sentence: Sentence, words: Words, status_labels: Mapping[str, str] | None = None) -> str:
    """One decision. `status_labels`: what the business calls its statuses."""
    return words(sentence.text) % {name: _said(value, words, status_labels) for name, value in sentence.values.items()}


def _said(value: Value, words: Words, status_labels: Mapping[str, str] | None) -> str:
    if isinstance(value, tuple):
        return words.several([_said(each, words, status_labels) for each in value])
    if isinstance(value, Status):
        return words(label_of(value, status_labels))
    return words(value) if isinstance(value, Term) else say_again(value, words)


def say_again(message: str, words: Words) -> str:
    """A message of a room; as it came when it is none that we know: then somebody else said it."""
    return _again(message, words, DEEPEST)


def _again(message: str, words: Words, deeper: int) -> str:
    if message in FIELDS:
        return words(FIELDS[message])
    found = recognised(message) if deeper else None
    if found is None:
        return words(message)  # the console's own, marked where they stand
    text, values = found
    return words(text) % {name: _again(value, words, deeper - 1) for name, value in values.items()}


def recognised(message: str) -> tuple[str, Mapping[str, str]] | None:
    """The sentence that a message was made by, and what fills it in."""
    if message in REFUSALS:
        return REFUSALS[message], {}
    for pattern, text in _patterns():
        if found := pattern.fullmatch(message):
            return text, found.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Of sentences with places; the one with the most words of its own first."""
    with_places = [(made, said) for made, said in REFUSALS.items() if _PLACE.search(made)]
    ordered: Iterable[tuple[str, str]] = sorted(with_places, key=lambda each: -len(_PLACE.sub("", each[0])))
    return tuple((_pattern(made), said) for made, said in ordered)


def _pattern(made: str) -> re.Pattern[str]:
    pieces = _PLACE.split(made)
    told = [re.escape(piece) if n % 2 == 0 else f"(?P<{piece}>.+?)" for n, piece in enumerate(pieces)]
    return re.compile("".join(told), re.DOTALL)
