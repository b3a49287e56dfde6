"""Facts of letters, as a lead leaves them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from leadhall.notify.letters.facts import BusinessFacts, LeadFacts, StaffFacts

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BUSINESS = BusinessFacts(
    id=7,
    uid="0m5x4kq0000000bz",
    name="Acme Plumbing",
    directory="Agency",
    email="desk@acme.example",
    phone="+1 415 555 0100",
    website_url="https://acme.example",
    country="US",
    time_zone="America/New_York",
    locale="en",
    status_labels={"lead": "Prospect"},
    settings={},
)
ANN = StaffFacts(uid="s1", user_id=1, display_name="Ann Owner", email="ann@acme.example", locale=None, verified=True)
LEAD = LeadFacts(
    conversation_uid="0m5x4kq2v7d3h8cd",
    message_uid="0m5x4kq2v7e5j2ef",
    title="Kitchen",
    source="Website",
    source_url="https://acme.example/contact?a=1&b=2",
    is_test=False,
    at=NOON,
    contact={
        "first_name": "Dana",
        "last_name": "Levi",
        "email": "dana@example.com",
        "phone": "(415) 555-0132",
        "address": "12 Harbour St",
    },
    parts=[
        {"kind": "system", "text": "From the spring campaign: https://plans.example.com/p?a=1&b=2 <b>bold</b>"},
        {"kind": "request", "fields": [["Budget", "15,000"]]},
        {"kind": "message", "fields": [["message", "Could you come\nnext week?"], ["Photos", "https://x.example/1"]]},
        {"kind": "unread", "fields": [["unique_id", "??"]]},
        {"kind": "whole", "fields": [["title", "a very long title"]]},
        {"kind": "overflow", "fields": [["extra", "more"]]},
        {"kind": "files", "names": ["plan.pdf"]},
    ],
    created=True,
    status="lead",
    tags=["web", "spring"],
    consents=[{"purpose": "marketing", "channel": "email", "value": True}],
)


def changed(facts, **more):
    return msgspec.structs.replace(facts, **more)
