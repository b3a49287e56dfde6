"""Deliveries of texts, as the dispatcher hands them over."""

from datetime import UTC, datetime

from leadhall.core.ids import mint
from leadhall.events.delivery import Delivery
from tests.inbound.people import NUMBER


def a_notice(known, *, recipient="+972501234567", **payload):
    return a_text("owner_notice", known, recipient=recipient, payload={"staff_uid": "s", **payload})


async def a_reply(owner, known, text="We can come on Monday.", *, recipient=NUMBER, **payload):
    """A message that staff wrote, and its delivery."""
    uid = mint()
    await owner.execute(
        "insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, text) "
        "values ($1, $2, $3, $4, 2, 'business_to_client', $5)",
        known.business_id, known.conversation_uid, uid, known.client_uid, text,
    )  # fmt: skip
    return a_text("reply", known, recipient=recipient, message_uid=uid, payload=payload)


def a_text(kind, known, *, recipient=NUMBER, message_uid=None, payload=None):
    return Delivery(
        business_id=known.business_id,
        uid=mint(),
        dedupe=mint(),
        kind=kind,
        channel="sms",
        recipient=recipient,
        lead_uid=known.conversation_uid,
        message_uid=message_uid,
        endpoint_id=None,
        payload=payload or {},
        attempts=1,
        created_at=datetime.now(UTC),
    )
