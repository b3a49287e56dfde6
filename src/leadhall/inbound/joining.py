"""What a client wrote joins their conversation, once: by mail as by text."""

from __future__ import annotations

from leadhall.clients.turns import take_turn
from leadhall.conversations.received import Place, add_answer, find_waiting
from leadhall.core.db import Connection
from leadhall.inbound.received import Received, keep


async def join(connection: Connection, row: Received, *, text: str) -> str | None:
    """In the caller's transaction; the client's uid. None when it was there already, or the conversation is gone.

    `row` says which conversation, and the uid that the message gets.
    """
    if row.conversation_uid is None or row.message_uid is None:
        raise ValueError("a message needs its conversation and a uid")
    waiting = await find_waiting(connection, row.business_id, row.conversation_uid)
    if waiting is None or not await keep(connection, row):
        return None
    place = Place(*await take_turn(connection, row.business_id, waiting.client_uid))
    await add_answer(
        connection, row.business_id, waiting, place, uid=row.message_uid, text=text, files=row.files,
        channel=row.channel,
    )  # fmt: skip
    return waiting.client_uid
