"""What a submission offers to the client card: top-level parameters first, then request_data by id or label."""

from __future__ import annotations

import msgspec
from msgspec import field

from leadhall.clients.card import BUILT_IN, TEXT_MOST_CHARS, CannotHold, CardField, fit, most_chars
from leadhall.clients.keys import email_key
from leadhall.clients.phone import read_phone
from leadhall.intake.business import BusinessFacts
from leadhall.intake.identity import Identity, Key
from leadhall.intake.submission import Submission

OFFERED = tuple(each for each in BUILT_IN if each.column != "email")


class CardOffer(msgspec.Struct, gc=False):
    """Values for the card: `columns` of the built-in fields, `fields` by id; `whole` what was cut for it."""

    columns: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    phone_e164: str | None = None
    whole: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def offer_to_card(submission: Submission, identity: Identity, business: BusinessFacts) -> tuple[Identity, CardOffer]:
    """The offer, and the identity with an email that only request_data brought."""
    offer = CardOffer()
    for column in OFFERED:
        text: str | None = getattr(submission, column.id)
        if text is not None:
            fits = len(text) <= TEXT_MOST_CHARS and "\n" not in text
            offer.columns[column.id] = text if fits else _fit_column(submission, offer, column, text)
    for key, value in submission.request_data:
        named = business.card.find(key)
        if named is not None:
            identity = _take(submission, identity, offer, named, value)
    _read_phone(submission, offer, business)
    return identity, offer


def _fit_column(submission: Submission, offer: CardOffer, column: CardField, text: str) -> str:
    """A top-level parameter always goes on the card, a phone even when it is none; over-long ones are cut."""
    held = text if column.type == "phone" and len(text) <= most_chars(column) else fit(column, text)
    if isinstance(held, CannotHold):
        held = text[: most_chars(column)]
    if len(held) < len(text) and len(text) > most_chars(column):
        offer.whole.append((column.id, text))
        submission.warn(
            "cut", f"{column.id} was cut at {most_chars(column)} characters; the message has all of it", column.id
        )
    return held


def _take(submission: Submission, identity: Identity, offer: CardOffer, named: CardField, value: str) -> Identity:
    """One key of request_data that names a card field. The message has it in any case."""
    if not named.by_request_data:
        offer.ignored.append(named.label)
        submission.warn(
            "not_by_request_data", f"{named.label} is never set by request_data; it stands in the message", named.label
        )
        return identity
    held = fit(named, value)
    if isinstance(held, CannotHold):
        submission.warn(
            "field_not_understood",
            f"{named.label} cannot hold this value ({held.why}); it stands in the message",
            named.label,
        )
    elif named.column == "email":
        return _take_email(submission, identity, held)
    elif named.column is not None:
        if named.column not in offer.columns:
            offer.columns[named.column] = held
            setattr(submission, named.column, value)
    else:
        offer.fields.setdefault(named.id, held)
    if not isinstance(held, CannotHold) and len(held) < len(value) and len(value) > most_chars(named):
        submission.warn("cut", f"{named.label} was cut for the card; the message has all of it", named.label)
    return identity


def _take_email(submission: Submission, identity: Identity, email: str) -> Identity:
    """request_data's email counts only where no top-level one came and email is not what finds the client."""
    if submission.email is not None or (identity.by and identity.by.kind == "email"):
        return identity
    submission.email = email
    return Identity(identity.by, Key("email", email_key(email), email))


def _read_phone(submission: Submission, offer: CardOffer, business: BusinessFacts) -> None:
    text = offer.columns.get("phone")
    if text is None:
        return
    offer.phone_e164 = read_phone(text, business.country).e164
    if offer.phone_e164 is None:
        submission.warn("phone_unreadable", "This phone cannot be dialled as written; it was kept as it is", "phone")
