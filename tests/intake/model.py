"""The rules of a lead (api.md 0.4, rules 1 to 4) over dicts: what any order of leads must come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from unicodedata import normalize

RANKS = {"lead": 1, "customer": 2, "loyal": 3}
FIELDS = ("first_name", "last_name", "address")


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
    kinds: set = field(default_factory=set)


@dataclass
class Model:
    """`key_of` may be handed in wrong, to see that the comparison notices."""

    key_of: object = reference_key
    people: list = field(default_factory=list)
    keys: dict = field(default_factory=dict)
    suggestions: Counter = field(default_factory=Counter)
    pairs: set = field(default_factory=set)

    def lead(self, sent, *, may_write):
        kind = sent["identifier_type"]
        other = "unique_id" if kind == "email" else "email"
        by = (kind, self.key_of(kind, sent[kind]))
        second = (other, self.key_of(other, sent[other])) if sent.get(other) else None
        who = self.keys.get(by)
        if who is None:
            who = self._make(sent, by)
            self._second(who, second, sent, may_link=True)
        else:
            self.people[who].leads += 1
            self._second(who, second, sent, may_link=may_write)
            self._fill(who, sent, may_write=may_write)

    def _make(self, sent, by):
        card = {name: sent[name] for name in FIELDS if sent.get(name)}
        self.people.append(Person(card, sent.get("status") or "lead", list(sent.get("tags") or [])))
        who = len(self.people) - 1
        self._link(who, by, sent)
        return who

    def _link(self, who, key, sent):
        self.keys[key] = who
        self.people[who].kinds.add(key[0])
        if key[0] == "email" and self.people[who].email is None:
            self.people[who].email = normalize("NFC", sent["email"]).strip()

    def _second(self, who, second, sent, *, may_link):
        if second is None:
            return
        holder = self.keys.get(second)
        if holder is None and may_link and second[0] not in self.people[who].kinds:
            self._link(who, second, sent)
        elif holder is None:
            self.suggestions[who, second[0], normalize("NFC", sent[second[0]]).strip()] += 1
        elif holder != who:
            self.pairs.add((min(who, holder), max(who, holder)))

    def _fill(self, who, sent, *, may_write):
        person = self.people[who]
        may_fill = may_write or person.status == "lead"
        for name in FIELDS:
            value, held = sent.get(name), person.card.get(name)
            if value and held is None and may_fill:
                person.card[name] = value
            elif value and held != value:
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
