"""The channel of texts: to staff when a lead came, to leads when somebody answers them.

To a lead only with their consent in effect, by day where they are, and to numbers of +1 by a registered sender.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from leadhall.core.clock import now
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.events.delivery import Delivery
from leadhall.events.outcome import Later, Never, Outcome, Sent, Skipped
from leadhall.notify.captured import Because, NewCaptured, capture
from leadhall.notify.senders import Senders, SmsSender
from leadhall.notify.sms.codes import STOPPED
from leadhall.notify.sms.hours import wait_s
from leadhall.notify.sms.provider import Text, TextProvider
from leadhall.notify.sms.threads import TextThread, has_begun, remember
from leadhall.notify.sms.twilio import Twilio
from leadhall.notify.sms.wording import code_text, custom_text, owner_text, reply_text
from leadhall.notify.templates.sent import content_of
from leadhall.notify.verification import LIVES_MINUTES, unseal
from leadhall.settings import Settings

SQL = statements(__package__, "channel.sql")
STATUS_PATH = "/sms/status"
NOBODY = "captured"
REGISTERED_ONLY = "+1"
Stopped = Callable[[asyncpg.Pool, int, str], Awaitable[None]]
"""Told a business and a number whose owner wants no more texts."""


class SmsChannel:
    """`on_stop` hears of people who told the provider to stop, so that the record of it is ours too."""

    name = "sms"

    def __init__(
        self,
        pool: asyncpg.Pool,
        key: InstanceKey,
        settings: Settings,
        *,
        provider: TextProvider | None = None,
        on_stop: Stopped | None = None,
    ) -> None:
        self._pool = pool
        self._key = key
        self._senders = Senders(pool, key, settings)
        self._provider = provider or Twilio()
        self._on_stop = on_stop

    async def sender_of(self, business_id: int) -> str:
        """The account that the business's texts leave by."""
        sender = await self._senders.sms_for(business_id)
        return sender.key if sender else NOBODY

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send one text, or keep it where nothing is configured."""
        sender = await self._senders.sms_for(delivery.business_id)
        body = await self._body(delivery, sender)
        if not isinstance(body, str):
            return body
        if sender is None or delivery.payload.get("is_test"):
            return await self._capture(delivery, body, sender)
        return await self._send(delivery, body, sender)

    async def close(self) -> None:
        await self._provider.close()

    async def _body(self, delivery: Delivery, sender: SmsSender | None) -> str | Outcome:
        """What the text says, or why there is none."""
        business = await self._pool.fetchrow(SQL["business"], delivery.business_id)
        if business is None:
            return Never(answer="the business is gone")
        match delivery.kind:
            case "owner_notice":
                return await self._notice(delivery, business)
            case "verify_phone":
                return self._code(delivery, business["locale"])
            case "reply":
                return await self._reply(delivery, business, sender)
            case "staff_notification":
                return await self._custom(delivery)
            case _:
                return Never(answer=f"there is no text of the kind {delivery.kind}")

    def _code(self, delivery: Delivery, locale: str) -> str | Outcome:
        if now() - delivery.created_at > timedelta(minutes=LIVES_MINUTES):
            return Skipped(reason="too_old")
        return code_text(unseal(self._key, delivery.payload["sealed_code"]), locale)

    async def _notice(self, delivery: Delivery, business: Any) -> str | Outcome:
        lead = await self._pool.fetchrow(SQL["notice"], delivery.business_id, delivery.lead_uid)
        if lead is None:
            return Never(answer="the lead is gone")
        link = f"{await self._senders.url()}/inbox/{delivery.lead_uid}"
        is_answer = delivery.message_uid not in (None, lead["message_uid"])
        return owner_text(lead["first_name"], lead["title"], link, business["locale"], is_answer=is_answer)

    async def _custom(self, delivery: Delivery) -> str | Outcome:
        """What an app or directory tells a member of the staff."""
        told = await content_of(self._pool, delivery.business_id, str(delivery.payload["notification_uid"]))
        if told is None:
            return Never(answer="the notification is gone")
        return custom_text(told[0]["sms"])

    async def _reply(self, delivery: Delivery, business: Any, sender: SmsSender | None) -> str | Outcome:
        about = delivery.business_id, delivery.lead_uid, delivery.message_uid
        message = await self._pool.fetchrow(SQL["reply"], *about)
        if message is None or not message["text"]:
            return Never(answer="the message is gone")
        refusal = await self._may_reach(delivery, message["client_uid"], business["time_zone"], sender)
        if refusal is not None:
            return refusal
        theirs = {"ours": line_of(sender), "theirs": delivery.recipient}
        first = not await has_begun(self._pool, delivery.business_id, **theirs)
        return reply_text(message["text"], business=business["name"], first=first, locale=business["locale"])

    async def _may_reach(
        self, delivery: Delivery, client_uid: str, home: str, sender: SmsSender | None
    ) -> Outcome | None:
        """Consent first, then whether the carriers take it, then the hour; None when all agree."""
        agreed = await self._pool.fetchval(SQL["agreed"], delivery.business_id, client_uid, delivery.recipient)
        if not agreed:
            return Skipped(reason="no_consent")
        if sender is None or delivery.payload.get("is_test"):
            return None
        if delivery.recipient.startswith(REGISTERED_ONLY) and not sender.a2p_registered:
            return Skipped(reason="a2p_unregistered")
        wait = wait_s(delivery.recipient, home, now())
        return Later(answer="it is night where they are", after_s=wait, is_try=False) if wait else None

    async def _send(self, delivery: Delivery, body: str, sender: SmsSender) -> Outcome:
        text = Text(to=delivery.recipient, body=body, report_to=await self._report_to(delivery, sender))
        outcome = await self._provider.send(sender, text)
        if isinstance(outcome, Sent):
            await self._remember(delivery, line_of(sender))
        elif self._on_stop and delivery.kind == "reply" and is_stop(outcome):
            await self._on_stop(self._pool, delivery.business_id, delivery.recipient)
        return outcome

    async def _remember(self, delivery: Delivery, ours: str) -> None:
        """Their answer will belong to this conversation. What goes to staff begins no thread."""
        if delivery.kind == "reply" and delivery.lead_uid:
            thread = TextThread(delivery.business_id, delivery.lead_uid)
            await remember(self._pool, thread, ours=ours, theirs=delivery.recipient)

    async def _report_to(self, delivery: Delivery, sender: SmsSender) -> str | None:
        """Where the provider reports to; nowhere when it could not reach us: it refuses such an address."""
        url = await self._senders.url()
        if is_loopback(url) and not is_loopback(sender.url):
            return None
        return f"{url}{STATUS_PATH}/{delivery.business_id}/{delivery.uid}"

    async def _capture(self, delivery: Delivery, body: str, sender: SmsSender | None) -> Outcome:
        because: Because = "not_configured" if sender is None else "test"
        await capture(
            self._pool,
            NewCaptured(
                business_id=delivery.business_id,
                channel="sms",
                kind=delivery.kind,
                sender=line_of(sender),
                recipient=delivery.recipient,
                text=body,
                because=because,
                lead_uid=delivery.lead_uid,
                delivery_uid=delivery.uid,
            ),
        )
        await self._remember(delivery, line_of(sender))
        return Skipped(reason="captured")


def line_of(sender: SmsSender | None) -> str:
    """The name of our end: a Messaging Service, else a number."""
    return (sender.messaging_service or sender.number or "") if sender else NOBODY


def is_stop(outcome: Outcome) -> bool:
    """Whether the provider says that this person told it to stop."""
    answer = outcome.answer if isinstance(outcome, Never) else ""
    return any(f" {code}" in answer for code in STOPPED)


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")
