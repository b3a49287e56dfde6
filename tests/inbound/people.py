"""A lead who is there already, as intake would have left them, for tests of what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.core.emails import email_key
from leadhall.core.ids import mint

NUMBER = "+14155550132"
EMAIL = "dana@home.example"


@dataclass(frozen=True)
class Known:
    """Whose conversation it is."""

    business_id: int
    client_uid: str
    conversation_uid: str
    message_uid: str


async def a_known_lead(owner, business_id, *, number=NUMBER, email=EMAIL, title="Kitchen", name="Dana", agreed=None):
    """Dana's lead; `agreed`: what it said about texts."""
    known = Known(business_id, mint(), mint(), mint())
    client, conversation, message = known.client_uid, known.conversation_uid, known.message_uid
    contact = {k: v for k, v in (("first_name", name), ("email", email), ("phone_e164", number)) if v}
    async with owner.transaction():
        await owner.execute(
            "insert into client (business_id, uid, first_name, email, phone, phone_e164, message_count) "
            "values ($1, $2, $3, $4, $5, $5, 1)",
            business_id, client, name, email, number,
        )  # fmt: skip
        if email:
            await owner.execute(
                "insert into client_key values ($1, 'email', $2, $3) on conflict do nothing",
                business_id, email_key(email), client,
            )  # fmt: skip
        await owner.execute(
            "insert into conversation (business_id, uid, client_uid, title) values ($1, $2, $3, $4)",
            business_id, conversation, client, title,
        )  # fmt: skip
        await owner.execute(
            "insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, kind, parts) "
            "values ($1, $2, $3, $4, 1, 'client_to_business', 'api', '[]')",
            business_id, conversation, message, client,
        )  # fmt: skip
        await owner.execute(
            "insert into lead (business_id, conversation_uid, client_uid, message_uid, request_uid, operation, "
            "verdict, contact, facts) values ($1, $2, $3, $4, 'r', 'create_lead', 'accepted', $5, $6)",
            business_id, conversation, client, message, contact, {"by": "email" if email else None, "created": True},
        )  # fmt: skip
    if agreed is not None:
        await consent(owner, known, value=agreed)
    return known


async def consent(owner, known, *, value, act="intake", number=NUMBER, purpose="transactional"):
    await owner.execute(
        "insert into consent (business_id, client_uid, uid, purpose, channel, address, value, act) "
        "values ($1, $2, $3, $4, 'sms', $5, $6, $7)",
        known.business_id, known.client_uid, mint(), purpose, number, value, act,
    )  # fmt: skip


async def consents(owner, known):
    """Every record about texts: purpose, value, act, in order."""
    rows = await owner.fetch(
        "select purpose, value, act from consent where business_id = $1 and client_uid = $2 order by at, uid",
        known.business_id, known.client_uid,
    )  # fmt: skip
    return [tuple(row) for row in rows]
