"""What an event tells, rendered once: from what its outbox row says and the rows it names, as they are now."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import msgspec
from msgspec import UNSET

from leadhall.clients.book import Client
from leadhall.clients.consents import opt_ins
from leadhall.conversations.parts import text_of
from leadhall.core.clock import iso_milliseconds, iso_seconds
from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.catalogue import EVENTS, Event
from leadhall.events.outbox import OutboxEvent
from leadhall.events.told import (
    Address,
    BusinessTold,
    ClientTold,
    ConversationTold,
    LeadTold,
    MatterTold,
    MessageTold,
    SentTold,
    StaffTold,
    TagTold,
    Told,
)

SQL = statements(__package__, "fanout.sql")


class NothingToTell(LookupError):
    """A row that the event tells of is no longer there."""


class Rows:
    """The rows that a batch of events tells of, each read once; many are read beforehand with one question."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read: dict[tuple[Any, ...], asyncpg.Record] = {}
        self._opted: dict[tuple[int, str], bool | None] = {}

    async def read(self, what: str, keys: Sequence[tuple[Any, ...]]) -> None:
        """Read many of a kind, by business and what else finds them (`KEYS`)."""
        if keys:
            columns = [list(column) for column in zip(*keys, strict=True)]
            for row in await self._connection.fetch(SQL[what], *columns):
                self._read[what, row["business_id"], *[row[name] for name in KEYS[what]]] = row

    async def one(self, what: str, *key: Any) -> asyncpg.Record:
        """One row, from memory or read now. NothingToTell when it is not there."""
        row = self._read.get((what, *key))
        if row is None:
            await self.read(what, [key])
            row = self._read.get((what, *key))
        if row is None:
            raise NothingToTell(what)
        return row

    async def opted_in(self, business_id: int, uid: str) -> bool | None:
        """What a client said to being written to; asked for all clients of the business that were read."""
        if (business_id, uid) not in self._opted:
            clients = [
                Client(**{name: row[name] for name in Client.__dataclass_fields__})
                for (what, business, *_), row in self._read.items()
                if what == "client" and business == business_id and (business, row["uid"]) not in self._opted
            ]
            said = await opt_ins(self._connection, business_id, clients)
            self._opted |= {(business_id, each): answer for each, answer in said.items()}
        return self._opted[business_id, uid]


KEYS: dict[str, tuple[str, ...]] = {
    "business": (),
    "client": ("uid",),
    "conversation": ("uid",),
    "message": ("conversation_uid", "uid"),
    "staff": ("uid",),
}


async def read_for(rows: Rows, events: Sequence[OutboxEvent]) -> None:
    """Read beforehand what most of these events tell of."""
    tellings = [Telling(rows, event) for event in events]
    await rows.read("business", sorted({(each.event.business_id,) for each in tellings}))
    clients = {(each.event.business_id, uid) for each in tellings if (uid := each.facts.get("client_uid"))}
    await rows.read("client", sorted(clients))
    conversations = {(each.event.business_id, uid) for each in tellings if (uid := each.conversation_uid)}
    await rows.read("conversation", sorted(conversations))


class Telling:
    """One event, and what every payload says of it."""

    def __init__(self, rows: Rows, event: OutboxEvent) -> None:
        self._rows = rows
        self._business_id = event.business_id
        self.event = event
        self.facts = event.facts
        self.lead_uid: str | None = event.uid if event.kind == "lead" else event.facts.get("lead_uid")

    def common(self, revision: int | None = None) -> dict[str, Any]:
        """The keys of ours. `revision`: that of the client as it is told."""
        return {
            "lead_uid": self.lead_uid,
            "client_revision": revision if revision is not None else self.facts.get("client_revision"),
            "occurred_at": iso_milliseconds(self.event.created_at),
            "is_test": True if self.facts.get("is_test") else UNSET,
        }

    async def business(self) -> asyncpg.Record:
        return await self._row("business")

    async def conversation(self) -> asyncpg.Record:
        return await self._row("conversation", self.conversation_uid)

    @property
    def conversation_uid(self) -> str | None:
        return self.facts.get("conversation_uid") or self.lead_uid

    async def client(self) -> asyncpg.Record:
        return await self._row("client", self.facts.get("client_uid"))

    async def staff(self) -> asyncpg.Record:
        return await self._row("staff", self.facts.get("staff_uid"))

    async def message(self) -> asyncpg.Record:
        """The message named; of a lead its own."""
        uid = self.facts.get("message_uid") or (await self.conversation())["message_uid"]
        return await self._row("message", self.conversation_uid, uid)

    async def opt_in(self) -> bool | None:
        row = await self.client()
        return await self._rows.opted_in(self._business_id, row["uid"]) if row["shows_opt_in"] else None

    async def _row(self, what: str, *keys: str | None) -> asyncpg.Record:
        return await self._rows.one(what, self._business_id, *keys)


async def tell(telling: Telling, name: str) -> list[bytes]:
    """The bodies of this event, as JSON: one, but for tags one each. None when what it tells of is gone."""
    event = EVENTS[name]
    try:
        told = [each async for each in _told(telling, event)]
    except NothingToTell:
        return []
    return [msgspec.json.encode(event.payload(each)) for each in told]


async def _told(telling: Telling, event: Event) -> AsyncIterator[Told]:
    if event.data is TagTold:
        for tag in await _tags(telling, event.name):
            yield await _tag(telling, tag)
        return
    build = BUILDERS.get(event.data)
    if build is not None:
        yield await build(telling)
    else:
        keys = {key: value for key, value in telling.common().items() if value is not UNSET}
        yield msgspec.convert(keys | telling.facts["data"], type=event.data)


