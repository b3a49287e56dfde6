"""What a letter may tell: read once by notify/reading.py, then handed to the builders, which are pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct


class BusinessFacts(Struct, frozen=True, kw_only=True):
    """The business a letter is about."""

    id: int
    uid: str
    name: str
    directory: str
    email: str | None
    phone: str | None
    website_url: str | None
    country: str
    time_zone: str
    locale: str
    status_labels: dict[str, str]
    settings: dict[str, Any]


class StaffFacts(Struct, frozen=True, kw_only=True):
    """Who reads a notice."""

    uid: str
    user_id: int
    display_name: str
    email: str
    locale: str | None
    verified: bool


class LeadFacts(Struct, frozen=True, kw_only=True):
    """A lead with what is known of its client now."""

    conversation_uid: str
    message_uid: str
    title: str
    source: str | None
    source_url: str | None
    is_test: bool
    at: datetime
    contact: dict[str, str]
    parts: list[dict[str, Any]]
    created: bool
    """The lead made the client."""
    status: str
    tags: list[str]
    consents: list[dict[str, Any]]
    """`{purpose, channel, value}` as this lead gave them."""

    @property
    def name(self) -> str | None:
        """First and last name; None for a lead that gave neither."""
        return " ".join(filter(None, (self.contact.get("first_name"), self.contact.get("last_name")))) or None


class MessageFacts(Struct, frozen=True, kw_only=True):
    """A message that a person wrote in a lead's conversation."""

    uid: str
    direction: str
    text: str
    staff_name: str | None
