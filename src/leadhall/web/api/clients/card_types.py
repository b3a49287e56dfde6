"""What is told about a client's card beside the card itself (ours): history, suggestions, consent, suspected pairs."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class HistoryQuery(msgspec.Struct, kw_only=True):
    field: Annotated[
        str | None, Meta(description="Of this field alone: a built-in one, an own one by its id, or `tags`.")
    ] = None


class EntryTold(msgspec.Struct, kw_only=True):
    """One value that became another."""

    at: str
    field: str
    was: str | None
    becomes: str | None
    actor: Annotated[
        str | None, Meta(description="A staff uid or a token's principal; of a lead the uid of its token.")
    ]
    because: Annotated[str, Meta(description="edit, create, suggestion, merge, undo, import or lead.")]
    lead_uid: Annotated[str | None, Meta(description="The lead that filled it.")]


class HistoryReply(msgspec.Struct):
    history: list[EntryTold]


class SuggestionTold(msgspec.Struct, kw_only=True):
    """A value that leads offered and the card did not take."""

    uid: str
    field: Annotated[str, Meta(description="A built-in field, an own one by its id, `unique_id` or `tags`.")]
    label: str
    value: str
    times: int
    first_lead: str
    last_lead: str
    first_at: str
    last_at: str


class SuggestionsReply(msgspec.Struct):
    suggestions: list[SuggestionTold]


class ConsentItem(msgspec.Struct, kw_only=True):
    """One yes or no, as it was recorded. Records are only ever added."""

    at: str
    purpose: Literal["marketing", "transactional"]
    channel: Literal["email", "sms"]
    address: Annotated[str | None, Meta(description="For which email or number (E.164) it was given.")]
    value: bool
    act: Annotated[str, Meta(description="intake, owner, api, stop, start, unsubscribe, complaint …")]
    wording: str | None
    page: str | None
    lead_uid: str | None


class ConsentsReply(msgspec.Struct):
    consents: list[ConsentItem]


class PairsQuery(msgspec.Struct, kw_only=True):
    client_uid: Annotated[str | None, Meta(description="Only pairs that this client is in.")] = None


class PairTold(msgspec.Struct, kw_only=True):
    """Two clients who may be one person."""

    a_uid: str
    a_name: str
    b_uid: str
    b_name: str
    because: Annotated[
        str, Meta(description="email or unique_id: a lead brought keys of both. phone: both have the number.")
    ]
    times: int
    first_at: str
    last_at: str


class PairsReply(msgspec.Struct):
    pairs: list[PairTold]


class PairBody(msgspec.Struct):
    a_uid: str
    b_uid: str


class DoneReply(msgspec.Struct):
    status: Literal["OK"]
