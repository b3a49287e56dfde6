"""The ways out and in, as the settings have them: each is knocked at, nothing is sent."""

from __future__ import annotations

import asyncio
import ssl
from functools import partial

from leadhall.cli.doctor.finding import Finding, fine, judged
from leadhall.cli.output import harmless
from leadhall.core.aside import aside
from leadhall.events.outcome import Outcome, Sent, Skipped
from leadhall.inbound.mail.mailbox import MailboxFault, check, read_mailbox
from leadhall.notify.relay import Relay
from leadhall.notify.senders import SmsSender
from leadhall.notify.sms.twilio import Twilio
from leadhall.notify.transport import read_transport
from leadhall.settings import Settings

KNOCK_WITHIN_S = 10.0


async def look_at_ways(settings: Settings) -> list[Finding]:
    """A finding each, all asked at once."""
    return list(await asyncio.gather(mail(settings), texts(settings), replies(settings), webhooks(settings)))


async def mail(settings: Settings) -> Finding:
    if settings.smtp_url is None:
        return Finding("mail", "watch", "captured, nothing leaves", "set LEADHALL_SMTP_URL and LEADHALL_MAIL_FROM")
    transport = read_transport(settings.smtp_url)
    came = await Relay(transport, ssl.create_default_context()).greet()
    if isinstance(came, Sent) and settings.mail_from is None:
        return Finding("mail", "watch", f"{transport} lets us in, but From is made up", "set LEADHALL_MAIL_FROM")
    found = f"{transport}, from {settings.mail_from}" if isinstance(came, Sent) else f"{transport}: {_words(came)}"
    remedy = "mend LEADHALL_SMTP_URL; leadhall send-test email ADDRESS tells more"
    return judged("mail", found, good=isinstance(came, Sent), remedy=remedy)


async def texts(settings: Settings) -> Finding:
    """All of the account, or nothing of it."""
    told = {
        "LEADHALL_TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "LEADHALL_TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "LEADHALL_TWILIO_FROM": settings.twilio_from,
    }
    missing = [name for name, value in told.items() if not value]
    if len(missing) == len(told):
        return Finding("texts", "watch", "captured, nothing leaves", f"set {', '.join(missing)}")
    if missing:
        return Finding("texts", "wrong", f"without {', '.join(missing)} nothing leaves", f"set {', '.join(missing)}")
    came = await _account(settings)
    found = f"{settings.twilio_url}, from {settings.twilio_from}"
    return judged(
        "texts",
        found if isinstance(came, Sent) else f"{found}: {_words(came)}",
        good=isinstance(came, Sent),
        remedy="mend account and token; leadhall send-test sms NUMBER tells more",
    )


async def _account(settings: Settings) -> Outcome:
    provider = Twilio(within_s=KNOCK_WITHIN_S)
    sender = SmsSender(
        key="instance",
        url=settings.twilio_url,
        account_sid=settings.twilio_account_sid or "",
        auth_token=settings.twilio_auth_token or "",
        number=settings.twilio_from,
        messaging_service=None,
        a2p_registered=False,
    )
    try:
        return await provider.greet(sender)
    finally:
        await provider.close()


async def replies(settings: Settings) -> Finding:
    """Addresses that nobody takes mail for are worse than none."""
    if settings.inbound_domain is None:
        if settings.inbound_listen or settings.imap_url:
            return Finding("replies", "wrong", "mail is taken for no domain", "set LEADHALL_INBOUND_DOMAIN")
        return fine("replies", "go to the lead itself; LEADHALL_INBOUND_DOMAIN brings them here")
    if settings.imap_url is None:
        at = settings.inbound_listen
        return judged(
            "replies",
            f"for {settings.inbound_domain}, " + (f"listened for at {at[0]}:{at[1]}" if at else "taken by nobody"),
            good=at is not None,
            remedy="set LEADHALL_INBOUND_LISTEN or LEADHALL_IMAP_URL: answers are lost",
        )
    mailbox = read_mailbox(settings.imap_url)
    try:
        unseen = await aside(partial(check, mailbox), "mailbox")
    except MailboxFault as fault:
        return Finding("replies", "wrong", harmless(str(fault)), "mend LEADHALL_IMAP_URL: answers wait in the mailbox")
    return fine("replies", f"for {settings.inbound_domain}, from {mailbox.host}: {unseen} unseen")


async def webhooks(settings: Settings) -> Finding:
    if not settings.webhook_allow:
        return fine("webhook guard", "no private address is ever called")
    return Finding(
        "webhook guard",
        "watch",
        f"may also call {', '.join(settings.webhook_allow)}",
        "is that wanted? LEADHALL_WEBHOOK_ALLOW lets whoever may subscribe reach them",
    )


def _words(came: Outcome) -> str:
    return harmless(came.reason if isinstance(came, Skipped) else came.answer)
