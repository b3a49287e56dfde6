"""A mail finds its place, and what finds none is held for a person to look at.

A lead's answer joins its conversation, an answer of staff goes on to the lead, a report corrects the delivery log.

A lead is known by the address it was given, which nobody can guess, and by its own; a member of staff by a confirmed
address whose mail is proven to be from its domain. What a machine wrote is kept and goes nowhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial

import asyncpg
import structlog

from leadhall.conversations.messages import TEXT_MOST_BYTES
from leadhall.core.aside import aside
from leadhall.core.db import Connection
from leadhall.core.emails import email_key
from leadhall.core.ids import LOW_BITS, mint, spell
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.core.text import cut
from leadhall.dispatch.suppression import report_arrival, report_failure
from leadhall.inbound.joining import join, relay
from leadhall.inbound.letters.authentic import Trust, is_authentic
from leadhall.inbound.letters.automatic import why_automatic
from leadhall.inbound.letters.bounces import Bounce, read_bounce
from leadhall.inbound.letters.mime import Letter, UnreadableLetter, read_letter
from leadhall.inbound.letters.quoting import own_words
from leadhall.inbound.mail.arrived import Arrived, addresses_at, purpose_of, told_as
from leadhall.inbound.received import NOBODYS, Fate, InChannel, Received, keep
from leadhall.notify.reply_to import ReplyTo
from leadhall.notify.return_path import ReturnPath

log = structlog.get_logger(__name__)

SQL = statements(__package__, "mail.sql")
AN_HOUR_MOST = 20
"""Mails of one conversation: two machines that answer each other without saying so stop here."""
HELD_MOST_CHARS = 16 * 1024


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail at one of our addresses."""

    arrived: Arrived
    letter: Letter
    address: str

    def row(self, business_id: int, fate: Fate, reason: str | None = None, **more: str | None) -> Received:
        letter = self.letter
        held = cut(letter.text, HELD_MOST_CHARS)[0] if fate == "held" else None
        row = Received(
            business_id=business_id, channel="email", told_as=told_as(self.arrived.raw, letter, self.address),
            sender=letter.sender or "", recipient=self.address, fate=fate, reason=reason, subject=letter.subject,
            text=held, files=letter.files, external_id=letter.message_id,
        )  # fmt: skip
        return replace(row, **more)  # type: ignore[arg-type] # the uids that the row tells


class MailIn:
    """Takes mail. Knows whose domain it is, and whom to believe about who wrote it."""

    def __init__(self, pool: asyncpg.Pool, key: InstanceKey, domain: str, trust: Trust) -> None:
        self._pool = pool
        self._key = key
        self._trust = trust
        self.domain = domain

    def knows(self, address: str) -> bool:
        """Whether we gave this address out."""
        return purpose_of(self._key, self.domain, address) is not None

    async def take(self, arrived: Arrived) -> list[Fate]:
        """What became of it, address by address; when this returns all is on disk. A mail for nobody here is held."""
        try:
            letter = await aside(partial(read_letter, arrived.raw), "letter")
        except UnreadableLetter as fault:
            letter = Letter(message_id=None, sender=None, sender_name="", recipients=(), subject="", text=str(fault))
        addresses = addresses_at(self.domain, arrived.to or letter.recipients)
        return [await self._take(_Mail(arrived, letter, address)) for address in addresses or [f"@{self.domain}"]]

    async def _take(self, mail: _Mail) -> Fate:
        purpose = purpose_of(self._key, self.domain, mail.address)
        match purpose:
            case ReturnPath():
                row = await self._bounced(mail, purpose)
            case ReplyTo():
                row = await self._answered(mail, purpose)
            case None:
                row = mail.row(NOBODYS, "held", "unknown_address")
                async with self._pool.acquire() as connection:
                    await keep(connection, row)
        log.info("inbound.mail", fate=row.fate, reason=row.reason)
        return row.fate

    # reports

    async def _bounced(self, mail: _Mail, about: ReturnPath) -> Received:
        bounce = read_bounce(mail.letter, envelope_from=mail.arrived.envelope_from)
        if bounce is None:
            reason = why_automatic(mail.letter, envelope_from=mail.arrived.envelope_from)
            row = mail.row(about.business_id, "automatic" if reason else "held", reason or "no_report")
        else:
            row = mail.row(about.business_id, "bounce", bounce.kind)
        async with self._pool.acquire() as connection, connection.transaction():
            if await keep(connection, replace(row, delivery_uid=about.delivery_uid)) and bounce is not None:
                await _correct(connection, about, bounce)
        return row

    # answers

    async def _answered(self, mail: _Mail, about: ReplyTo) -> Received:
        machine = why_automatic(mail.letter, envelope_from=mail.arrived.envelope_from)
        staff_uid = await self._staff_who_wrote(mail, about) if machine is None and about.role == "staff" else None
        text = own_words(mail.letter.text)
        async with self._pool.acquire() as connection, connection.transaction():
            thread = await _thread(connection, about)
            row = _placed(mail, about, thread, text=text, machine=machine, staff_uid=staff_uid)
            row = replace(row, conversation_uid=about.conversation_uid)
            if row.fate == "message":
                await join(connection, row, text=text)
            elif row.fate == "relayed":
                way: InChannel = "email" if thread and thread.email else "sms"
                await relay(connection, row, text=text, staff_uid=staff_uid or "", by_way_of=way)
            else:
                await keep(connection, row)
        return row

    async def _staff_who_wrote(self, mail: _Mail, about: ReplyTo) -> str | None:
        """The member of staff whose confirmed address it came from, if that is proven. Asks DNS, in no transaction."""
        if mail.letter.sender is None:
            return None
        key = email_key(mail.letter.sender)
        staff_uid: str | None = await self._pool.fetchval(SQL["staff"], about.business_id, key)
        if staff_uid is None:
            return None
        proven = await aside(partial(is_authentic, mail.arrived.raw, mail.letter, self._trust), "dkim")
        return staff_uid if proven else None


