"""Taking mail as a whole, beside the dispatcher: the listener, the mailbox, or both, as the settings say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import asyncpg
import structlog

from leadhall.core.aside import aside
from leadhall.core.db import Database
from leadhall.core.ending import at_work
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.inbound.letters.authentic import Trust
from leadhall.inbound.mail.arrived import Arrived
from leadhall.inbound.mail.mailbox import Mailbox, MailboxFault, look_into, read_mailbox
from leadhall.inbound.mail.taking import MailIn
from leadhall.settings import Settings

log = structlog.get_logger(__name__)

SQL = statements(__package__, "running.sql")
CONNECTIONS = 2
LOOK_EVERY_S = 20.0
TAKE_WITHIN_S = 30.0


@asynccontextmanager
async def taking_mail(database: Database, key: InstanceKey, settings: Settings) -> AsyncIterator[None]:
    """Take mail while within; nothing where no inbound domain is set. A port that is taken stops the start."""
    if settings.inbound_domain is None or not (settings.inbound_listen or settings.imap_url):
        yield
        return
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(database.pool("worker", most=CONNECTIONS))
        mail_in = MailIn(pool, key, settings.inbound_domain, Trust(settings.inbound_authserv))
        if settings.inbound_listen is not None:
            from leadhall.inbound.mail.listener import listening  # noqa: PLC0415 - a mail server, which few run

            await stack.enter_async_context(listening(mail_in, *settings.inbound_listen))
        if settings.imap_url is not None:
            watching = watch(pool, mail_in, read_mailbox(settings.imap_url))
            await stack.enter_async_context(at_work(watching, "mailbox"))
        yield


async def watch(pool: asyncpg.Pool, mail_in: MailIn, mailbox: Mailbox, *, every_s: float = LOOK_EVERY_S) -> None:
    """Look into the mailbox for as long as the worker runs. Of several workers one looks at a time."""
    while True:
        try:
            await look_once(pool, mail_in, mailbox)
        except MailboxFault as fault:
            log.error("the mailbox cannot be looked into", fault=str(fault))  # noqa: TRY400 - its words say all
        except Exception as fault:  # noqa: BLE001 - looked into again soon; what was not stored is still unseen
            log.warning("mail cannot be taken now", fault=type(fault).__name__)
        await asyncio.sleep(every_s)


async def look_once(pool: asyncpg.Pool, mail_in: MailIn, mailbox: Mailbox) -> int:
    """Take what is unseen; how many. None while another worker looks. Raises MailboxFault and NotTaken."""
    loop = asyncio.get_running_loop()

    def take(raw: bytes) -> None:
        """In the mailbox's thread: wait until the loop has it on disk."""
        asyncio.run_coroutine_threadsafe(mail_in.take(Arrived(raw=raw)), loop).result(TAKE_WITHIN_S)

    async with pool.acquire() as connection:
        if not await connection.fetchval(SQL["turn"]):
            return 0
        try:
            return await aside(partial(look_into, mailbox, take), "mailbox")
        finally:
            await connection.execute(SQL["turn_ends"])
