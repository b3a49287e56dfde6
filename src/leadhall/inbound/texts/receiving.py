"""A text finds its place: a message of the newest conversation of that pair of numbers, a new lead, or a command.

Told twice, it is there once: a message by its row in `inbound`, a lead by its idempotency key, which is the provider's
id of the text. Where several businesses share a number and nobody can tell which is meant, it is held.
"""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import msgspec
import structlog

from leadhall.clients.stops import record_texted
from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.secrets import InstanceKey
from leadhall.core.text import cut
from leadhall.inbound.joining import join
from leadhall.inbound.received import NOBODYS, Fate, Received, is_known, keep
from leadhall.inbound.texts.commands import obey
from leadhall.inbound.texts.incoming import IncomingText
from leadhall.inbound.texts.keywords import command_of
from leadhall.intake.batcher import Batcher
from leadhall.intake.business import BusinessBook
from leadhall.intake.draft import draft_lead
from leadhall.intake.facts import Receipt
from leadhall.intake.identity import read_identity
from leadhall.intake.plan import Arrival, Claim, RequestRow, Sender
from leadhall.intake.submission import EMAIL, Submission
from leadhall.notify.sms.lines import Line, Lines
from leadhall.notify.sms.threads import TextThread, remember

log = structlog.get_logger(__name__)

SOURCE = "sms"
TITLE_MOST_CHARS = 60
UNTITLED = "Text message"
AGREED_BY = "They wrote to us by text."


class TextsIn:
    """Takes texts whose signature was checked. `receive` answers what they are told back at once; None: nothing."""

    def __init__(
        self, pool: asyncpg.Pool, key: InstanceKey, lines: Lines, batcher: Batcher, businesses: BusinessBook
    ) -> None:
        self._pool = pool
        self._key = key
        self._lines = lines
        self._batcher = batcher
        self._businesses = businesses

    async def receive(self, text: IncomingText, line: Line, request: RequestRow) -> str | None:
        """Store it; when this returns it is on disk. `request` is its row in the request log, should it be a lead."""
        threads = await self._lines.threads(line, text.theirs)
        command = command_of(text.text)
        if command is None and threads:
            await self._join(text, threads[0])
            return None
        business_id = threads[0].business_id if threads else await self._lines.business_of(line, text.theirs)
        if business_id is None:
            await self._hold(text, line)
        elif command is not None:
            thread = threads[0] if threads else TextThread(business_id, None)
            others = [each.business_id for each in threads[1:]]
            async with self._pool.acquire() as connection, connection.transaction():
                return await obey(connection, command, text, thread, others)
        elif not text.is_empty:
            await self._begin(text, business_id, request)
        return None

    async def _join(self, text: IncomingText, thread: TextThread) -> None:
        """A message of the conversation that the pair last spoke in."""
        row = replace(_row(text, thread.business_id, "message"), conversation_uid=thread.conversation_uid)
        async with self._pool.acquire() as connection, connection.transaction():
            client_uid = await join(connection, row, text=text.text)
            if client_uid is not None:
                await _speak_here(connection, text, thread)
                uid = thread.conversation_uid or ""
                await record_texted(connection, thread.business_id, client_uid, text.theirs, lead_uid=uid)

    async def _begin(self, text: IncomingText, business_id: int, request: RequestRow) -> None:
        """A new lead, through intake as any other."""
        async with self._pool.acquire() as connection:
            if await is_known(connection, business_id, "sms", text.uid):
                return
        receipt = await self._store(text, business_id, request)
        row = _row(text, business_id, "lead")
        row = replace(row, conversation_uid=receipt.conversation_uid, message_uid=receipt.message_uid)
        async with self._pool.acquire() as connection, connection.transaction():
            if await keep(connection, row):
                await _speak_here(connection, text, TextThread(business_id, receipt.conversation_uid))

    async def _store(self, text: IncomingText, business_id: int, request: RequestRow) -> Receipt:
        business = await self._businesses.facts(business_id)
        submission = submission_of(text)
        draft = draft_lead(submission, read_identity(submission, business.own_names), business, known=True)
        mark = self._key.mark(text.theirs)
        arrival = Arrival(
            what=draft,
            sender=Sender(token_uid=None, principal=f"sms {text.ours[0]}", directory_id=business.directory_id),
            request=msgspec.structs.replace(request, marks=(None, mark, mark)),
            claim=Claim(fingerprint=text.uid.encode(), idem_key=f"sms {text.uid}"),
        )
        outcome = await self._batcher.receive(arrival)
        if not isinstance(outcome, Receipt):
            raise TypeError(f"a text became {type(outcome).__name__}, not a lead")
        return outcome

    async def _hold(self, text: IncomingText, line: Line) -> None:
        """For people of the directory whose line it is to look at, or an operator."""
        named = await self._lines.named(line)
        reason = "shared_number" if named or line.is_instance else "unknown_number"
        row = replace(_row(text, NOBODYS, "held"), text=text.text, reason=reason, recipient=named or text.ours[0])
        async with self._pool.acquire() as connection:
            if await keep(connection, row):
                log.warning("inbound.text_held", ours=text.ours[0])


def submission_of(text: IncomingText) -> Submission:
    """As intake takes leads. The number is who they are: it is all that a text tells."""
    return Submission(
        identifier_type="unique_id",
        unique_id=text.theirs,
        phone=text.theirs,
        request_title=cut(" ".join(text.text.split()), TITLE_MOST_CHARS)[0] or UNTITLED,
        message_data=[("message", text.text)] if text.text else [],
        files=text.files,
        notifications=[EMAIL],
        source=SOURCE,
        opt_in_transactional_sms=True,
        evidence={"consent_text": AGREED_BY},
    )


async def _speak_here(connection: Connection, text: IncomingText, thread: TextThread) -> None:
    """From now on the pair speaks in this conversation, whichever name of our end they use."""
    for ours in text.ours:
        await remember(connection, thread, ours=ours, theirs=text.theirs)


def _row(text: IncomingText, business_id: int, fate: Fate) -> Received:
    return Received(
        business_id=business_id, channel="sms", told_as=text.uid, sender=text.theirs, recipient=text.ours[0],
        fate=fate, files=text.files, message_uid=mint() if fate == "message" else None,
        external_id=text.uid,
    )  # fmt: skip
