"""One conversation: who it is, what came, why it was filed so, all that happened, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from leadhall.clients.book import Client, get_client
from leadhall.clients.consents import ConsentTold, list_consents
from leadhall.clients.fields import list_fields
from leadhall.clients.phone import read_phone
from leadhall.clients.statuses import label_of
from leadhall.conversations.acts import act_on, mark_read
from leadhall.conversations.by import By
from leadhall.conversations.canned import CannedReply, list_canned
from leadhall.conversations.drafts import Draft, draft_of
from leadhall.conversations.leads import Lead, get_lead
from leadhall.conversations.threads import Thread, get_thread
from leadhall.conversations.timeline import Item, timeline_of
from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import NotFound
from leadhall.intake.explain import decisions
from leadhall.tenancy.sessions import Membership
from leadhall.tenancy.staff import Staff, list_staff
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.links import clickable, inert
from leadhall.web.console.menu import look_first
from leadhall.web.console.reader import Reader, reader_of
from leadhall.web.console.rows import shown, working_for
from leadhall.web.console.saying import say
from leadhall.web.console.timeline import Line, lines_of

CONTACT = ("first_name", "last_name", "email", "phone", "address")
"""What the snapshot keeps, in the order shown."""


class ConversationQuery(msgspec.Struct):
    """What was just done."""

    told: str | None = None


@dataclass(frozen=True)
class Said:
    """One line of the contact snapshot: as this lead said, and as the card says where that differs."""

    field: str
    value: str
    card: str | None
    differs: bool


@dataclass(frozen=True)
class Shown:
    """All that the page shows of a conversation."""

    thread: Thread
    client: Client | None
    lead: Lead | None
    lines: list[Line]
    staff: list[Staff]
    canned: list[CannedReply]
    draft: Draft | None
    consents: list[ConsentTold]
    trace: list[str]

    @property
    def contact(self) -> dict[str, Any]:
        """Whom it is with: as the lead introduced itself, else as the card says."""
        if self.lead is not None:
            return {name: self.lead.contact.get(name) for name in CONTACT}
        return {name: getattr(self.client, name) for name in CONTACT} if self.client else {}

    @property
    def name(self) -> str:
        names = (self.contact.get("first_name"), self.contact.get("last_name"))
        return " ".join(part for part in names if part) or (self.client.name if self.client else "")

    @property
    def snapshot(self) -> list[Said]:
        said = []
        for name in CONTACT:
            value, card = self.contact.get(name), getattr(self.client, name) if self.client else None
            if value or card:
                said.append(Said(name, value or "", card, differs=bool(value) and value != card))
        return said


async def show_conversation(call: Call) -> Answer:
    here, reader, uid = working_for(call), await reader_of(call), call.path["uid"]
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        thread = await _opened(call, connection, here, uid)
        found = await _read(connection, here, thread, reader)
    e164 = read_phone(found.contact.get("phone") or "", reader.country).e164
    return await console_page(
        call, "conversation.html", title=thread.title, here="inbox", conversation=uid, it=found, thread=thread,
        e164=e164, client_status=label_of(found.client.status, reader.status_labels) if found.client else "",
        clickable=clickable, inert=inert, channels=_channels(found, e164),
    )  # fmt: skip


async def _opened(call: Call, connection: Connection, here: Membership, uid: str) -> Thread:
    """The conversation; who opens one that was unread has read it."""
    await look_first(call, connection, here, uid)
    thread = await get_thread(connection, here.business_id, uid)
    if thread is not None and thread.business_unread and call.scope["method"] == "GET":
        await act_on(connection, here.business_id, uid, [mark_read()], By(staff_uid=here.staff_uid))
        await look_first(call, connection, here, uid)
        thread = await get_thread(connection, here.business_id, uid)
    if thread is None:
        raise NotFound("There is no such conversation")
    return thread


def _channels(found: Shown, e164: str | None) -> list[str]:
    """By which an answer can reach them."""
    return [*(["email"] if found.contact.get("email") else []), *(["sms"] if e164 else [])]


async def _read(connection: Connection, here: Membership, thread: Thread, reader: Reader) -> Shown:
    business_id, uid = here.business_id, thread.uid
    own = await list_fields(connection, business_id)
    labels = {field.id: field.label for field in own}
    lead = await _lead(connection, business_id, uid)
    items: list[Item] = await timeline_of(connection, business_id, uid)
    return Shown(
        thread=thread,
        client=await _client(connection, business_id, thread.client_uid),
        lead=lead,
        lines=lines_of(items, reader.words, labels),
        staff=await list_staff(connection, business_id),
        canned=await list_canned(connection, business_id),
        draft=await draft_of(connection, business_id, uid, here.staff_uid),
        consents=[
            each for each in await list_consents(connection, business_id, thread.client_uid) if each.lead_uid == uid
        ],
        trace=[say(each, reader.words, reader.status_labels) for each in decisions(lead.facts, labels)] if lead else [],
    )


async def _client(connection: Connection, business_id: int, uid: str) -> Client | None:
    """None for one that was put away."""
    try:
        return await get_client(connection, business_id, uid)
    except NotFound:
        return None


async def _lead(connection: Connection, business_id: int, uid: str) -> Lead | None:
    """None for a conversation that staff began."""
    try:
        return await get_lead(connection, business_id, uid)
    except NotFound:
        return None


OPERATIONS = (
    shown(
        "conversation", "Conversation", "/inbox/{uid}", show_conversation, query=ConversationQuery,
        summary="One lead with its message, timeline, decision trace, and the answer to it. Opening it marks it read.",
    ),
)  # fmt: skip
