"""From a delivery to the mail it becomes, or to why there is none: one small method a kind of letter."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import asyncpg

from leadhall.core.emails import email_key
from leadhall.core.secrets import InstanceKey
from leadhall.events.delivery import Delivery
from leadhall.events.outcome import Never, Skipped
from leadhall.notify.compose import Mail
from leadhall.notify.headers import sendable
from leadhall.notify.letters import account, trouble
from leadhall.notify.letters.auto_reply import auto_reply
from leadhall.notify.letters.custom import custom
from leadhall.notify.letters.digest import SHOWN_MOST, digest
from leadhall.notify.letters.facts import BusinessFacts, LeadFacts, StaffFacts
from leadhall.notify.letters.letter import Letter
from leadhall.notify.letters.notice import Ways, notice
from leadhall.notify.letters.reply import reply
from leadhall.notify.letters.words import Words, words_in
from leadhall.notify.mail_links import HOURS, entries_lately, make_link, was_asked_lately
from leadhall.notify.reading import (
    business_facts,
    hours_from_now,
    lead_facts,
    leads_facts,
    mail_thread,
    message_facts,
    staff_facts,
    staff_of_address,
)
from leadhall.notify.reply_to import Role, reply_address
from leadhall.notify.senders import PRODUCT, Senders
from leadhall.notify.templates.sent import content_of
from leadhall.settings import Settings

ENTRIES_MOST_AN_HOUR = 5
_NOBODY = re.compile(
    r"(?i)(no-?_?reply|do-?_?not-?_?reply|donotreply|mailer-daemon|postmaster|abuse|bounces?|.*-bounces?|bounces?[-+=].*"
    r"|listserv|majordomo|.*-(request|owner)|owner-.*|noreply[-+].*)"
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A mail to be sent. `instead` is why it goes in the place of the one that was asked for, then `link` is in it."""

    mail: Mail
    is_test: bool = False
    instead: str | None = None
    link: str | None = None


Page = Written | Skipped | Never
GONE = Skipped(reason="gone")


