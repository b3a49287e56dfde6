"""`leadhall send-test sms`: one real text by the account of a business, or of the installation."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from leadhall.cli.faults import CliFault, Usage
from leadhall.cli.output import harmless, say
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import chosen_place, session
from leadhall.clients.phone import read_phone
from leadhall.core.secrets import instance_key
from leadhall.events.outcome import Outcome, Sent, Skipped
from leadhall.notify.senders import Senders, SmsSender
from leadhall.notify.sms.provider import Text
from leadhall.notify.sms.twilio import Twilio

NO_REGION = "ZZ"
REMEDY = "docs/howto/texts.md tells how to set up an account"


async def sms(
    number: Annotated[str, Parameter(help="Your own, in E.164: +15005550006.")],
    /,
    *,
    business: Annotated[str | None, Parameter(help="By this business's account, not the installation's.")] = None,
    directory: DirectoryOption = None,
) -> None:
    """Send one text. Exit code 1 with the provider's words when it does not take it. It stands in no log."""
    to = read_phone(number, NO_REGION).e164
    if to is None:
        raise Usage(f"{number}: must be in E.164, such as +15005550006")
    async with session() as at, at.database.pool("worker", most=1) as pool:
        business_id = (await pick_business(at.connection, business, directory)).id if business else 0
        key = instance_key(at.settings.secret_key, chosen_place(at.settings).data)
        sender = await Senders(pool, key, at.settings).sms_for(business_id)
    if sender is None:
        raise CliFault(
            "there is no account to text by: texts are captured",
            remedy="set LEADHALL_TWILIO_ACCOUNT_SID, LEADHALL_TWILIO_AUTH_TOKEN and LEADHALL_TWILIO_FROM",
        )
    _tell(await _send(sender, to), sender)


async def _send(sender: SmsSender, to: str) -> Outcome:
    provider = Twilio()
    try:
        return await provider.send(sender, Text(to=to, body="A test of Leadhall: texts can leave."))
    finally:
        await provider.close()


def _tell(outcome: Outcome, sender: SmsSender) -> None:
    by = sender.messaging_service or sender.number
    if not isinstance(outcome, Sent):
        words = outcome.reason if isinstance(outcome, Skipped) else outcome.answer
        raise CliFault(f"not taken by {sender.url}, from {by}: {harmless(words)}", remedy=REMEDY)
    say(f"taken by {sender.url}, from {by}: {harmless(outcome.answer)}")
    say("whether it arrived shows on the telephone")
