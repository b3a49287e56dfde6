"""The decision trace of a lead in plain words, from its stored facts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

KEY_NAMES = {"email": "email address", "unique_id": "unique id"}
LABELS = {
    "first_name": "first name",
    "last_name": "last name",
    "phone": "phone",
    "address": "address",
    "email": "email address",
    "unique_id": "unique id",
    "tags": "tags",
}
NOTICES = {"auto-reply": "a thank-you to the lead", "email": "an email to the owner", "sms": "a text to the owner"}


def explain(facts: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> list[str]:
    """One sentence a decision, in the order they were taken. `labels`: the business's own fields, id to label."""
    named = LABELS | dict(labels or {})
    sentences = [
        _whose(facts),
        _second_key(facts),
        _filled(facts, named),
        _kept(facts, named),
        _suggested(facts, named),
        _tags(facts),
        _status(facts),
        _ignored(facts),
        _notices(facts),
        *(f"Note: {message}." for _, _, message in facts.get("warnings", ())),
    ]
    return [sentence for sentence in sentences if sentence]


def _whose(facts: Mapping[str, Any]) -> str:
    by = KEY_NAMES.get(facts["by"] or "")
    if not facts["created"]:
        return f"An existing client was found by {by}."
    if by is None:
        return "A new client was made: nothing in the request told who it was."
    return f"A new client was made: nobody had this {by} yet."


def _second_key(facts: Mapping[str, Any]) -> str:
    other = KEY_NAMES["unique_id" if facts["by"] == "email" else "email"]
    return {
        "linked": f"The {other} that came with it was linked to this client.",
        "same": f"The {other} that came with it was already this client's.",
        "clash": f"The {other} that came with it belongs to another client: the two were noted as perhaps one person.",
        "suggested": f"The {other} that came with it was not linked; it stands as a suggestion.",
    }.get(facts.get("second_key", ""), "")


def _list(names: Iterable[str], named: Mapping[str, str]) -> str:
    words = [named.get(name, name) for name in dict.fromkeys(names)]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _filled(facts: Mapping[str, Any], named: Mapping[str, str]) -> str:
    filled = facts.get("filled")
    return f"Blank on the card and filled: {_list(filled, named)}." if filled else ""


def _kept(facts: Mapping[str, Any], named: Mapping[str, str]) -> str:
    same = facts.get("same")
    return f"Already on the card as sent: {_list(same, named)}." if same else ""


def _suggested(facts: Mapping[str, Any], named: Mapping[str, str]) -> str:
    suggested = facts.get("suggested")
    if not suggested:
        return ""
    because = (
        "the card says otherwise, and what is there never changes"
        if facts.get("may_fill")
        else "this client is past the lead stage or its card was edited by a person"
    )
    return f"Not changed but suggested: {_list(suggested, named)}; {because}."


def _tags(facts: Mapping[str, Any]) -> str:
    added = facts.get("tags_added")
    return f"Tags added: {', '.join(added)}." if added else ""


def _status(facts: Mapping[str, Any]) -> str:
    if "status_to" in facts:
        return f"The status moved from {facts['status_from']} to {facts['status_to']}."
    if "status_kept" in facts:
        kept = facts["status_kept"]
        return f"The status stayed {kept}: it only moves forward, and only by a token that may edit clients."
    return ""


def _ignored(facts: Mapping[str, Any]) -> str:
    ignored = facts.get("ignored")
    return (
        f"Left to the message, as request_data never sets it: {', '.join(dict.fromkeys(ignored))}." if ignored else ""
    )


def _notices(facts: Mapping[str, Any]) -> str:
    asked = [NOTICES[each] for each in facts.get("notifications", ())]
    return f"Asked for: {_list(asked, {})}." if asked else "No notices were asked for; it waits in the inbox, unread."
