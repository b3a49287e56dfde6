"""What comes of each kind of outbox row. Plans only; who writes is fanout.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from leadhall.dispatch.greeting import greeting_of
from leadhall.dispatch.ground import SQL, Ground, asked_of
from leadhall.dispatch.notices import NOTICE, LeadToTell, instead_of, notices_of
from leadhall.dispatch.people import key_of
from leadhall.dispatch.planned import Planned
from leadhall.events.delivery import NewDelivery
from leadhall.events.outbox import OutboxEvent

AUTO_REPLY = "auto-reply"


async def tell_of_leads(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    """Notices to the business's people, and a greeting to the lead: of what each lead asked for."""
    keys = [(event.business_id, event.uid) for event in events]
    leads = await ground.leads(keys, asked_of(events))
    crews = await ground.crews(lead.business_id for lead in leads)
    await ground.alone()
    planned = [
        each
        for lead in leads
        for each in notices_of(lead, crews[lead.business_id], partial(ground.is_closed, lead.business_id), ground.at)
    ]
    return planned + await _greetings(ground, [lead for lead in leads if AUTO_REPLY in lead.asked])


async def _greetings(ground: Ground, leads: Sequence[LeadToTell]) -> list[Planned]:
    with_email = [lead for lead in leads if lead.contact.get("email")]
    if not with_email:
        return []
    await ground.look_for_closed([(lead.business_id, "email", lead.contact["email"]) for lead in with_email])
    tally = await ground.tally(with_email)
    planned = []
    for lead in with_email:
        is_closed = ground.is_closed(lead.business_id, "email", key_of("email", lead.contact["email"]))
        planned.append(greeting_of(lead, tally, is_closed=is_closed))
    return [each for each in planned if each is not None]


async def messages(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    """What was written after the lead: by the business's people to the lead, by the lead to the business's people."""
    return [*await replies(ground, events), *await answers(ground, events)]


async def answers(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    """A message that the lead wrote: notices as the lead once asked for them.

    Facts: message_uid, conversation_uid, notify (email, sms), is_test.
    """
    told = [event for event in events if event.facts.get("notify")]
    keys = [(event.business_id, event.facts["conversation_uid"]) for event in told]
    leads = {lead.uid: lead for lead in await ground.leads(keys, {})} if keys else {}
    crews = await ground.crews({lead.business_id for lead in leads.values()}) if leads else {}
    return [
        each
        for event in told
        if (lead := leads.get(event.facts["conversation_uid"])) is not None
        for each in notices_of(
            replace(
                lead,
                answer_uid=event.facts["message_uid"],
                asked=frozenset(event.facts["notify"]),
                is_test=lead.is_test or bool(event.facts.get("is_test")),
            ),
            crews[lead.business_id],
            partial(ground.is_closed, lead.business_id),
            ground.at,
        )
    ]


async def replies(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    """A message that somebody of the business wrote: to the lead as it introduced itself, by `facts["channels"]`.

    Facts: message_uid, conversation_uid, channels (email, sms), staff_uid, is_test.
    """
    written = [event for event in events if event.facts.get("channels")]
    keys = [(event.business_id, event.facts["conversation_uid"]) for event in written]
    leads = {lead.uid: lead for lead in await ground.leads(keys, {})} if keys else {}
    return [
        reply_to(lead, event.facts["message_uid"], channel, payload=_payload(event, lead))
        for event in written
        if (lead := leads.get(event.facts["conversation_uid"])) is not None
        for channel in event.facts["channels"]
    ]


def _payload(event: OutboxEvent, lead: LeadToTell) -> dict[str, object]:
    facts = {name: event.facts[name] for name in ("staff_uid", "is_test") if event.facts.get(name)}
    return facts | ({"is_test": True} if lead.is_test else {})


def reply_to(lead: LeadToTell, message_uid: str, channel: str, *, payload: dict[str, object]) -> Planned:
    """A reply by one channel; skipped where the lead gave no address for it."""
    recipient = lead.contact.get("email" if channel == "email" else "phone_e164") or ""
    row = NewDelivery(
        business_id=lead.business_id,
        kind="reply",
        channel=channel,
        recipient=recipient,
        dedupe=f"{message_uid}:reply:{key_of(channel, recipient) or channel}",
        lead_uid=lead.uid,
        message_uid=message_uid,
        payload=payload,
    )
    planned = Planned(row=row, key=key_of(channel, recipient))
    return planned if recipient else planned.skipped("no_address" if channel == "email" else "no_number")


async def missed(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    """Whom a delivery did not reach hears of it otherwise: facts name the delivery (`delivery_uid`)."""
    return [each for event in events for each in await _missed(ground, event)]


async def _missed(ground: Ground, event: OutboxEvent) -> list[Planned]:
    row = await ground.connection.fetchrow(SQL["one_delivery"], event.business_id, event.facts["delivery_uid"])
    if row is None or row["lead_uid"] is None:
        return []
    lead = next(iter(await ground.leads([(event.business_id, row["lead_uid"])], {})), None)
    if lead is None:
        return []
    if row["kind"] == "reply" and row["channel"] == "sms":
        return [reply_to(lead, row["message_uid"], "email", payload=row["payload"] | {"instead_of": "sms"})]
    if row["kind"] != NOTICE:
        return []
    if row["message_uid"] not in (None, lead.message_uid):
        lead = replace(lead, answer_uid=row["message_uid"])
    crew = (await ground.crews([event.business_id]))[event.business_id]
    is_closed = partial(ground.is_closed, event.business_id)
    return instead_of(lead, crew, is_closed, ground.at, channel=row["channel"], payload=row["payload"])


async def texts(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:  # noqa: ARG001 - as every fan
    """One text each, of the event's kind, to `facts["recipient"]`."""
    return [_to_one(event, "sms", event.facts["recipient"]) for event in events]


async def letters(ground: Ground, events: Sequence[OutboxEvent]) -> list[Planned]:
    """One email each, of the event's kind."""
    nameless = {event.business_id for event in events if not event.facts.get("recipient")}
    crews = await ground.crews(nameless) if nameless else {}
    planned = []
    for event in events:
        recipient = event.facts.get("recipient")
        crew = crews.get(event.business_id)
        if not recipient and crew:
            recipient = next((person.email for person in crew.people if person.email), None)
        planned.append(_to_one(event, "email", recipient or ""))
    return planned


def _to_one(event: OutboxEvent, channel: str, recipient: str) -> Planned:
    key = key_of(channel, recipient)
    row = NewDelivery(
        business_id=event.business_id,
        kind=event.kind,
        channel=channel,
        recipient=recipient,
        dedupe=f"{event.uid}:{event.kind}:{key}",
        payload=event.facts,
    )
    planned = Planned(row=row, key=key)
    return planned if recipient else planned.skipped("no_address")
