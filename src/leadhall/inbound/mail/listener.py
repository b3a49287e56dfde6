"""An SMTP server that takes mail for our domain alone, at addresses that we gave out. It relays for nobody.

250 is said when the mail is on disk; while the database is away it says 451, and the sender's server tries again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from leadhall.inbound.mail.arrived import ADDRESSES_MOST, Arrived
from leadhall.inbound.mail.taking import MailIn

log = structlog.get_logger(__name__)

MAIL_MOST_BYTES = 10 * 1024 * 1024
CONNECTIONS_MOST = 100
CONNECTIONS_OF_ONE_MOST = 10
SESSION_MOST_BYTES = 4 * MAIL_MOST_BYTES
COMMAND_WITHIN_S = 120
TAKE_WITHIN_S = 30.0


class _Handler:
    """What the server asks at each step; its names are aiosmtpd's."""

    def __init__(self, mail_in: MailIn) -> None:
        self._mail_in = mail_in

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's word
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not self._mail_in.knows(address):
            return "550 5.1.1 There is no such address here"
        if len(envelope.rcpt_tos) >= ADDRESSES_MOST:
            return "452 4.5.3 Too many recipients at once"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.original_content
        if not isinstance(content, bytes) or not content.strip():
            return "554 5.6.0 There is nothing in it"
        arrived = Arrived(raw=content, to=tuple(envelope.rcpt_tos), envelope_from=envelope.mail_from or "")
        try:
            async with asyncio.timeout(TAKE_WITHIN_S):
                await self._mail_in.take(arrived)
        except Exception as fault:  # noqa: BLE001 - whatever stands in the way: the other server keeps the mail
            log.warning("mail cannot be taken now", fault=type(fault).__name__)
            return "451 4.3.0 Not now, please try again"
        return "250 2.0.0 Taken"


class _Server(SMTP):
    """One connection. Too many are turned away before a word is said."""

    def __init__(self, handler: _Handler, open_by: Counter[str], **more: Any) -> None:
        super().__init__(handler, ident="Leadhall", data_size_limit=MAIL_MOST_BYTES, timeout=COMMAND_WITHIN_S, **more)
        self._open_by = open_by
        self._peer = ""
        self._came_bytes = 0

    def connection_made(self, transport: Any) -> None:
        peer = (transport.get_extra_info("peername") or ("unix",))[0]
        if self._open_by.total() >= CONNECTIONS_MOST or self._open_by[peer] >= CONNECTIONS_OF_ONE_MOST:
            transport.write(b"421 4.7.0 Too many connections, please come back later\r\n")
            transport.close()
            return
        self._peer = peer
        self._open_by[peer] += 1
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """The library keeps pieces of a line without end: such a session is cut."""
        self._came_bytes += len(data)
        if self._came_bytes > SESSION_MOST_BYTES and self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined] # a TCP transport has it
            return
        super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._peer:
            return
        self._open_by[self._peer] -= 1
        if not self._open_by[self._peer]:
            del self._open_by[self._peer]
        super().connection_lost(error)


@asynccontextmanager
async def listening(mail_in: MailIn, host: str, port: int) -> AsyncIterator[int]:
    """Listen while within; answers the port. Several processes may listen on one."""
    handler, open_by = _Handler(mail_in), Counter[str]()
    made: set[_Server] = set()

    def serve() -> _Server:
        server = _Server(handler, open_by, hostname=mail_in.domain, enable_SMTPUTF8=True)
        made.add(server)
        return server

    server = await asyncio.get_running_loop().create_server(serve, host, port, reuse_port=bool(port))
    try:
        bound: int = server.sockets[0].getsockname()[1]
        log.info("listening for mail", host=host, port=bound, domain=mail_in.domain)
        yield bound
    finally:
        server.close()
        for each in made:
            await _end(each)


async def _end(server: _Server) -> None:
    if server.transport is not None:
        server.transport.abort()  # type: ignore[attr-defined] # as above
    task = server._handler_coroutine  # noqa: SLF001 - aiosmtpd has no way to end a session from outside
    if task is not None:
        task.cancel()
        with contextlib.suppress(BaseException):
            await task
