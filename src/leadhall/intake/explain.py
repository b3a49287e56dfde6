"""The decision trace of a lead in plain words, from its stored facts. Pure.

`decisions` gives sentences that still know how they are made, so that a page may say them in its reader's language;
`explain` is the same in English, for commands and the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


class Term(str):
    """A word of ours, which has a translation; any other text (a tag, a label, a warning) is somebody's own."""

    __slots__ = ()


class Status(Term):
    """One of clients.statuses, for which a business may have its own word."""

    __slots__ = ()


Value = str | tuple[str, ...]
"""What a sentence names: one thing, or several that are listed with an *and* before the last."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with places to fill in, written %(name)s, and what goes there."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)


LABELS: dict[str, str] = {
    "first_name": Term("first name"),
    "last_name": Term("last name"),
    "phone": Term("phone"),
    "address": Term("address"),
    "email": Term("email address"),
    "unique_id": Term("unique id"),
    "tags": Term("tags"),
}
NOTICES = {
    "auto-reply": Term("a thank-you to the lead"),
    "email": Term("an email to the owner"),
    "sms": Term("a text to the owner"),
}
FOUND = {
    "email": Sentence("An existing client was found by email address."),
    "unique_id": Sentence("An existing client was found by unique id."),
}
MADE = {
    None: Sentence("A new client was made: nothing in the request told who it was."),
    "email": Sentence("A new client was made: nobody had this email address yet."),
    "unique_id": Sentence("A new client was made: nobody had this unique id yet."),
}
OTHER_EMAIL = {
    "linked": Sentence("The email address that came with it was linked to this client."),
    "same": Sentence("The email address that came with it was already this client's."),
    "clash": Sentence(
        "The email address that came with it belongs to another client: the two were noted as perhaps one person."
    ),
    "suggested": Sentence("The email address that came with it was not linked; it stands as a suggestion."),
}
OTHER_ID = {
    "linked": Sentence("The unique id that came with it was linked to this client."),
    "same": Sentence("The unique id that came with it was already this client's."),
    "clash": Sentence(
        "The unique id that came with it belongs to another client: the two were noted as perhaps one person."
    ),
    "suggested": Sentence("The unique id that came with it was not linked; it stands as a suggestion."),
}

SUGGESTED = Sentence("Not changed but suggested: %(fields)s; the card says otherwise, and what is there never changes.")
SUGGESTED_ONLY = Sentence(
    "Not changed but suggested: %(fields)s; this client is past the lead stage or its card was edited by a person."
)


def explain(facts: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> list[str]:
    """The decisions in English."""
    return [in_english(each) for each in decisions(facts, labels)]


def in_english(sentence: Sentence) -> str:
    return sentence.text % {name: _listed(value) for name, value in sentence.values.items()}


def _listed(value: Value) -> str:
    if isinstance(value, str):
        return value
    return " and ".join(filter(None, [", ".join(value[:-1]), value[-1]]))


def decisions(facts: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> list[Sentence]:
    """One sentence a decision, in the order they were taken. `labels`: the business's own fields, id to label."""
    named = LABELS | dict(labels or {})
    sentences = [
        _whose(facts),
        _second_key(facts),
        _of_fields(Sentence("Blank on the card and filled: %(fields)s."), facts.get("filled"), named),
        _of_fields(Sentence("Already on the card as sent: %(fields)s."), facts.get("same"), named),
        _suggested(facts, named),
        _tags(facts),
        _status(facts),
        _ignored(facts),
        _notices(facts),
        *(Sentence("Note: %(message)s.", {"message": message}) for _, _, message in facts.get("warnings", ())),
    ]
    return [sentence for sentence in sentences if sentence]


def _whose(facts: Mapping[str, Any]) -> Sentence:
    return MADE[facts["by"]] if facts["created"] else FOUND[facts["by"]]


def _second_key(facts: Mapping[str, Any]) -> Sentence | None:
    told = OTHER_ID if facts["by"] == "email" else OTHER_EMAIL
    return told.get(facts.get("second_key", ""))


def _of_fields(told: Sentence, names: Iterable[str] | None, named: Mapping[str, str]) -> Sentence | None:
    words = tuple(named.get(name, name) for name in dict.fromkeys(names or ()))
    return replace(told, values={"fields": words}) if words else None


def _suggested(facts: Mapping[str, Any], named: Mapping[str, str]) -> Sentence | None:
    return _of_fields(SUGGESTED if facts.get("may_fill") else SUGGESTED_ONLY, facts.get("suggested"), named)


def _tags(facts: Mapping[str, Any]) -> Sentence | None:
    added = facts.get("tags_added")
    return Sentence("Tags added: %(tags)s.", {"tags": ", ".join(added)}) if added else None


def _status(facts: Mapping[str, Any]) -> Sentence | None:
    if "status_to" in facts:
        moved = {"was": Status(facts["status_from"]), "becomes": Status(facts["status_to"])}
        return Sentence("The status moved from %(was)s to %(becomes)s.", moved)
    if "status_kept" in facts:
        return Sentence(
            "The status stayed %(status)s: it only moves forward, and only by a token that may edit clients.",
            {"status": Status(facts["status_kept"])},
        )
    return None


def _ignored(facts: Mapping[str, Any]) -> Sentence | None:
    ignored = ", ".join(dict.fromkeys(facts.get("ignored") or ()))
    return (
        Sentence("Left to the message, as request_data never sets it: %(what)s.", {"what": ignored})
        if ignored
        else None
    )


def _notices(facts: Mapping[str, Any]) -> Sentence:
    asked = tuple(NOTICES[each] for each in facts.get("notifications") or ())
    if not asked:
        return Sentence("No notices were asked for; it waits in the inbox, unread.")
    return Sentence("Asked for: %(notices)s.", {"notices": asked})
