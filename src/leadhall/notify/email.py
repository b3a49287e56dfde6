"""The channel of mail: writes the letter, finds the sender, hands it to the relay, or keeps it where there is none."""

from __future__ import annotations

import ssl
import time

import asyncpg

from leadhall.core.clock import now
from leadhall.core.secrets import InstanceKey
from leadhall.events.delivery import Delivery
from leadhall.events.outcome import Outcome, Sent, Skipped
from leadhall.notify.captured import NewCaptured, capture
from leadhall.notify.compose import compose
from leadhall.notify.letters.render import html_of, text_part
from leadhall.notify.mail_links import forget_link
from leadhall.notify.relay import Envelope, Relay
from leadhall.notify.return_path import return_path
from leadhall.notify.senders import MailSender, Senders
from leadhall.notify.transport import MailTransport
from leadhall.notify.writing import Writer, Written
from leadhall.settings import Settings

REMEMBERED_FOR_S = 5.0


class EmailChannel:
    """`tls`: what a relay's certificate is checked against; the system's authorities unless told otherwise."""

    name = "email"

    def __init__(
        self, pool: asyncpg.Pool, key: InstanceKey, settings: Settings, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._pool = pool
        self._key = key
        self._inbound = settings.inbound_domain
        self._senders = Senders(pool, key, settings)
        self._writer = Writer(pool, key, settings, self._senders)
        self._tls = tls
        self._relays: dict[MailTransport, Relay] = {}
        self._keys: dict[int, tuple[float, str]] = {}

    async def sender_of(self, business_id: int) -> str:
        """The relay and the sender of a business's mail, remembered for five seconds."""
        kept = self._keys.get(business_id)
        if kept is None or time.monotonic() - kept[0] > REMEMBERED_FOR_S:
            sender = await self._senders.mail_for(business_id)
            relay = f"{sender.transport.host}:{sender.transport.port}" if sender.transport else "captured"
            kept = (time.monotonic(), f"{relay} {sender.key}")
            self._keys[business_id] = kept
        return kept[1]

    async def deliver(self, delivery: Delivery) -> Outcome:
        """One try."""
        page = await self._writer.write(delivery)
        if not isinstance(page, Written):
            return page
        sender = await self._senders.mail_for(delivery.business_id)
        message = compose(page.mail, sender, at=now())
        if sender.transport is None or page.is_test:
            outcome = await self._keep(delivery, page, sender, message)
        else:
            envelope = Envelope(self._mail_from(delivery, sender), page.mail.recipient, message)
            outcome = await self._relay(sender.transport).hand_over(envelope)
        return await self._settle(page, outcome)

    async def _settle(self, page: Written, outcome: Outcome) -> Outcome:
        """What went in the place of a letter is told as the letter's skip, once it went."""
        if page.instead is None:
            return outcome
        if isinstance(outcome, Sent | Skipped):
            return Skipped(reason=page.instead)
        if page.link is not None:
            await forget_link(self._pool, page.link)  # so that the next try asks again
        return outcome

    async def _keep(self, delivery: Delivery, page: Written, sender: MailSender, message: bytes) -> Outcome:
        letter = page.mail.letter
        await capture(
            self._pool,
            NewCaptured(
                business_id=delivery.business_id,
                channel="email",
                kind="verify" if page.instead else delivery.kind,
                sender=f"{sender.from_name} <{sender.from_address}>",
                recipient=page.mail.recipient,
                subject=letter.subject,
                text=text_part(letter),
                html=html_of(letter),
                message=message,
                lead_uid=delivery.lead_uid,
                delivery_uid=delivery.uid,
                because="test" if page.is_test else "not_configured",
            ),
        )
        return Skipped(reason="captured")

    def _mail_from(self, delivery: Delivery, sender: MailSender) -> str:
        """Bounces come back to the inbound domain where there is one, else to From."""
        if self._inbound is None:
            return sender.from_address
        return return_path(self._key, self._inbound, business_id=delivery.business_id, delivery_uid=delivery.uid)

    def _relay(self, transport: MailTransport) -> Relay:
        if transport not in self._relays:
            self._relays[transport] = Relay(transport, self._tls or ssl.create_default_context())
        return self._relays[transport]

    async def close(self) -> None:
        for relay in self._relays.values():
            await relay.close()
