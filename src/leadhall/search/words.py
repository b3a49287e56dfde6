"""What is searched for and what is found, as lexemes of PostgreSQL's tsvector. Pure.

A word is folded: no case, no accents. Everything is found by how its words begin; what is misspelled
by one letter (left out, put in, swapped, another) by its near forms: the word, and the word without
each of its letters, of which two such spellings share one.

A lexeme begins with the business's number, c or v (client or conversation) and a sign: `.` a word,
`@` an email address, `~` a near form, `=` whose it is, `#` of what time it is. So whoever looks for one kind
in one business reads nothing else, and whoever looks for a name reads none of the addresses that begin with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from unicodedata import combining, normalize

Kind = Literal["c", "v"]

WORD_MOST_CHARS = 40
NEAR_FROM_CHARS = 4
NEAR_MOST_CHARS = 24
ASKED_MOST_WORDS = 8
ASKED_MOST_CHARS = 255
DOC_MOST_WORDS = 400
DOC_MOST_CHARS = 64 * 1024
NUMBER_ENDS = (4, 7)
"""A number is found by its last digits too, as people know it by."""
NUMBER_LEAST_DIGITS = 4
LOOKED_UP_FROM_CHARS = 3

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]*@[^\s<>()\[\]\"',;:]+")
_NUMBER = re.compile(r"[\d\s()+./-]+", re.ASCII)
_NOT_DIGITS = re.compile(r"\D+", re.ASCII)
_RUNS_ON = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts without blanks between words: there a word is found by any of its ends."""


