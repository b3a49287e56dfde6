"""The SMTP server for our domain, spoken to by a real client."""

import asyncio
from email.message import EmailMessage

import aiosmtplib
import pytest

from leadhall.inbound.letters.authentic import Trust
from leadhall.inbound.mail import listener as module
from leadhall.inbound.mail.listener import listening
from leadhall.inbound.mail.taking import MailIn
from leadhall.notify.reply_to import reply_address
from tests.inbound.letters.written import a_mail
from tests.inbound.people import EMAIL, a_known_lead

DOMAIN = "in.example"


@pytest.fixture
async def dana(owner, world):
    return await a_known_lead(owner, world.first.id)


@pytest.fixture
def to(key, dana):
    return reply_address(key, DOMAIN, role="lead", business_id=dana.business_id, conversation_uid=dana.conversation_uid)


@pytest.fixture
async def port(worker_pool, key):
    async with listening(MailIn(worker_pool, key, DOMAIN, Trust()), "127.0.0.1", 0) as port:
        yield port


def client(port):
    return aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False, timeout=10)


async def test_250_means_that_it_is_on_disk(port, owner, dana, to):
    async with client(port) as smtp:
        answer = await smtp.sendmail(EMAIL, [to], a_mail("Monday is fine.", to=to))

    assert "Taken" in answer[1]
    assert await owner.fetchval("select text from message where kind <> 'api'") == "Monday is fine."


async def test_a_real_mail_program_s_mail_is_understood(port, owner, dana, to):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Dana <{EMAIL}>", to, "Re: Küche"
    message.set_content("Montag paßt.")
    message.add_alternative("<p>Montag <b>paßt</b>.</p>", subtype="html")
    async with client(port) as smtp:
        await smtp.send_message(message, sender=EMAIL, recipients=[to])

    assert await owner.fetchval("select text from message where kind <> 'api'") == "Montag paßt."


@pytest.mark.parametrize(
    "address", ["hello@in.example", "postmaster@in.example", "r+x@in.example", "ann@elsewhere.example"]
)
async def test_it_takes_nothing_for_others_and_relays_for_nobody(port, dana, address):
    async with client(port) as smtp:
        await smtp.ehlo()
        await smtp.mail(EMAIL)
        with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
            await smtp.rcpt(address)

    assert refused.value.code == 550


async def test_while_the_database_is_away_the_sender_keeps_the_mail(port, worker_pool, dana, to):
    await worker_pool.close()
    async with client(port) as smtp:
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await smtp.sendmail(EMAIL, [to], a_mail(to=to))

    assert refused.value.code == 451


async def test_a_mail_over_the_limit_is_refused(worker_pool, key, dana, to, monkeypatch):
    monkeypatch.setattr(module, "MAIL_MOST_BYTES", 10_000)
    async with listening(MailIn(worker_pool, key, DOMAIN, Trust()), "127.0.0.1", 0) as port, client(port) as smtp:
        with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
            await smtp.sendmail(EMAIL, [to], a_mail("x\n" * 10_000, to=to))

    assert refused.value.code == 552


async def test_a_line_without_end_is_cut_off(port, to, monkeypatch):
    monkeypatch.setattr(module, "SESSION_MOST_BYTES", 100_000)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"EHLO x\r\nMAIL FROM:<{EMAIL}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode())
    with pytest.raises(ConnectionError):
        await _write_for_ever(writer)
    writer.close()


async def _write_for_ever(writer):
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()
        await asyncio.sleep(0)


async def test_one_machine_does_not_take_all_connections(port, monkeypatch):
    monkeypatch.setattr(module, "CONNECTIONS_OF_ONE_MOST", 2)
    greetings, writers = [], []
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        greetings.append((await reader.readline())[:3])
    for writer in writers:
        writer.close()

    assert greetings == [b"220", b"220", b"421"]