async def _tags(telling: Telling, name: str) -> list[str]:
    """Those that came on or off; of a lead, what its facts say or, for the client it made, what it has."""
    named = telling.facts.get("tags")
    if named is not None:
        return list(named)
    decided = (await telling.conversation())["facts"] or {}
    if "tags_added" in decided:
        return list(decided["tags_added"])
    many = telling.facts["events"].count(name)
    return list((await telling.client())["tags"][:many])


async def _tag(telling: Telling, tag: str) -> TagTold:
    business = await telling.business()
    return TagTold(**telling.common(), name=tag, business_id=business["uid"], clients=[telling.facts["client_uid"]])


async def _client_keys(telling: Telling) -> dict[str, Any]:
    row, business = await telling.client(), await telling.business()
    conversation = await telling.conversation() if telling.conversation_uid else None
    opt_in = await telling.opt_in()
    return {
        **telling.common(row["revision"]),
        "business_id": business["uid"],
        "client_id": row["uid"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "phone": row["phone"],
        "email": row["email"],
        "image": None,
        "address": Address(row["address"]),
        "custom_fields": row["labelled"],
        "visible": not row["is_gone"],
        "opt_in": None if opt_in is None else "1" if opt_in else "0",
        "spam": bool(row["is_spam"] or (conversation and conversation["spam"])),
        "created_at": iso_seconds(row["created_at"]),
        "updated_at": iso_seconds(row["updated_at"]),
    }


async def _client(telling: Telling) -> ClientTold:
    return ClientTold(**await _client_keys(telling))


async def _lead(telling: Telling) -> LeadTold:
    conversation = await telling.conversation()
    return LeadTold(
        **await _client_keys(telling),
        conversation_uid=conversation["uid"],
        message_uid=conversation["message_uid"],
        is_new_client=bool(conversation["facts"]["created"]),
        title=conversation["title"],
        source=conversation["source"],
        source_url=conversation["source_url"],
        contact=conversation["contact"],
    )


async def _message(telling: Telling) -> MessageTold:
    row, business = await telling.message(), await telling.business()
    return MessageTold(
        **telling.common(),
        uid=row["uid"],
        conversation_uid=row["conversation_uid"],
        contact_uid=row["client_uid"],
        business_uid=business["uid"],
        staff_uid=row["staff_uid"],
        message_type=row["kind"],
        direction=row["direction"],
        text=html.escape(_words(row)),
        message_category=None,
        channel_uid=None,
        external_message_id=None,
        created_at=iso_milliseconds(row["created_at"]),
    )


def _words(message: asyncpg.Record) -> str:
    """What a person wrote, or what a lead brought as its owner reads it."""
    return message["text"] if message["text"] is not None else text_of(message["parts"] or ())


async def _sent(telling: Telling) -> SentTold:
    row, business = await telling.message(), await telling.business()
    return SentTold(
        **telling.common(),
        business_id=business["uid"],
        staff_id=row["staff_uid"],
        conversation_id=row["conversation_uid"],
        message_id=row["uid"],
        message=_words(row),
        client_id=row["client_uid"],
        created_at=iso_milliseconds(row["created_at"]),
    )


async def _conversation(telling: Telling) -> ConversationTold:
    row, business = await telling.conversation(), await telling.business()
    return ConversationTold(
        **telling.common(),
        matter_uid=row["client_uid"],
        contact_uid=row["client_uid"],
        business_uid=business["uid"],
        updated_at=iso_milliseconds(row["updated_at"]),
    )


async def _matter(telling: Telling) -> MatterTold:
    row, business = await telling.client(), await telling.business()
    return MatterTold(
        **telling.common(row["revision"]),
        matter_id=row["uid"],
        display_name=" ".join(filter(None, [row["first_name"], row["last_name"]])) or row["email"] or row["uid"],
        deleted=row["is_gone"],
        staff_id=row["assigned_staff_uid"],
        business_id=business["uid"],
        created_at=iso_milliseconds(row["created_at"]),
        updated_at=iso_milliseconds(row["updated_at"]),
    )


async def _staff(telling: Telling) -> StaffTold:
    row, business = await telling.staff(), await telling.business()
    return StaffTold(
        **telling.common(),
        business_id=business["uid"],
        staff_id=row["uid"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        display_name=row["display_name"],
        phone=row["mobile_number"],
        email=row["email"],
        role=row["role"],
        state="deleted" if row["deleted_at"] else "active",
        created_at=iso_milliseconds(row["created_at"]),
    )


async def _business(telling: Telling) -> BusinessTold:
    row = await telling.business()
    closed_at = row["closed_at"]
    return BusinessTold(
        **telling.common(),
        business_id=row["uid"],
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        created_at=iso_milliseconds(row["created_at"]),
        updated_at=iso_milliseconds(row["updated_at"]),
        closed_at=iso_milliseconds(closed_at) if closed_at else None,
    )


BUILDERS: dict[type[Told], Callable[[Telling], Awaitable[Told]]] = {
    LeadTold: _lead,
    ClientTold: _client,
    MessageTold: _message,
    SentTold: _sent,
    ConversationTold: _conversation,
    MatterTold: _matter,
    StaffTold: _staff,
    BusinessTold: _business,
}
"""Who builds what is told from rows; the rest comes whole in `facts["data"]`."""


def sample_body(name: str) -> bytes:
    """The catalogue's sample of an event, as it would be sent, and marked as a test."""
    event = EVENTS[name]
    return msgspec.json.encode(event.payload(msgspec.structs.replace(event.sample, is_test=True)))
