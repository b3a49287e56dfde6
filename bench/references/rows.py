"""The rows of one lead as every reference writes them: seven tables, one row each.

The values are those that Leadhall stores for the same body (bench/people.py), so that all
contenders carry the same bytes. Ids are time-ordered as ours are: a reference that shuffled
its index pages would be beaten too easily.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

import msgspec

BUSINESS_ID = 1
TOKEN_UID = "0123456789abcdef"
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [a + b for a in LETTERS for b in LETTERS]
_last = 0


def mint() -> str:
    """A uid of 16 letters that grows with time."""
    global _last  # noqa: PLW0603 - one process, one row of ids
    _last = max((time.time_ns() // 1_000_000) << 35 | secrets.randbits(33), _last + 1 + secrets.randbelow(1 << 20))
    return "".join([_PAIRS[(_last >> shift) & 1023] for shift in range(70, -1, -10)])


@dataclass(slots=True)
class Lead:
    """All that is stored of one body, made without asking the database."""

    client_uid: str
    conversation_uid: str
    message_uid: str
    request_uid: str
    email_key: str
    phone_e164: str
    tags: list[str]
    contact: str
    facts: str
    parts: str
    outbox: str
    asked: dict[str, Any]
    body: bytes


def lead_of(body: bytes) -> Lead:
    """Read a body. ValueError or KeyError when it cannot be a lead."""
    asked = msgspec.json.decode(body)
    client_uid, phone_e164 = mint(), digits_of(asked["phone"])
    return Lead(
        client_uid=client_uid,
        conversation_uid=mint(),
        message_uid=mint(),
        request_uid=mint(),
        email_key=asked["email"].strip().lower(),
        phone_e164=phone_e164,
        tags=[tag.strip() for tag in asked["tags"].split(",")],
        contact=json.dumps(contact_of(asked, phone_e164)),
        facts=json.dumps(FACTS),
        parts=json.dumps(parts_of(asked)),
        outbox=json.dumps(outbox_of(client_uid, asked)),
        asked=asked,
        body=body,
    )


def digits_of(phone: str) -> str:
    return "+" + "".join(filter(str.isdigit, phone))


FACTS: dict[str, Any] = {"by": "email", "created": True, "reader": True, "notifications": ["auto-reply", "email"]}


def contact_of(asked: dict[str, Any], phone_e164: str) -> dict[str, Any]:
    return {name: asked[name] for name in ("first_name", "last_name", "email", "phone", "address")} | {
        "phone_e164": phone_e164
    }


def parts_of(asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"kind": "system", "text": asked["system_message"]},
        {"kind": "request", "fields": list(asked["request_data"].items())},
        {"kind": "message", "fields": list(asked["message_data"].items())},
    ]


def mark_of(text: str) -> bytes:
    """Sixteen bytes by which a person's rows are found again."""
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def outbox_of(client_uid: str, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "events": ["lead/created", "client/created", "conversation_item/created", "tag/add", "tag/add"],
        "client_uid": client_uid,
        "client_revision": 1,
        "notifications": asked["notifications"].split(","),
        "is_test": False,
    }
