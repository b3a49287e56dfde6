"""What a client is told in which language, whether they take texts about their requests, and whether they are spam."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from leadhall.clients.book import get_client
from leadhall.clients.consents import in_effect_of, record_consent
from leadhall.clients.desk import Desk, hold_some
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event

SQL = statements(__package__, "settings.sql")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSettings:
    """`effective_language` is the preferred one, else the business's."""

    uid: str
    opt_out_transactional_sms: bool
    preferred_language: str | None
    effective_language: str


async def settings_of(connection: Connection, business_id: int, uid: str) -> ClientSettings:
    """NotFound for no such client."""
    client = await get_client(connection, business_id, uid)
    agreed = await in_effect_of(connection, business_id, [client], "transactional", "sms")
    row = await connection.fetchrow(SQL["languages"], business_id, uid)
    if row is None:
        raise NotFound("There is no such client")  # erased meanwhile
    return ClientSettings(
        uid=uid,
        opt_out_transactional_sms=agreed[uid] is False,
        preferred_language=row["preferred"],
        effective_language=row["preferred"] or row["locale"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """None leaves as it is; a blank language is the business's."""

    opt_out_texts: bool | None = None
    language: str | None = None


def faults_of(change: SettingsChange) -> list[Fault]:
    if change.language and not _LANGUAGE.fullmatch(change.language):
        return [Fault("invalid", "preferred_language must be a language such as en or pt-BR", "preferred_language")]
    return []


async def change_settings(desk: Desk, uid: str, change: SettingsChange, *, token_uid: str | None) -> ClientSettings:
    """Change what is given of one client. NotFound; Invalid for no language."""
    if faults := faults_of(change):
        raise Invalid.of(faults)
    if await change_many(desk, {uid: change}, token_uid=token_uid):
        raise NotFound("There is no such client")
    return await settings_of(desk.connection, desk.business_id, uid)


async def change_many(desk: Desk, wanted: Mapping[str, SettingsChange], *, token_uid: str | None) -> set[str]:
    """Change what is given of each, whose change has no faults; answers those that are no clients."""
    held = await hold_some(desk, list(wanted))
    for out in (True, False):
        clients = [client for uid, client in held.items() if wanted[uid].opt_out_texts is out]
        if clients:
            await record_consent(
                desk,
                clients,
                value=not out,
                purpose="transactional",
                channel="sms",
                act="api",
                token_uid=token_uid,
            )
    spoken = [(uid, language or None) for uid in held if (language := wanted[uid].language) is not None]
    if spoken:
        uids, languages = ([each[n] for each in spoken] for n in (0, 1))
        await desk.connection.execute(SQL["speak"], desk.business_id, uids, languages)
    return wanted.keys() - held.keys()


async def mark_spam(desk: Desk, uid: str, *, spam: bool) -> None:
    """The client writes spam, or does not after all. Their conversations are another room's."""
    revision = await desk.connection.fetchval(SQL["spam"], desk.business_id, uid, spam)
    if revision is not None:
        facts = {"events": ["client/updated"], "client_uid": uid, "client_revision": revision}
        await append_event(desk.connection, desk.business_id, "client", facts)
