"""Consent given or withdrawn otherwise than by a lead: by the owner, or by the clients API (api.md 0.4.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadhall.clients.book import Client
from leadhall.clients.consent import Channel, ConsentRecord, Purpose, in_effect
from leadhall.clients.desk import Desk
from leadhall.clients.keys import email_key, split_email
from leadhall.core.db import Connection
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_events

SQL = statements(__package__, "consents.sql")
Act = Literal["owner", "api"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTold:
    """One record with its evidence, for the owner to read."""

    uid: str
    at: datetime
    purpose: Purpose
    channel: Channel
    address: str | None
    value: bool
    act: str
    made_the_client: bool
    wording: str | None
    page: str | None
    visitor_ip: str | None
    visitor_user_agent: str | None
    captured_at: str | None
    lead_uid: str | None
    token_uid: str | None


async def list_consents(connection: Connection, business_id: int, uid: str) -> list[ConsentTold]:
    """All that was ever said by a client, and by those merged into it, the newest first."""
    return [ConsentTold(**row) for row in await connection.fetch(SQL["list"], business_id, uid)]


def address_of(client: Client, channel: Channel) -> str | None:
    """Where consent by this channel counts: the present email's key, or the present number in E.164."""
    if channel == "sms":
        return client.phone_e164
    return email_key(client.email) if client.email and split_email(client.email) else None


async def record_consent(
    desk: Desk,
    clients: Sequence[Client],
    *,
    value: bool,
    act: Act,
    purpose: Purpose = "marketing",
    channel: Channel = "email",
    token_uid: str | None = None,
) -> int:
    """Record a yes or no for the present address of each; for how many that is news, told as `client/updated`."""
    before = await in_effect_of(desk.connection, desk.business_id, clients, purpose, channel)
    anew = [client for client in clients if before[client.uid] is not value]
    rows = [(client.uid, mint(), address_of(client, channel)) for client in anew]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        told = await desk.connection.fetch(
            SQL["record"], desk.business_id, purpose, channel, value, act, token_uid, *columns
        )
        facts = [
            {"events": ["client/updated"], "client_uid": row["uid"], "client_revision": row["revision"]} for row in told
        ]
        await append_events(desk.connection, desk.business_id, "client", facts)
    return len(anew)


async def in_effect_of(
    connection: Connection, business_id: int, clients: Sequence[Client], purpose: Purpose, channel: Channel
) -> dict[str, bool | None]:
    """For each client whether they agreed, for their present address; None when nothing says so."""
    rows = await connection.fetch(SQL["of"], business_id, [client.uid for client in clients], purpose, channel)
    records: dict[str, list[ConsentRecord]] = {client.uid: [] for client in clients}
    for row in rows:
        told = dict(row)
        records[told.pop("client_uid")].append(ConsentRecord(**told))
    return {
        client.uid: in_effect(records[client.uid], purpose, channel, address_of(client, channel)) for client in clients
    }


async def opt_ins(connection: Connection, business_id: int, clients: Sequence[Client]) -> dict[str, bool | None]:
    """For each client, whether they agreed to marketing by email to their present address."""
    return await in_effect_of(connection, business_id, clients, "marketing", "email")
