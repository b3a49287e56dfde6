"""What callers send of a client, in upstream's names (api.md 3.3): read into values of the card, tags and consent.

A caller may send back the whole client it got: what is only read there is passed over. What no client has is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from leadhall.clients.card import ADDRESS_MOST_CHARS, Card
from leadhall.clients.changes import ASSIGNED, UNIQUE_ID, WRITTEN_ELSEWHERE, read_values
from leadhall.clients.desk import Desk
from leadhall.core.errors import Fault, Invalid
from leadhall.web.api.clients.client_types import CUSTOM_FIELDS
from leadhall.web.api.given import Given

FIELD_OF = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "phone": "phone",
    "mobile_phone": "phone",
    "address": "address",
    "customer_status": "status",
    "status": "status",
    "staff_id": ASSIGNED,
    "source": "source",
    "source_name": "source",
    "source_url": "source_url",
    "channel": "channel",
    "source_channel": "channel",
    "campaign": "campaign",
    "source_campaign": "campaign",
    "unique_id": UNIQUE_ID,
}
"""Name as sent to field of the card. Of two names for one field the later here counts."""
NULLABLE = frozenset({"address", "phone", "mobile_phone"})
BESIDE = frozenset({"tags", "opt_in", "opt_in_transactional_sms", "utm_params", "spam", "force_nullifying"})
ONLY_READ = frozenset(
    {
        "business_id",
        "business_uid",
        "normalized_phone",
        "matter_term",
        "matters",
        "source_data",
        "created_at",
        "updated_at",
    }
)
UTM = {"utm_source": "source", "utm_medium": "channel", "utm_campaign": "campaign"}


@dataclass(slots=True, kw_only=True)
class ClientGiven:
    """What is to be written; None where nothing was said."""

    values: dict[str, str | None] = field(default_factory=dict)
    tags: list[str] | None = None
    opt_in: bool | None = None
    opt_in_texts: bool | None = None
    spam: bool | None = None


def read_client(given: Given, card: Card, *, uid: str | None = None) -> ClientGiven:
    """The body of a create, or of an update of the client `uid`. Faults are noted in `given`."""
    read = ClientGiven(
        opt_in=given.boolean("opt_in"),
        opt_in_texts=given.boolean("opt_in_transactional_sms"),
        spam=given.boolean("spam"),
    )
    read.tags = given.texts("tags")
    _utm(given, read)
    clears = bool(given.boolean("force_nullifying")) and uid is not None
    for name, of_card in (FIELD_OF | _custom(card)).items():
        most = ADDRESS_MOST_CHARS if name == "address" else 255
        text = given.text(name, most_chars=most)
        if text is not None:
            read.values[of_card] = text
        elif clears and name in NULLABLE and given.has(name):
            read.values[of_card] = None
    _unknown(given, card, uid)
    return read


def _custom(card: Card) -> dict[str, str]:
    """custom_field1 … 3 are the first of the business's own fields; consent and status have names of their own."""
    first = enumerate(card.own[:CUSTOM_FIELDS], start=1)
    return {f"custom_field{n}": own.id for n, own in first if own.type not in WRITTEN_ELSEWHERE}


def note_faults(given: Given, desk: Desk, read: ClientGiven) -> None:
    """What the card cannot hold, noted beside what cannot be read: all faults are named at once."""
    try:
        read_values(desk.card, desk.labels, read.values)
    except Invalid as refusal:
        given.faults.extend(refusal.faults)


def _utm(given: Given, read: ClientGiven) -> None:
    utm = given.part("utm_params")
    read.values |= {of_card: text for name, of_card in UTM.items() if (text := utm.text(name)) is not None}


def _unknown(given: Given, card: Card, uid: str | None) -> None:
    """What no client has; a client keeps its own id."""
    custom = {f"custom_field{n}" for n in range(1, CUSTOM_FIELDS + 1)}
    known = FIELD_OF.keys() | BESIDE | ONLY_READ | custom
    for name in given.keys:
        if name in {"id", "uid"} and uid is not None and given.text(name) in {uid, None}:
            continue
        if name not in known:
            given.faults.append(Fault("invalid", f"unknown attribute '{name[:100]}' for Client", name[:100]))
        elif name in custom and int(name[-1]) > len(card.own) and given.text(name) is not None:
            given.wrong("invalid", name, "is no field of this card")
