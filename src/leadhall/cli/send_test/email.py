"""`leadhall send-test email`: one real mail by the sender of a business, or of the installation."""

from __future__ import annotations

import ssl
from typing import Annotated

from cyclopts import Parameter

from leadhall.cli.faults import CliFault, Usage
from leadhall.cli.output import harmless, say
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import chosen_place, session
from leadhall.core.clock import now
from leadhall.core.ids import mint
from leadhall.core.secrets import instance_key
from leadhall.events.outcome import Outcome, Sent, Skipped
from leadhall.notify.compose import Mail, compose
from leadhall.notify.headers import sendable
from leadhall.notify.letters.letter import Letter, Paragraph
from leadhall.notify.letters.words import words_in
from leadhall.notify.relay import Envelope, Relay
from leadhall.notify.senders import PRODUCT, MailSender, Senders

REMEDY = "docs/howto/email.md tells how to set up a relay; leadhall sender check looks at the DNS"


async def email(
    address: Annotated[str, Parameter(help="Your own.")],
    /,
    *,
    business: Annotated[str | None, Parameter(help="By this business's sender, not the installation's.")] = None,
    directory: DirectoryOption = None,
) -> None:
    """Send one mail. Exit code 1 with the relay's words when it does not take it. It stands in no log."""
    try:
        to = sendable(address)
    except ValueError as fault:
        raise Usage(f"{address}: {fault}") from None
    async with session() as at, at.database.pool("worker", most=1) as pool:
        business_id = (await pick_business(at.connection, business, directory)).id if business else 0
        key = instance_key(at.settings.secret_key, chosen_place(at.settings).data)
        sender = await Senders(pool, key, at.settings).mail_for(business_id)
    _tell(await _send(sender, to), sender)


async def _send(sender: MailSender, to: str) -> Outcome:
    if sender.transport is None:
        raise CliFault(
            "there is no relay to send by: mail is captured", remedy="set LEADHALL_SMTP_URL and LEADHALL_MAIL_FROM"
        )
    letter = Letter(
        words=words_in("en"),
        subject="A test of Leadhall",
        preheader="Mail can leave.",
        brand=PRODUCT,
        heading="Mail can leave",
        blocks=[Paragraph(f"It came from {sender.from_name} <{sender.from_address}> by {sender.transport.host}.")],
    )
    mail = Mail(letter=letter, recipient=to, to_name="", reply_to=None, dedupe=f"test.{mint()}")
    relay = Relay(sender.transport, ssl.create_default_context())
    try:
        return await relay.hand_over(Envelope(sender.from_address, to, compose(mail, sender, at=now())))
    finally:
        await relay.close()


def _tell(outcome: Outcome, sender: MailSender) -> None:
    if not isinstance(outcome, Sent):
        words = outcome.reason if isinstance(outcome, Skipped) else outcome.answer
        raise CliFault(f"not taken by {sender.transport}: {harmless(words)}", remedy=REMEDY)
    say(f"taken by {sender.transport}, from {sender.from_address}: {harmless(outcome.answer)}")
    say("whether it arrived shows in the mailbox; look in its spam folder too")
