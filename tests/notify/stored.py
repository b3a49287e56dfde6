"""Leads as they lie in the database, and deliveries about them, for tests of channels."""

from __future__ import annotations

from leadhall.core.clock import now
from leadhall.core.ids import mint
from leadhall.events.delivery import Delivery

CONTACT = {"first_name": "Dana", "last_name": "Levi", "email": "dana@example.com", "phone": "+1 415 555 0132"}
PARTS = [{"kind": "system", "text": "From the fair"}, {"kind": "message", "fields": [["message", "Come soon"]]}]


async def a_lead(owner, business_id, *, contact=CONTACT, is_test=False, title="Kitchen"):
    """The uid of a lead with one message."""
    client, conversation, message = mint(), mint(), mint()
    await owner.execute(
        "insert into client (business_id, uid, first_name, status, tags) values ($1, $2, 'Dana', 'lead', '{web}')",
        business_id,
        client,
    )
    await owner.execute(
        """insert into conversation (business_id, uid, client_uid, title, source, is_test)
           values ($1, $2, $3, $4, 'Fair', $5)""",
        *(business_id, conversation, client, title, is_test),
    )
    await owner.execute(
        """insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, kind, parts)
           values ($1, $2, $3, $4, 1, 'client_to_business', 'api', $5)""",
        *(business_id, conversation, message, client, PARTS),
    )
    await owner.execute(
        """insert into lead (business_id, conversation_uid, client_uid, message_uid, request_uid, operation, verdict,
                             contact, facts)
           values ($1, $2, $3, $4, $5, 'leadgen', 'accepted', $6, '{"created": true}')""",
        *(business_id, conversation, client, message, mint(), contact),
    )
    await owner.execute(
        """insert into consent (business_id, client_uid, uid, purpose, channel, value, act, lead_uid)
           values ($1, $2, $3, 'marketing', 'email', true, 'intake', $4)""",
        *(business_id, client, mint(), conversation),
    )
    return conversation


async def a_message(owner, business_id, conversation, text, *, staff_uid=None):
    """The uid of a message that a person wrote: the staff member, else the lead."""
    uid = mint()
    await owner.execute(
        """insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, text, staff_uid)
           select business_id, conversation_uid, $3, client_uid, revision + 1,
                  case when $5::text is null then 'client_to_business' else 'business_to_client' end, $4, $5
             from message where business_id = $1 and conversation_uid = $2 order by revision desc limit 1""",
        *(business_id, conversation, uid, text, staff_uid),
    )
    return uid


def a_delivery(business_id, kind, recipient, *, lead_uid=None, message_uid=None, attempts=1, **payload):
    return Delivery(
        business_id=business_id,
        uid=mint(),
        dedupe=f"{lead_uid}:{kind}:{recipient}",
        kind=kind,
        channel="email",
        recipient=recipient,
        lead_uid=lead_uid,
        message_uid=message_uid,
        endpoint_id=None,
        payload=payload,
        attempts=attempts,
        created_at=now(),
    )
