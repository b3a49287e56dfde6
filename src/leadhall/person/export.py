"""One person's data, given out as one JSON object: all that each room holds of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from leadhall.clients import person as in_clients
from leadhall.conversations import person as in_conversations
from leadhall.core.db import Connection
from leadhall.dispatch.person import deliveries_of
from leadhall.inbound.person import came_from
from leadhall.person.whole import Mark, find_person
from leadhall.requestlog.marks import rows_of_person
from leadhall.tenancy.audit import record_act


async def export_person(
    connection: Connection, business_id: int, uid: str, mark: Mark, *, actor: str
) -> dict[str, Any]:
    """Everything of a client, put away or not, and of those merged into it. NotFound. The audit says who asked."""
    person = await find_person(connection, business_id, uid, mark)
    uids, conversations, addresses = person.traces.client_uids, person.spoken.conversation_uids, person.addresses
    deliveries = await deliveries_of(
        connection, business_id, lead_uids=conversations, addresses=addresses, client_uids=uids
    )
    requests = await rows_of_person(connection, business_id, person.said)
    inbound = await came_from(connection, business_id, conversation_uids=conversations, addresses=addresses)
    await record_act(connection, "client/exported", uid, actor=actor, business_id=business_id)
    return {
        "client_uid": uid,
        **await in_clients.give_out(connection, business_id, uids),
        "conversations": await in_conversations.give_out(connection, business_id, conversations),
        "deliveries": [_delivery(row) for row in deliveries],
        "came_in": inbound,
        "requests": [
            {
                "request_id": row.uid,
                "at": row.at,
                "operation": row.operation,
                "status": row.status,
                "ip": row.ip,
                "user_agent": row.user_agent,
                "body": row.body.decode(errors="replace") if row.body else None,
            }
            for row in requests
        ],
    }


def _delivery(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent where; of a webhook its host alone, as its address may hold a key of the business's."""
    told = {name: value for name, value in row.items() if name != "uid"}
    return told | {"recipient": urlsplit(row["recipient"]).hostname} if row["channel"] == "webhook" else told
