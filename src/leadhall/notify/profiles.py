"""Sender profiles as they are stored: what a directory or a business sends by. Secrets lie under the instance key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar

import asyncpg
import msgspec
from msgspec import Struct

from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.notify.transport import MailTransport, Tls

SQL = statements(__package__, "profiles.sql")
PURPOSE = "sender profile"
Channel = Literal["email", "sms"]


class Place(NamedTuple):
    """Whose profile: a business's, a directory's, or the installation's own (both 0)."""

    business_id: int = 0
    directory_id: int = 0

    @property
    def name(self) -> str:
        """What a suppression or a pause is of: `business:7`, `directory:3`, `instance`."""
        if self.business_id:
            return f"business:{self.business_id}"
        return f"directory:{self.directory_id}" if self.directory_id else "instance"


INSTANCE = Place()


class MailProfile(Struct, kw_only=True, omit_defaults=True):
    """What is set for mail; all that is None comes from the parent."""

    host: str | None = None
    port: int | None = None
    tls: Tls | None = None
    username: str | None = None
    from_address: str | None = None
    from_name: str | None = None
    spf: str | None = None
    """The mechanism that SPF must hold, such as include:spf.relay.example."""
    selector: str | None = None
    """Of the DKIM key we sign with."""
    password: str | None = None
    dkim_key: str | None = None

    @property
    def transport(self) -> MailTransport | None:
        if not (self.host and self.port and self.tls):
            return None
        return MailTransport(self.host, self.port, self.tls, self.username, self.password)

    @property
    def domain(self) -> str | None:
        return self.from_address.rpartition("@")[2] if self.from_address else None


class SmsProfile(Struct, kw_only=True, omit_defaults=True):
    """What is set for texts."""

    account_sid: str | None = None
    number: str | None = None
    messaging_service: str | None = None
    a2p: Literal["registered"] | None = None
    """Carriers take texts to numbers of +1 from registered senders only."""
    auth_token: str | None = None


SECRETS = {"password", "dkim_key", "auth_token"}
Profile = TypeVar("Profile", MailProfile, SmsProfile)
CHANNEL_OF: dict[type[Struct], Channel] = {MailProfile: "email", SmsProfile: "sms"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A profile without its secrets, for people."""

    business_id: int
    directory_id: int
    channel: str
    owner: str
    settings: dict[str, Any]
    checks: list[dict[str, Any]]
    checked_at: datetime | None
    verified_at: datetime | None


async def get_profile(
    connection: Connection | asyncpg.Pool, key: InstanceKey, place: Place, kind: type[Profile]
) -> Profile:
    """As it was set, with its secrets; an empty one when nothing was."""
    row = await connection.fetchrow(SQL["get"], *place, CHANNEL_OF[kind])
    return kind() if row is None else open_profile(key, row["settings"], row["sealed"], kind)


def open_profile(key: InstanceKey, settings: dict[str, Any], sealed: bytes | None, kind: type[Profile]) -> Profile:
    secrets = msgspec.json.decode(key.decrypt(sealed, purpose=PURPOSE)) if sealed else {}
    return msgspec.convert(settings | secrets, kind)


async def set_profile(connection: Connection, key: InstanceKey, place: Place, profile: Profile) -> None:
    """Keep it in the place of the one before. A new From domain or DKIM key must be verified anew."""
    before = await get_profile(connection, key, place, type(profile))
    values = msgspec.to_builtins(profile)
    secrets = {name: value for name, value in values.items() if name in SECRETS}
    settings = {name: value for name, value in values.items() if name not in SECRETS}
    sealed = key.encrypt(msgspec.json.encode(secrets).decode(), purpose=PURPOSE) if secrets else None
    await connection.execute(
        SQL["set"], *place, CHANNEL_OF[type(profile)], settings, sealed, _proves(before) == _proves(profile)
    )


def _proves(profile: MailProfile | SmsProfile) -> tuple[Any, ...]:
    """What a verification was about."""
    return (profile.domain, profile.selector, profile.dkim_key) if isinstance(profile, MailProfile) else ()


async def record_checks(connection: Connection, place: Place, checks: list[dict[str, Any]], *, verified: bool) -> None:
    """Keep what a look at the DNS found. NotFound when this place has no mail profile."""
    if not await connection.fetchval(SQL["record_checks"], *place, checks, verified):
        raise NotFound("There is no sender to check here: leadhall sender set")


async def list_profiles(connection: Connection | asyncpg.Pool) -> list[Listed]:
    """All profiles, the installation's first, then directories', then businesses'."""
    return [Listed(**row) for row in await connection.fetch(SQL["list"])]
