"""What may be written on a card by hand, and what changes by it. Pure: only forward rules of intake are not here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadhall.clients.book import Client
from leadhall.clients.card import BUILT_IN, TEXT_MOST_CHARS, CannotHold, Card, CardField, fit, most_chars
from leadhall.clients.keys import UNIQUE_ID_MOST_BYTES
from leadhall.clients.statuses import STATUSES, read_status
from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import clean, fits_bytes

Values = Mapping[str, str | None]
"""By field: a built-in one, an own one by its id, or one of `BESIDE`; None clears it."""

COLUMNS = tuple(each.id for each in BUILT_IN)
TOUCH = ("source", "source_url", "channel", "campaign")
ASSIGNED = "assigned_staff_uid"
UNIQUE_ID = "unique_id"
"""No field of the card, but a key; a card's identifier field shows the same."""
BESIDE = (*TOUCH, "status", ASSIGNED, UNIQUE_ID)
WRITTEN_ELSEWHERE = {"opt-in": "opt_in", "status": "status"}
"""Fields of these types only show what stands elsewhere: consent, and the status."""
TAGS = "tags"
TAGS_MOST = 200
BLANK_NAME = "First name can't be blank"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that becomes another. Of tags one each: `was` is None for one that came, `becomes` for one gone."""

    field: str
    was: str | None
    becomes: str | None


def read_values(card: Card, labels: Mapping[str, str], values: Values) -> dict[str, str | None]:
    """The values as they are stored. Invalid names every field that cannot be written so."""
    faults: list[Fault] = []
    read = {name: _read(card, labels, name, value, faults) for name, value in values.items()}
    if faults:
        raise Invalid.of(faults)
    identifier = card.first_of("identifier")
    if identifier and UNIQUE_ID in read:
        read[identifier.id] = read.pop(UNIQUE_ID)
    return read


def _read(card: Card, labels: Mapping[str, str], name: str, value: str | None, faults: list[Fault]) -> str | None:
    text = clean(value)[0] if value else ""
    if name == "first_name" and not text:
        faults.append(Fault("missing", BLANK_NAME, name))
    if name == "status":
        return _status(labels, text, faults)
    if not text:
        return None
    if name == UNIQUE_ID:
        return _unique_id(text, faults)
    if name in BESIDE:
        return _short(name, text, faults)
    return _of_field(card, name, text, faults)


def _status(labels: Mapping[str, str], text: str, faults: list[Fault]) -> str | None:
    status = read_status(text, labels)
    if status is None:
        faults.append(Fault("invalid", f"status must be one of: {', '.join(STATUSES)}", "status"))
    return status


def _unique_id(text: str, faults: list[Fault]) -> str:
    if not fits_bytes(text, UNIQUE_ID_MOST_BYTES):
        faults.append(Fault("too_long", f"unique_id must be at most {UNIQUE_ID_MOST_BYTES} bytes", UNIQUE_ID))
    return text


def _short(name: str, text: str, faults: list[Fault], most: int = TEXT_MOST_CHARS) -> str:
    if len(text) > most:
        faults.append(Fault("too_long", f"{name} must be at most {most} characters", name))
    return text


def _of_field(card: Card, name: str, text: str, faults: list[Fault]) -> str | None:
    field = own_or_built_in(card, name)
    if field is None:
        faults.append(Fault("invalid", f"{name} is no field of the card", name))
        return None
    if field.type in WRITTEN_ELSEWHERE:
        faults.append(Fault("invalid", f"{field.label} is written as {WRITTEN_ELSEWHERE[field.type]}", name))
        return None
    if len(text) > most_chars(field):
        return _short(name, text, faults, most_chars(field))
    held = fit(field, text)
    if isinstance(held, CannotHold):
        faults.append(Fault("invalid", f"{field.label} cannot be this: {held.why}", name))
        return None
    return held


def own_or_built_in(card: Card, name: str) -> CardField | None:
    """A field by its id alone: a label may be anybody's word."""
    return next((each for each in (*BUILT_IN, *card.own) if each.id == name), None)


def sheet_of(client: Client) -> dict[str, str | None]:
    """All that stands on a client's card, by field."""
    columns = {name: getattr(client, name) for name in (*COLUMNS, *TOUCH, "status", ASSIGNED)}
    return columns | client.fields


def changes_between(was: Values, becomes: Values) -> list[Change]:
    """Which of the values in `becomes` are others than before."""
    return [Change(name, was.get(name), value) for name, value in becomes.items() if was.get(name) != value]


def read_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: cleaned, each once whatever its case. Invalid for one that is too long, or too many."""
    read: dict[str, str] = {}
    for tag in tags:
        text = " ".join(clean(tag)[0].split())
        if len(text) > TEXT_MOST_CHARS:
            raise Invalid(f"A tag has at most {TEXT_MOST_CHARS} characters", field=TAGS)
        if text:
            read.setdefault(tag_key(text), text)
    if len(read) > TAGS_MOST:
        raise Invalid.of([Fault("too_many", f"A client has at most {TAGS_MOST} tags", TAGS)])
    return list(read.values())


def tag_key(tag: str) -> str:
    """Tags that differ by case alone are one."""
    return tag.lower()


def with_tags(has: Iterable[str], more: Iterable[str]) -> list[str]:
    """What it has, and what of `more` it has not."""
    kept = list(has)
    known = set(map(tag_key, kept))
    return kept + [tag for tag in more if tag_key(tag) not in known]


def without_tags(has: Iterable[str], gone: Iterable[str]) -> list[str]:
    away = set(map(tag_key, gone))
    return [tag for tag in has if tag_key(tag) not in away]


def tag_changes(was: list[str], becomes: list[str]) -> list[Change]:
    """One change a tag: those that went, then those that came."""
    gone = [Change(TAGS, tag, None) for tag in without_tags(was, becomes)]
    return gone + [Change(TAGS, None, tag) for tag in without_tags(becomes, was)]
