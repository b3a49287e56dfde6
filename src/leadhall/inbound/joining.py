"""What a client wrote joins their conversation, once: by mail as by text."""

from __future__ import annotations

from leadhall.conversations.messages import Arrived, receive_from_client, whose
from leadhall.core.db import Connection
from leadhall.inbound.received import Received, keep


async def join(connection: Connection, row: Received, *, text: str) -> str | None:
    """In the caller's transaction; the client's uid. None when it was there already, or the conversation is gone.

    `row` says which conversation, and the uid that the message gets.
    """
    if row.conversation_uid is None or row.message_uid is None:
        raise ValueError("a message needs its conversation and a uid")
    client_uid = await whose(connection, row.business_id, row.conversation_uid)
    if client_uid is None or not await keep(connection, row):
        return None
    arrived = Arrived(
        text=text,
        channels=(row.channel,),
        files=row.files,
        subject=row.subject,
        external_id=row.told_as if isinstance(row.told_as, str) else None,
    )
    message = await receive_from_client(connection, row.business_id, row.conversation_uid, arrived, uid=row.message_uid)
    return message.client_uid
