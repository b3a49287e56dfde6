"""What came back joins its conversation, once: a client's words as theirs, those of staff on their way to the client.

A row of `inbound` is written first, in the same transaction: who comes second with the same finds it and stops.
"""

from __future__ import annotations

from leadhall.conversations.by import By
from leadhall.conversations.messages import Arrived, receive_from_client, send_to_client, whose
from leadhall.core.db import Connection
from leadhall.inbound.received import InChannel, Received, keep


async def join(connection: Connection, row: Received, *, text: str) -> str | None:
    """In the caller's transaction; the client's uid. None when it was there already, or the conversation is gone.

    `row` says which conversation, and the uid that the message gets.
    """
    conversation_uid, message_uid = _named(row)
    client_uid = await whose(connection, row.business_id, conversation_uid)
    if client_uid is None or not await keep(connection, row):
        return None
    arrived = Arrived(
        text=text,
        channels=(row.channel,),
        files=row.files,
        subject=row.subject,
        external_id=row.external_id,
    )
    message = await receive_from_client(connection, row.business_id, conversation_uid, arrived, uid=message_uid)
    return message.client_uid


async def relay(connection: Connection, row: Received, *, text: str, staff_uid: str, by_way_of: InChannel) -> None:
    """What a member of staff wrote goes on to the client, and is the answer that the clock waits for.

    NotFound for a conversation that is gone meanwhile, Invalid for somebody who left: the caller rolls back.
    """
    conversation_uid, message_uid = _named(row)
    if await keep(connection, row):
        await send_to_client(
            connection, row.business_id, conversation_uid, text, channels=[by_way_of], by=By(staff_uid=staff_uid),
            external_id=row.external_id, uid=message_uid,
        )  # fmt: skip


def _named(row: Received) -> tuple[str, str]:
    if row.conversation_uid is None or row.message_uid is None:
        raise ValueError("a message needs its conversation and a uid")
    return row.conversation_uid, row.message_uid
