"""STOP, START and HELP: recorded as consent of whose number it is, and answered at most once a day.

The provider stops its number for all who text by it, so a STOP holds for every business that the pair spoke with.
"""

from __future__ import annotations

from collections.abc import Sequence

from leadhall.clients.stops import record_start, record_stop
from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.inbound.received import Received, had_lately, keep
from leadhall.inbound.texts.incoming import IncomingText
from leadhall.inbound.texts.keywords import Command
from leadhall.notify.sms.threads import TextThread
from leadhall.notify.sms.wording import command_text

SQL = statements(__package__, "commands.sql")
RECORDS = {"stop": record_stop, "start": record_start}


async def obey(
    connection: Connection, command: Command, text: IncomingText, thread: TextThread, others: Sequence[int]
) -> str | None:
    """Record it in the caller's transaction; what they are told, None where it was said or the provider says it."""
    business_id = thread.business_id
    said_lately = await had_lately(connection, business_id, text.theirs, command)
    row = Received(
        business_id=business_id, channel="sms", told_as=text.uid, sender=text.theirs, recipient=text.ours[0],
        fate=command, conversation_uid=thread.conversation_uid,
    )  # fmt: skip
    if not await keep(connection, row):
        return None
    record = RECORDS.get(command)
    if record is not None:
        for each in dict.fromkeys([business_id, *others]):
            await record(connection, each, text.theirs)
    if said_lately or text.was_answered:
        return None
    business = await connection.fetchrow(SQL["business"], business_id)
    return command_text(command, business=business["name"], phone=business["phone"], locale=business["locale"])
