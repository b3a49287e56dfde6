"""Which column of a file is which field of the card: guessed from its heading, or said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from leadhall.clients.card import BUILT_IN, Card, label_key
from leadhall.clients.changes import TOUCH, UNIQUE_ID
from leadhall.core.errors import Fault, Invalid
from leadhall.transfer.unpacking import COLUMNS_MOST

NAME, UID, TAGS, OPT_IN = "name", "uid", "tags", "opt_in"
PLAIN = (*(field.id for field in BUILT_IN), *TOUCH, "status", UNIQUE_ID)
SPECIAL = (UID, NAME, TAGS, OPT_IN)
"""A uid that is kept; a whole name that is parted; tags by comma; yes or no to marketing."""
_MEANT = {
    UID: ("uid", "id", "clientid", "clientuid"),
    NAME: ("name", "fullname", "clientname", "contactname"),
    "first_name": ("firstname", "first", "givenname", "forename", "vorname", "prénom"),
    "last_name": ("lastname", "last", "surname", "familyname", "nachname", "nom"),
    "email": ("email", "emailaddress", "mail", "e-mail", "e-mailaddress"),
    "phone": ("phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "cell", "telephone", "tel", "telefon"),
    "address": ("address", "streetaddress", "mailingaddress", "adresse"),
    "status": ("status", "customerstatus", "stage"),
    TAGS: ("tags", "labels", "taglist"),
    OPT_IN: ("optin", "opt-in", "subscribed", "emailoptin"),
    UNIQUE_ID: ("uniqueid", "externalid", "customerid", "crmid"),
    "source": ("source", "sourcename", "leadsource"),
    "source_url": ("sourceurl",),
    "channel": ("channel",),
    "campaign": ("campaign",),
}
_BY_WORD = {word: target for target, words in _MEANT.items() for word in words}
LEFT_OUT = frozenset({"createdat", "updatedat"})
"""Of our own export; what is written now was written now."""


@dataclass(frozen=True)
class Columns:
    """For each column of the file its target, or None for one that is left out."""

    headings: list[str]
    targets: list[str | None]

    @property
    def told(self) -> dict[str, str | None]:
        """By heading; of two columns of one heading the first speaks."""
        told: dict[str, str | None] = {}
        for heading, target in zip(self.headings, self.targets, strict=True):
            told.setdefault(heading, target)
        return told


def map_columns(card: Card, headings: Iterable[str], said: Mapping[str, str | None] | None = None) -> Columns:
    """Guess every column that nothing was `said` of (None or blank: left out).

    What is said of a heading to the letter is said of no other; else case and blanks do not count. Invalid when
    something was said of a column that is not there or of a field that is none, when two columns mean one field, or
    when nobody could be told from another.
    """
    columns, told = list(headings), dict(said or {})
    faults = _not_there(told, columns)
    exact = set(columns)
    by_key = {label_key(heading): target for heading, target in told.items() if heading not in exact}
    targets: list[str | None] = []
    for n, heading in enumerate(columns):
        words = told if heading in told else by_key
        key = heading if heading in told else label_key(heading)
        target = _said(card, words[key], faults) if key in words else _guessed(card, heading)
        if target in targets and (key not in words or heading in columns[:n]):
            target = None  # the first of two that could mean it
        targets.append(target)
    faults += _faults_of(targets)
    if faults:
        raise Invalid.of(faults)
    return Columns(columns, targets)


def _not_there(said: Mapping[str, str | None], columns: Sequence[str]) -> list[Fault]:
    """What is said of columns that are not there; Invalid when it is of more than a file can have."""
    if len(said) > COLUMNS_MOST:
        raise Invalid.of([Fault("too_many", f"The mapping names more than {COLUMNS_MOST} columns", "mapping")])
    there = {label_key(each) for each in columns}
    return [
        Fault("invalid", f"There is no column {heading!r}", "mapping")
        for heading in said
        if label_key(heading) not in there
    ]


def _guessed(card: Card, heading: str) -> str | None:
    key = label_key(heading).replace("_", "")
    if not key or key in LEFT_OUT:
        return None
    field = card.find(heading)
    if field is not None and field.column is None:
        return OPT_IN if field.type == "opt-in" else field.id
    return _BY_WORD.get(key) or (field.id if field else None)


def _said(card: Card, target: str | None, faults: list[Fault]) -> str | None:
    if not (target or "").strip():
        return None
    name = (target or "").strip()
    field = card.find(name)
    if name in (*PLAIN, *SPECIAL):
        return name
    if field is not None:
        return OPT_IN if field.type == "opt-in" else field.id
    faults.append(Fault("invalid", f"There is no field {name!r} to import into", "mapping"))
    return None


def _faults_of(targets: list[str | None]) -> list[Fault]:
    twice = sorted({each for each in targets if each is not None and targets.count(each) > 1})
    faults = [Fault("invalid", f"Two columns mean {each}", "mapping") for each in twice]
    if not {UID, "email", UNIQUE_ID, NAME, "first_name"} & set(targets):
        words = "No column is a name, an email, a unique id or a uid: say which by the mapping"
        faults.append(Fault("missing", words, "mapping"))
    return faults