class Writer:
    """Writes letters of every kind. Reads what they tell at the moment they are sent."""

    def __init__(self, pool: asyncpg.Pool, key: InstanceKey, settings: Settings, senders: Senders) -> None:
        self._pool = pool
        self._key = key
        self._inbound = settings.inbound_domain
        self._senders = senders
        self._kinds: dict[str, Callable[[Delivery, BusinessFacts], Awaitable[Page]]] = {
            "owner_notice": self._owner_notice,
            "auto_reply": self._auto_reply,
            "reply": self._reply,
            "digest": self._digest,
            "invitation": self._invitation,
            "verify": self._verify,
            "endpoint_off": self._trouble,
            "endpoint_failing": self._trouble,
            "dead_token": self._trouble,
            "staff_notification": self._custom,
        }

    async def write(self, delivery: Delivery) -> Page:
        """The mail of a delivery; Skipped or Never says why there is none."""
        try:
            sendable(delivery.recipient)
        except ValueError as fault:
            return Never(answer=f"{fault}", fault_of="recipient")
        if delivery.kind == "sign_in":
            return await self._sign_in(delivery)
        write = self._kinds.get(delivery.kind)
        if write is None:
            return Never(answer=f"There is no letter of the kind {delivery.kind}")
        business = await business_facts(self._pool, delivery.business_id)
        return GONE if business is None else await write(delivery, business)

    async def _owner_notice(self, delivery: Delivery, business: BusinessFacts) -> Page:
        staff, lead = await self._staff(delivery), await self._lead(delivery)
        if staff is None or lead is None:
            return GONE
        if not staff.verified:
            return await self._ask_first(delivery, business, staff)
        message = None
        if delivery.message_uid and delivery.message_uid != lead.message_uid:
            message = await message_facts(
                self._pool, business.id, lead.conversation_uid, delivery.message_uid
            )  # an answer of the lead
        letter = notice(business, staff, lead, await self._ways(staff, business, lead), message)
        answers = self._reply_to("staff", business, lead) or lead.contact.get("email")
        return self._page(delivery, letter, staff.display_name, answers, is_test=lead.is_test)

    async def _ask_first(self, delivery: Delivery, business: BusinessFacts, staff: StaffFacts) -> Page:
        """An address that nobody confirmed gets the question instead, at most once a day."""
        if await was_asked_lately(self._pool, business.id, staff.user_id):
            return Skipped(reason="unverified")
        return await self._question(delivery, business, staff, instead="unverified")

    async def _question(
        self, delivery: Delivery, business: BusinessFacts, staff: StaffFacts, *, instead: str | None
    ) -> Page:
        path = await make_link(
            self._pool, "verify_email", business_id=business.id, address=staff.email, user_id=staff.user_id
        )  # fmt: skip
        words = words_in(staff.locale or business.locale)
        letter = account.verify(
            words,
            business=business.name,
            url=await self._senders.url() + path,
            until=await self._until(words, business.time_zone, HOURS["verify_email"]),
        )
        page = self._page(delivery, letter, staff.display_name, None)
        mail = Mail(
            letter=letter, recipient=page.mail.recipient, to_name=page.mail.to_name, reply_to=None,
            dedupe=f"{delivery.dedupe}:verify" if instead else delivery.dedupe,
        )  # fmt: skip
        return Written(mail=mail, instead=instead, link=path)

    async def _ways(self, staff: StaffFacts, business: BusinessFacts, lead: LeadFacts) -> Ways:
        url = await self._senders.url()
        whose = {"business_id": business.id, "address": staff.email, "user_id": staff.user_id, "staff_uid": staff.uid}
        answered = None
        if self._inbound is None:
            answered = url + await make_link(self._pool, "answered", conversation_uid=lead.conversation_uid, **whose)  # type: ignore[arg-type]
        return Ways(answered_url=answered, stop_url=url + await make_link(self._pool, "stop_mail", **whose))  # type: ignore[arg-type]

    async def _auto_reply(self, delivery: Delivery, business: BusinessFacts) -> Page:
        lead = await self._lead(delivery)
        if lead is None:
            return GONE
        if _NOBODY.fullmatch(delivery.recipient.rpartition("@")[0]):
            return Skipped(reason="no_reply_address")
        letter = auto_reply(business, lead)
        return self._page(delivery, letter, "", self._answers_of_leads(business, lead), is_test=lead.is_test)

    async def _reply(self, delivery: Delivery, business: BusinessFacts) -> Page:
        lead = await self._lead(delivery)
        if lead is None or delivery.message_uid is None:
            return GONE
        message = await message_facts(self._pool, business.id, lead.conversation_uid, delivery.message_uid)
        if message is None:
            return GONE
        letter = reply(business, lead, message)
        page = self._page(
            delivery, letter, lead.name or "", self._answers_of_leads(business, lead), is_test=lead.is_test
        )
        said = await mail_thread(self._pool, business.id, lead.conversation_uid, message.uid)
        return replace(page, mail=replace(page.mail, answers=tuple(said)))

    async def _digest(self, delivery: Delivery, business: BusinessFacts) -> Page:
        """`payload`: staff_uid, lead_uids and count; answered_uids and answers: of leads that wrote again."""
        staff = await self._staff(delivery)
        if staff is None:
            return GONE
        if not staff.verified:
            return Skipped(reason="unverified")
        uids, answered_uids = [
            sorted({str(uid) for uid in delivery.payload.get(name, ())}) for name in ("lead_uids", "answered_uids")
        ]
        leads = await leads_facts(self._pool, business.id, uids[-SHOWN_MOST:])
        answered = await leads_facts(self._pool, business.id, answered_uids[-SHOWN_MOST:]) if answered_uids else []
        path = await make_link(
            self._pool, "stop_mail", business_id=business.id, address=staff.email, user_id=staff.user_id,
            staff_uid=staff.uid,
        )  # fmt: skip
        letter = digest(
            business, staff, leads, count=int(delivery.payload.get("count", len(uids))),
            stop_url=await self._senders.url() + path, answered=answered,
            answers=int(delivery.payload.get("answers", len(answered_uids))),
        )  # fmt: skip
        return self._page(delivery, letter, staff.display_name, None)

    async def _invitation(self, delivery: Delivery, business: BusinessFacts) -> Page:
        """`payload`: staff_uid, by. The link is made as the letter is written: nothing else knows it."""
        staff = await self._staff(delivery)
        if staff is None:
            return GONE
        path = await make_link(
            self._pool, "invitation", business_id=business.id, address=staff.email, user_id=staff.user_id,
            staff_uid=staff.uid,
        )  # fmt: skip
        words = words_in(staff.locale or business.locale)
        letter = account.invitation(
            words, business=business.name, by=delivery.payload.get("by"), url=await self._senders.url() + path,
            until=await self._until(words, business.time_zone, HOURS["invitation"]),
        )  # fmt: skip
        return replace(self._page(delivery, letter, staff.display_name, None), link=path)

    async def _sign_in(self, delivery: Delivery) -> Page:
        """`payload`: user_id, locale. Of the installation, and at most five an hour."""
        user_id = int(delivery.payload["user_id"])
        if await entries_lately(self._pool, user_id) >= ENTRIES_MOST_AN_HOUR:
            return Skipped(reason="too_many")
        path = await make_link(self._pool, "sign_in", business_id=0, address=delivery.recipient, user_id=user_id)
        words = words_in(delivery.payload.get("locale"))
        letter = account.sign_in(
            words, brand=PRODUCT, url=await self._senders.url() + path,
            until=await self._until(words, "UTC", HOURS["sign_in"]) + " UTC",
        )  # fmt: skip
        return replace(self._page(delivery, letter, "", None), link=path)

    async def _verify(self, delivery: Delivery, business: BusinessFacts) -> Page:
        staff = await self._staff(delivery)
        if staff is None:
            return GONE
        if staff.verified:
            return Skipped(reason="verified")
        return await self._question(delivery, business, staff, instead=None)

    async def _trouble(self, delivery: Delivery, business: BusinessFacts) -> Page:
        letters = {
            "endpoint_off": trouble.endpoint_off,
            "endpoint_failing": trouble.endpoint_failing,
            "dead_token": trouble.dead_token,
        }
        staff = await self._staff(delivery)
        if staff is not None and not staff.verified:
            return Skipped(reason="unverified")
        words = words_in((staff.locale if staff else None) or business.locale)
        letter = letters[delivery.kind](words, business, delivery.payload)
        return self._page(delivery, letter, staff.display_name if staff else "", None)

    async def _custom(self, delivery: Delivery, business: BusinessFacts) -> Page:
        """`payload`: notification_uid, staff_uid."""
        staff = await self._staff(delivery)
        row = await content_of(self._pool, business.id, str(delivery.payload["notification_uid"]))
        if staff is None or row is None:
            return GONE
        content, locale = row
        letter, is_test = custom(business, locale, content["email"]), bool(delivery.payload.get("is_test"))
        return self._page(delivery, letter, staff.display_name, None, is_test=is_test)

    def _page(
        self, delivery: Delivery, letter: Letter, to_name: str, reply_to: str | None, *, is_test: bool = False
    ) -> Written:
        return Written(
            mail=Mail(
                letter=letter,
                recipient=sendable(delivery.recipient),
                to_name=to_name,
                reply_to=_if_sendable(reply_to),
                dedupe=delivery.dedupe,
            ),
            is_test=is_test,
        )

    def _answers_of_leads(self, business: BusinessFacts, lead: LeadFacts) -> str | None:
        return self._reply_to("lead", business, lead) or business.email

    def _reply_to(self, role: Role, business: BusinessFacts, lead: LeadFacts) -> str | None:
        if self._inbound is None:
            return None
        return reply_address(
            self._key, self._inbound, role=role, business_id=business.id, conversation_uid=lead.conversation_uid
        )

    async def _staff(self, delivery: Delivery) -> StaffFacts | None:
        """The member a delivery names; else whose address it is."""
        uid = delivery.payload.get("staff_uid")
        if uid:
            return await staff_facts(self._pool, delivery.business_id, str(uid))
        return await staff_of_address(self._pool, delivery.business_id, email_key(delivery.recipient))

    async def _lead(self, delivery: Delivery) -> LeadFacts | None:
        return await lead_facts(self._pool, delivery.business_id, delivery.lead_uid) if delivery.lead_uid else None

    async def _until(self, words: Words, time_zone: str, hours: int) -> str:
        return words.moment(await hours_from_now(self._pool, hours), time_zone)


def _if_sendable(address: str | None) -> str | None:
    """A Reply-To that cannot be one is left out; the letter still goes."""
    try:
        return sendable(address) if address else None
    except ValueError:
        return None
