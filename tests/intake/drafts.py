"""Leads for tests: a business as intake knows it, and arrivals made the way the door makes them."""

from __future__ import annotations

from typing import Any

import msgspec

from leadhall.clients.card import Card, CardField
from leadhall.core.ids import mint
from leadhall.intake.business import BusinessFacts
from leadhall.intake.draft import LeadDraft, draft_lead
from leadhall.intake.identity import read_identity
from leadhall.intake.plan import Arrival, Claim, RequestRow, Sender
from leadhall.web.api.intake.wire import read_submission
from leadhall.web.decode import decode_body, fingerprint

CARD = Card.of(
    [
        CardField("wanted", "Preferred date", "datepicker"),
        CardField("budget", "Budget", "singleline"),
        CardField("rooms", "Rooms", "dropdown", ("one", "two")),
        CardField("optin", "Newsletter", "opt-in"),
        CardField("stage", "Status", "status"),
    ]
)
BUSINESS = BusinessFacts(
    id=1,
    uid="shore",
    directory_id=1,
    name="Shore",
    country="US",
    locale="en",
    repeat_window_s=30,
    own_names=frozenset({"shore", "shore.kitchens"}),
    card=CARD,
)
DANA: dict[str, Any] = {
    "identifier_type": "email",
    "email": "dana@example.com",
    "first_name": "Dana",
    "request_title": "Kitchen",
}


def a_draft(business: BusinessFacts = BUSINESS, *, known: bool = False, **content: Any) -> LeadDraft:
    """Dana's lead with these fields changed; None leaves one out."""
    submission = read_submission({**DANA, **content})
    return draft_lead(submission, read_identity(submission, business.own_names), business, known=known)


def a_lead(
    business: BusinessFacts = BUSINESS,
    *,
    may_write: bool = False,
    key: str | None = None,
    principal: str = "somebody",
    known: bool = False,
    **content: Any,
) -> Arrival:
    """Dana's lead on its way into a batch."""
    body = msgspec.json.encode({**DANA, **content})
    return Arrival(
        what=a_draft(business, known=known, **content),
        sender=Sender(
            token_uid="token",
            principal=principal,
            directory_id=business.directory_id,
            may_write_clients=may_write,
            may_read_clients=True,
        ),
        request=RequestRow(uid=mint(), operation="create_lead", body=body),
        claim=Claim(fingerprint=fingerprint(decode_body(None, body).content), idem_key=key),
    )