@dataclass(frozen=True, slots=True)
class _Thread:
    """The conversation that an answer names: the address its lead gave, and how many mails came within an hour."""

    email: str | None
    mails: int


async def _thread(connection: Connection, about: ReplyTo) -> _Thread | None:
    row = await connection.fetchrow(
        SQL["thread"], about.business_id, about.conversation_uid, _an_hour_ago(), AN_HOUR_MOST
    )
    return _Thread(row["email"], row["mails"]) if row else None


def _placed(
    mail: _Mail, about: ReplyTo, thread: _Thread | None, *, text: str, machine: str | None, staff_uid: str | None
) -> Received:
    """What is to become of an answer, and why when it goes nowhere."""
    if machine is not None:
        return mail.row(about.business_id, "automatic", machine)
    if why := _why_held(mail, about, thread, text, staff_uid):
        return mail.row(about.business_id, "held", why)
    return mail.row(about.business_id, "message" if about.role == "lead" else "relayed", message_uid=mint())


def _why_held(mail: _Mail, about: ReplyTo, thread: _Thread | None, text: str, staff_uid: str | None) -> str | None:
    """Only who is proven to be of the staff speaks for the business; files do not go on to the lead."""
    of_staff = about.role == "staff"
    if thread is None:
        return "conversation_gone"
    if thread.mails >= AN_HOUR_MOST:
        return "too_many"
    if of_staff and staff_uid is None:
        return "not_proven_staff"
    if not of_staff and not _is_from(mail.letter, thread.email):
        return "other_sender"
    if not text and (of_staff or not mail.letter.files):
        return "empty"
    return "too_long" if of_staff and len(text.encode()) > TEXT_MOST_BYTES else None


async def _correct(connection: Connection, about: ReturnPath, bounce: Bounce) -> None:
    """The delivery log as the report says. Only `there is no such address` closes the address."""
    if bounce.kind == "delivered":
        await report_arrival(connection, about.business_id, about.delivery_uid)
    elif bounce.kind in ("hard", "failed"):
        reason = "bounced" if bounce.kind == "hard" else None
        await report_failure(
            connection,
            about.business_id,
            about.delivery_uid,
            answer=bounce.words,
            reason=reason,  # type: ignore[arg-type]
        )


def _is_from(letter: Letter, email: str | None) -> bool:
    try:
        return bool(letter.sender and email and email_key(letter.sender) == email_key(email))
    except ValueError:
        return False


def _an_hour_ago() -> str:
    return spell(int((time.time() - 3600) * 1000) << LOW_BITS)
