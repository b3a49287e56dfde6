"""Mail is taken for as long as the server runs: by its listener and from its mailbox, as the settings say."""

import asyncio
import socket
from urllib.parse import quote

import aiosmtplib
import pytest

from leadhall.inbound.letters.authentic import Trust
from leadhall.inbound.mail.mailbox import MailboxFault, NotTaken, read_mailbox
from leadhall.inbound.mail.running import look_once, taking_mail
from leadhall.inbound.mail.taking import MailIn
from leadhall.notify.reply_to import reply_address
from leadhall.settings import Settings
from tests.inbound.letters.written import a_mail
from tests.inbound.mail.dovecot import PASSWORD, USER
from tests.inbound.people import EMAIL, a_known_lead

DOMAIN = "in.example"
WITHIN_S = 10


@pytest.fixture
async def dana(owner, world):
    return await a_known_lead(owner, world.first.id)


@pytest.fixture
def mail(key, dana):
    to = reply_address(key, DOMAIN, role="lead", business_id=dana.business_id, conversation_uid=dana.conversation_uid)
    return a_mail("Monday is fine.", to=to)


def url(server, password=PASSWORD):
    return f"imap://{quote(USER)}:{quote(password)}@127.0.0.1:{server.port}?tls=none"


async def said(owner):
    return [row[0] for row in await owner.fetch("select text from message where kind <> 'api'")]


async def test_both_ways_at_once_tell_the_same_mail_once(database, owner, key, server, mail):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server.put(mail)
    settings = Settings(inbound_domain=DOMAIN, inbound_listen=("127.0.0.1", port), imap_url=url(server))
    async with taking_mail(database, key, settings):
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
            await smtp.sendmail(EMAIL, [mail.split(b"To: ")[1].split(b"\r")[0].decode()], mail)
        async with asyncio.timeout(WITHIN_S):
            while server.flags() != ["S"]:  # noqa: ASYNC110 - another program's folder tells nobody
                await asyncio.sleep(0.05)  # between two looks

    assert await said(owner) == ["Monday is fine."]


@pytest.mark.parametrize("more", [{}, {"inbound_domain": DOMAIN}], ids=["no domain", "a domain alone"])
async def test_where_nothing_is_set_nothing_is_listened_for(database, key, world, more):
    async with taking_mail(database, key, Settings(**more)):
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "mailbox"]


async def test_one_of_several_workers_looks_at_a_time(worker_pool, owner, key, server, mail):
    server.put(mail)
    mail_in, mailbox = MailIn(worker_pool, key, DOMAIN, Trust()), read_mailbox(url(server))
    await owner.execute("select pg_advisory_lock(506417604)")

    assert await look_once(worker_pool, mail_in, mailbox) == 0
    await owner.execute("select pg_advisory_unlock(506417604)")
    assert await look_once(worker_pool, mail_in, mailbox) == 1
    assert await said(owner) == ["Monday is fine."]


async def test_a_mail_that_cannot_be_stored_is_taken_at_the_next_look(worker_pool, owner, key, server, mail):
    server.put(mail)
    mail_in, mailbox = MailIn(worker_pool, key, DOMAIN, Trust()), read_mailbox(url(server))
    await owner.execute("alter table inbound rename to gone")
    try:
        with pytest.raises(NotTaken):
            await look_once(worker_pool, mail_in, mailbox)
    finally:
        await owner.execute("alter table gone rename to inbound")

    assert await look_once(worker_pool, mail_in, mailbox) == 1


async def test_a_wrong_password_is_told_and_the_turn_given_back(worker_pool, owner, key, server, world):
    mail_in = MailIn(worker_pool, key, DOMAIN, Trust())
    with pytest.raises(MailboxFault, match="AUTHENTICATIONFAILED"):
        await look_once(worker_pool, mail_in, read_mailbox(url(server, "a guess")))

    assert await owner.fetchval("select pg_try_advisory_xact_lock(506417604)")
