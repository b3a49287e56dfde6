"""Hands mail to a relay by SMTP: four connections each, kept open between mails, and every refusal an Outcome."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from dataclasses import dataclass

import aiosmtplib

from leadhall.events.outcome import Later, Never, Outcome, Sent
from leadhall.notify.transport import MailTransport
from leadhall.notify.verdict import Step, verdict, words

CONNECT_WITHIN_S = 10.0
COMMAND_WITHIN_S = 20.0
TOTAL_WITHIN_S = 45.0  # below the lease of 60 s: whoever holds a delivery has ended before it is taken again
CONNECTIONS_MOST = 4
IDLE_MOST_S = 30.0
SERVICE_CLOSING = 421


@dataclass(frozen=True)
class Envelope:
    """One mail for one recipient. `message` ends its lines with CRLF."""

    mail_from: str
    recipient: str
    message: bytes


class Relay:
    """One smarthost. Used by one event loop."""

    def __init__(self, transport: MailTransport, tls: ssl.SSLContext) -> None:
        self._transport = transport
        self._tls = tls
        self._slots = asyncio.Semaphore(CONNECTIONS_MOST)
        self._idle: list[tuple[float, aiosmtplib.SMTP]] = []

    async def hand_over(self, envelope: Envelope) -> Outcome:
        """Sent once the relay took the mail; else what its words, or its silence, come to."""
        turn = _Turn()
        try:
            async with asyncio.timeout(TOTAL_WITHIN_S), self._slots:
                return await self._hand_over(envelope, turn)
        except TimeoutError:
            return _silence(turn)
        finally:
            if turn.smtp is not None:
                turn.smtp.close()

    async def _hand_over(self, envelope: Envelope, turn: _Turn) -> Outcome:
        try:
            turn.smtp = await self._connection(turn)
            answer = await _transact(turn, envelope)
        except aiosmtplib.SMTPResponseException as refusal:
            self._put_back(turn, after=refusal.code)
            return verdict(turn.step, refusal.code, refusal.message)
        except aiosmtplib.SMTPTimeoutError:
            return _silence(turn)
        except _NeedsUtf8:
            self._put_back(turn)
            return Never(answer="The relay takes no address with such letters (SMTPUTF8)", fault_of="recipient")
        except (aiosmtplib.SMTPException, OSError) as fault:
            return _broken(turn, fault)
        self._put_back(turn)
        return Sent(answer=words(answer.code, answer.message))

    async def greet(self) -> Outcome:
        """Connect and log in as for a mail, and hand nothing over: Sent when a mail could go."""
        turn = _Turn()
        try:
            async with asyncio.timeout(COMMAND_WITHIN_S):
                turn.smtp = await self._connect(turn)
                await turn.smtp.quit()
        except aiosmtplib.SMTPResponseException as refusal:
            return verdict(turn.step, refusal.code, refusal.message)
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            return _silence(turn)
        except (aiosmtplib.SMTPException, OSError) as fault:
            return _broken(turn, fault)
        finally:
            if turn.smtp is not None:
                turn.smtp.close()
        return Sent(answer="it lets us in")

    async def _connection(self, turn: _Turn) -> aiosmtplib.SMTP:
        """One that is open and answers, else a new one."""
        while self._idle:
            since, smtp = self._idle.pop()
            if time.monotonic() - since < IDLE_MOST_S and await _still_answers(smtp):
                return smtp
            smtp.close()
        return await self._connect(turn)

    async def _connect(self, turn: _Turn) -> aiosmtplib.SMTP:
        transport = self._transport
        smtp = turn.smtp = aiosmtplib.SMTP(
            hostname=transport.host,
            port=transport.port,
            use_tls=transport.tls == "implicit",
            start_tls=transport.tls == "starttls",  # one that does not offer it gets no mail
            tls_context=None if transport.tls == "none" else self._tls,
            local_hostname=_own_name(),
            timeout=COMMAND_WITHIN_S,
        )
        await smtp.connect(timeout=CONNECT_WITHIN_S)
        if transport.username:
            turn.step = "login"
            await smtp.login(transport.username, transport.password or "")
        return smtp

    def _put_back(self, turn: _Turn, *, after: int = 0) -> None:
        """Keep the connection for the next mail, unless it closes or never got so far."""
        smtp, turn.smtp = turn.smtp, None
        if smtp is None:
            return
        if turn.step in {"connect", "login"} or after == SERVICE_CLOSING or not smtp.is_connected:
            smtp.close()
        else:
            self._idle.append((time.monotonic(), smtp))

    async def close(self) -> None:
        """Say goodbye where somebody listens."""
        while self._idle:
            _, smtp = self._idle.pop()
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit(timeout=1.0)
            smtp.close()


class _Turn:
    """How far one mail came, and the connection it has taken."""

    def __init__(self) -> None:
        self.step: Step = "connect"
        self.smtp: aiosmtplib.SMTP | None = None


class _NeedsUtf8(Exception):
    """The address has letters that this relay cannot take."""


async def _transact(turn: _Turn, envelope: Envelope) -> aiosmtplib.SMTPResponse:
    smtp = turn.smtp
    if smtp is None:
        raise aiosmtplib.SMTPServerDisconnected("no connection")
    options = []
    if not envelope.recipient.isascii():
        if smtp.is_ehlo_or_helo_needed:
            await smtp.ehlo()
        if not smtp.supports_extension("smtputf8"):
            turn.step = "recipient"
            raise _NeedsUtf8
        options = ["SMTPUTF8"]
    encoding = "utf-8" if options else "ascii"
    turn.step = "from"
    await smtp.mail(envelope.mail_from, options=options, encoding=encoding)
    turn.step = "recipient"
    await smtp.rcpt(envelope.recipient, encoding=encoding)
    turn.step = "data"
    return await smtp.data(envelope.message)


async def _still_answers(smtp: aiosmtplib.SMTP) -> bool:
    """RSET also clears what a refused mail left behind."""
    try:
        await smtp.rset(timeout=CONNECT_WITHIN_S)
    except (aiosmtplib.SMTPException, OSError):
        return False
    return True


def _broken(turn: _Turn, fault: Exception) -> Outcome:
    """The link failed. Before RCPT that is the sender's matter: TLS, login, a relay that is away."""
    return verdict(turn.step, 0, f"{_AT[turn.step]}: {str(fault) or type(fault).__name__}")


def _silence(turn: _Turn) -> Outcome:
    """It took too long. A relay that never answers says nothing of this mail, but all behind it would wait too."""
    answer = f"{_AT[turn.step]}: no answer in time"
    return Later(answer=answer, fault_of="message" if turn.step == "data" else "sender")


_AT: dict[Step, str] = {
    "connect": "while connecting",
    "login": "at login",
    "from": "at MAIL FROM",
    "recipient": "at RCPT TO",
    "data": "after DATA, before it was taken",
}


def _own_name() -> str:
    """As we say hello. Never asked of the DNS, which may hang."""
    name = socket.gethostname()
    return name if name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"
