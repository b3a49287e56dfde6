"""The rules of a lead (api.md 0.4, rules 1 to 5) over dicts: what any order of leads must come to."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from unicodedata import normalize

RANKS = {"lead": 1, "customer": 2, "loyal": 3}
FIELDS = ("first_name", "last_name", "phone", "address")
PHONES = {
    "(212) 555-0100": "+12125550100",
    "+1 212 555 0100": "+12125550100",
    "212 555 0199": "+12125550199",
    "?": None,
}
"""Phones as people in the US write them, and their numbers."""


def reference_key(kind, text):
    """The key of api.md 0.4.1, for domains in ASCII."""
    text = normalize("NFC", text).strip()
    if kind == "unique_id":
        return text
    local, _, domain = text.rpartition("@")
    return normalize("NFC", f"{local.lower()}@{domain.lower()}")


@dataclass
class Person:
    card: dict
    status: str
    tags: list
    email: str | None = None
    leads: int = 1
    keys: dict = field(default_factory=dict)

    @property
    def name(self):
        """Who they are wherever the rules come to the same people: by their keys."""
        return frozenset(self.keys.items())


@dataclass
class Model:
    """`key_of` may be handed in wrong, to see that the comparison notices."""

    key_of: object = reference_key
    people: list = field(default_factory=list)
    keys: dict = field(default_factory=dict)
    suggestions: Counter = field(default_factory=Counter)
    pairs: set = field(default_factory=set)
    leads: dict = field(default_factory=dict)

    def knows(self, sent):
        """Whether a lead without a first name can be one."""
        kind = sent["identifier_type"]
        return (kind, self.key_of(kind, sent[kind])) in self.keys

    def lead(self, sent, *, may_write):
        """One lead; whose it is, by their place among the people."""
        kind = sent["identifier_type"]
        other = "unique_id" if kind == "email" else "email"
        by = (kind, self.key_of(kind, sent[kind]))
        second = (other, self.key_of(other, sent[other])) if sent.get(other) else None
        who = self.keys.get(by)
        made = who is None
        if made:
            who = self._make(sent, by)
            self._second(who, second, sent, may_link=True)
        else:
            self.people[who].leads += 1
            self._second(who, second, sent, may_link=may_write)
            self._fill(who, sent, may_write=may_write)
        self.leads[sent["request_title"]] = (who, self._contact(who, sent), made)
        return who

    def copy(self):
        return deepcopy(self)

    def _make(self, sent, by):
        card = {name: sent[name] for name in FIELDS if sent.get(name)}
        self.people.append(Person(card, sent.get("status") or "lead", list(sent.get("tags") or [])))
        who = len(self.people) - 1
        self._link(who, by, sent)
        return who

    def _link(self, who, key, sent):
        self.keys[key] = who
        self.people[who].keys[key[0]] = key[1]
        if key[0] == "email" and self.people[who].email is None:
            self.people[who].email = normalize("NFC", sent["email"]).strip()

    def _second(self, who, second, sent, *, may_link):
        if second is None:
            return
        holder = self.keys.get(second)
        if holder is None and may_link and second[0] not in self.people[who].keys:
            self._link(who, second, sent)
        elif holder is None:
            self.suggestions[who, second[0], normalize("NFC", sent[second[0]]).strip()] += 1
        elif holder != who:
            self.pairs.add(frozenset((who, holder)))

    def _fill(self, who, sent, *, may_write):
        person = self.people[who]
        may_fill = may_write or person.status == "lead"
        for name in FIELDS:
            value, held = sent.get(name), person.card.get(name)
            if value and held is None and may_fill:
                person.card[name] = value
            elif value and held != value and not _same_phone(name, held, value):
                self.suggestions[who, name, value] += 1
        for tag in sent.get("tags") or []:
            if tag.lower() not in {each.lower() for each in person.tags}:
                if may_fill:
                    person.tags.append(tag)
                else:
                    self.suggestions[who, "tags", tag] += 1
        asked = RANKS.get(sent.get("status"), 0)
        if may_write and person.status in RANKS and asked > RANKS[person.status]:
            person.status = sent["status"]

    def _contact(self, who, sent):
        """As this request gave it, blanks filled from the card; a number of the card's never dials its phone."""
        person = self.people[who]
        given = {name: sent[name] for name in FIELDS if sent.get(name)}
        if sent.get("email"):
            given["email"] = normalize("NFC", sent["email"]).strip()
        contact = person.card | ({"email": person.email} if person.email else {}) | given
        number = PHONES.get(contact.get("phone"))
        return contact | ({"phone_e164": number} if number else {})


def _same_phone(name, held, value):
    return name == "phone" and held is not None and PHONES[held] is not None and PHONES[held] == PHONES[value]
