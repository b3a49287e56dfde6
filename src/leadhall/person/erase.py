"""One person is erased: each room erases its own tables, here in one transaction, and the audit says that it was done.

What stays names nobody: that a request came (when, which operation, which status), and that an address asked not to be
written to. Backups keep what they held until they are dropped (docs/howto/clients.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.clients import person as in_clients
from leadhall.conversations import person as in_conversations
from leadhall.core.db import Connection
from leadhall.dispatch import person as in_dispatch
from leadhall.events.outbox import append_event, withdraw_events
from leadhall.inbound import person as in_inbound
from leadhall.notify import person as in_notify
from leadhall.person.whole import Mark, find_person
from leadhall.requestlog.marks import erase_rows
from leadhall.search.index import index_these, keys_of_clients, keys_of_threads
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.tokens import revoke_tokens_of_client
from leadhall.transfer import person as in_transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased."""

    clients: int
    conversations: int
    requests: int
    deliveries: int


async def erase_person(connection: Connection, business_id: int, uid: str, mark: Mark, *, actor: str) -> Erased:
    """Erase a client, put away or not, with those merged into it. NotFound."""
    person = await find_person(connection, business_id, uid, mark)
    uids, conversations, addresses = person.traces.client_uids, person.spoken.conversation_uids, person.addresses
    deliveries = [
        row["uid"]
        for row in await in_dispatch.deliveries_of(
            connection, business_id, lead_uids=conversations, addresses=addresses, client_uids=uids
        )
    ]
    requests = await erase_rows(connection, business_id, person.rows)
    await in_inbound.erase(connection, business_id, conversation_uids=conversations, addresses=addresses)
    await in_notify.erase(
        connection,
        business_id,
        lead_uids=conversations,
        delivery_uids=deliveries,
        addresses=addresses,
        client_uids=uids,
    )
    await in_transfer.erase(connection, business_id, client_uids=uids, addresses=addresses)
    await in_dispatch.erase(connection, business_id, deliveries)
    await in_conversations.erase(connection, business_id, conversations)
    await in_clients.erase(connection, business_id, uids)
    await index_these(connection, [*keys_of_clients(business_id, uids), *keys_of_threads(business_id, conversations)])
    await withdraw_events(connection, business_id, uids)
    await append_event(connection, business_id, "client", {"events": [], "client_uids": uids})
    await revoke_tokens_of_client(connection, business_id, uids, actor=actor)
    erased = Erased(clients=len(uids), conversations=len(conversations), requests=requests, deliveries=len(deliveries))
    facts = {"conversations": len(conversations), "requests": requests, "deliveries": len(deliveries)}
    await record_act(connection, "client/erased", uid, actor=actor, business_id=business_id, facts=facts)
    return erased