@dataclass(frozen=True, slots=True)
class Query:
    """A tsquery, and what of it is looked up in the index: not words so short that half the book begins with them.

    `words`: how many words are looked up.
    """

    wanted: str
    looked_up: str
    words: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: what matches as it is written, and what does but for a letter (None: nothing could)."""

    direct: Query
    near: Query | None


def fold(text: str) -> str:
    """Without case and accents; what differs in nothing else is the same."""
    decomposed = normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not combining(char)).casefold()


def words_in(text: str) -> Iterator[str]:
    """The words of a text, and its email addresses whole besides."""
    folded = fold(text[:DOC_MOST_CHARS])
    for address in _ADDRESS.findall(folded):
        yield from _address_words(address.rstrip("."))
    for word in _WORD.findall(folded):
        yield from _ends(word) if _RUNS_ON.search(word) else (word[:WORD_MOST_CHARS],)


def _ends(word: str) -> Iterator[str]:
    return (word[start : start + WORD_MOST_CHARS] for start in range(min(len(word), WORD_MOST_CHARS)))


def _address_words(address: str) -> Iterator[str]:
    _, _, domain = address.rpartition("@")
    yield address[:WORD_MOST_CHARS]
    yield f"@{domain}"[:WORD_MOST_CHARS]


def near_forms(word: str) -> set[str]:
    """The word, and the word without each of its letters; none of a short one, whose neighbours are other words."""
    if not NEAR_FROM_CHARS <= len(word) <= NEAR_MOST_CHARS or not word.isalpha():
        return set()
    return {word} | {word[:n] + word[n + 1 :] for n in range(len(word))}


def client_lexemes(business_id: int, *, names: str, email: str, numbers: Iterable[str]) -> list[str]:
    """What a client is found by: names, email address, and phone numbers however they are written."""
    local, _, _ = email.rpartition("@")
    called = [*words_in(names), *words_in(local)]
    digits = [_NOT_DIGITS.sub("", number) for number in numbers]
    found = [*called, *words_in(email), *(end for each in digits for end in _number_ends(each))]
    return _lexemes(f"{business_id}c", found, called)


def _number_ends(digits: str) -> Iterator[str]:
    if digits:
        yield digits[:WORD_MOST_CHARS]
    yield from (digits[-end:] for end in NUMBER_ENDS if len(digits) > end)


def conversation_lexemes(business_id: int, *, client_uid: str, title: str, texts: Iterable[str]) -> list[str]:
    """What a conversation is found by: its title, also misspelled, and the words written in it."""
    called = list(words_in(title))
    written = [word for text in texts for word in words_in(text)]
    return [*_lexemes(f"{business_id}v", [*called, *written], called), belongs(business_id, client_uid)]


def _lexemes(place: str, found: Iterable[str], called: Iterable[str]) -> list[str]:
    """The first of the words, and the near forms of what it is called."""
    plain = list(dict.fromkeys(word for word in found if word))[:DOC_MOST_WORDS]
    near = {form for word in called for form in near_forms(word)}
    return [*(_lexeme(place, word) for word in plain), *(f"{place}~{form}" for form in sorted(near))]


def _lexeme(place: str, word: str) -> str:
    return f"{place}{'@' if '@' in word else '.'}{word}"


def belongs(business_id: int, client_uid: str) -> str:
    """The lexeme by which all conversations of a client are found."""
    return f"{business_id}v={client_uid}"


def of_cell(business_id: int, kind: Kind, cell: str) -> str:
    """The lexeme by which all of a time is found."""
    return f"{business_id}{kind}#{cell}"


def within(business_id: int, kind: Kind, wanted: str, cells: Iterable[str]) -> str:
    """A tsquery for what is wanted, of these times."""
    times = " | ".join(_quoted(of_cell(business_id, kind, cell)) for cell in cells)
    return f"({wanted}) & ({times})"


def asked_for(business_id: int, kind: Kind, term: str, *, e164: str | None = None) -> Asked | None:
    """The tsqueries of a search; `e164` is what the term means as a phone number. None when it holds no word."""
    place, folded = f"{business_id}{kind}", fold(term[:ASKED_MOST_CHARS])
    addresses = [address.rstrip(".") for address in _ADDRESS.findall(folded)]
    words = _WORD.findall(_ADDRESS.sub(" ", folded))[:ASKED_MOST_WORDS]
    asked = [*addresses[:ASKED_MOST_WORDS], *words]
    if not asked:
        return None
    wanted = {word: _begins(place, word) for word in asked}
    number = _number(place, folded, e164)
    long = _long_ones(wanted)
    direct = Query(_all_or_number(wanted, number), _all_or_number(long, number), len(long))
    close = {word: _near(place, word) for word in words}
    if addresses or all(near is None for near in close.values()):
        return Asked(direct, None)
    forms = {word: close_to or wanted[word] for word, close_to in close.items()}
    near = f"({_all(forms)}) & !({direct.wanted})"
    return Asked(direct, Query(near, near if direct.looked_up == direct.wanted else _all(_long_ones(forms)), len(long)))


def _long_ones(wanted: dict[str, str]) -> dict[str, str]:
    """What is looked up: the long words; all of them when none is long."""
    return {word: each for word, each in wanted.items() if len(word) >= LOOKED_UP_FROM_CHARS} or wanted


def _all(wanted: dict[str, str]) -> str:
    return " & ".join(wanted.values())


def _all_or_number(wanted: dict[str, str], number: str | None) -> str:
    return f"({_all(wanted)}) | {number}" if number else _all(wanted)


def _begins(place: str, word: str) -> str:
    return f"{_quoted(_lexeme(place, word[:WORD_MOST_CHARS]))}:*"


def _near(place: str, word: str) -> str | None:
    forms = near_forms(word)
    if not forms:
        return None
    either = [_begins(place, word), *(_quoted(f"{place}~{form}") for form in sorted(forms))]
    return f"({' | '.join(either)})"


def _number(place: str, folded: str, e164: str | None) -> str | None:
    """A number by how it begins or ends, with or without the zero of its country."""
    digits = _NOT_DIGITS.sub("", folded)
    if not _NUMBER.fullmatch(folded) or len(digits) < NUMBER_LEAST_DIGITS:
        return None
    spelled = dict.fromkeys(filter(None, [digits, digits.lstrip("0"), _NOT_DIGITS.sub("", e164 or "")]))
    return f"({' | '.join(_begins(place, each) for each in spelled)})"


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
