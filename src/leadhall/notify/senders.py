"""By whom a business's mail and texts leave: its own profile, its directory's, the installation's, nearest first.

From is the nearest address whose domain shows our DKIM key; the installation's own needs no proof.
Where it is not the business's own, the name says so: "Acme Plumbing via Bayside Agency".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import msgspec
from msgspec import Struct

from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.notify.profiles import INSTANCE, MailProfile, Place, Profile, SmsProfile, open_profile
from leadhall.notify.transport import MailTransport, read_transport
from leadhall.settings import Settings
from leadhall.tenancy.settings_store import public_url

SQL = statements(__package__, "senders.sql")
PRODUCT = "Leadhall"


@dataclass(frozen=True)
class MailSender:
    """`key` is what a pause and a suppression are of; without a transport, mail is captured."""

    key: str
    from_address: str
    from_name: str
    transport: MailTransport | None
    selector: str | None = None
    dkim_key: str | None = field(default=None, repr=False)

    @property
    def domain(self) -> str:
        return self.from_address.rpartition("@")[2]


@dataclass(frozen=True)
class SmsSender:
    """An SMS account, and the number or Messaging Service that texts leave by."""

    key: str
    url: str
    account_sid: str
    auth_token: str = field(repr=False)
    number: str | None
    messaging_service: str | None
    a2p_registered: bool


class Layer(Struct, kw_only=True):
    """One place's profiles; the installation's are always trusted."""

    place: Place
    name: str
    mail: MailProfile
    sms: SmsProfile
    verified: bool


class Senders:
    """Resolves who sends for a business. Asked anew each time: a change holds from the next mail on."""

    def __init__(self, pool: asyncpg.Pool, key: InstanceKey, settings: Settings) -> None:
        self._pool = pool
        self._key = key
        self._settings = settings

    async def mail_for(self, business_id: int) -> MailSender:
        """The sender of a business's mail; of the installation's own for 0."""
        return resolve_mail(await self._layers(business_id))

    async def sms_for(self, business_id: int) -> SmsSender | None:
        """The sender of a business's texts; None where none is configured: they are captured."""
        return resolve_sms(await self._layers(business_id), self._settings.twilio_url)

    async def url(self) -> str:
        """The address that links begin with."""
        if self._settings.public_url:
            return self._settings.public_url
        async with self._pool.acquire() as connection:
            return await public_url(connection) or f"http://127.0.0.1:{self._settings.port}"

    @property
    def instance_sms(self) -> SmsProfile:
        """The installation's own account, as the environment gives it."""
        settings = self._settings
        is_service = (settings.twilio_from or "").startswith("MG")
        return SmsProfile(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            messaging_service=settings.twilio_from if is_service else None,
            number=None if is_service else settings.twilio_from,
        )

    async def _layers(self, business_id: int) -> list[Layer]:
        """Nearest first; the last is the installation's."""
        rows = await self._pool.fetch(SQL["layers"], business_id)
        return [*(self._layer(row) for row in rows if row["name"]), await self._instance(rows)]

    def _layer(self, row: Any) -> Layer:
        return Layer(
            place=Place(row["business_id"], row["directory_id"]),
            name=row["name"],
            mail=self.open_profile(row["mail"], row["mail_sealed"], MailProfile),
            sms=self.open_profile(row["sms"], row["sms_sealed"], SmsProfile),
            verified=row["verified"],
        )

    async def _instance(self, rows: list[Any]) -> Layer:
        """The environment's accounts; what only the database can hold (DKIM key, registration) lies there."""
        kept = self._layer(next(row for row in rows if not row["name"]))
        settings = self._settings
        kept.name, kept.verified = PRODUCT, True
        given = read_transport(settings.smtp_url) if settings.smtp_url else None
        kept.mail.host, kept.mail.port, kept.mail.tls, kept.mail.username, kept.mail.password = (
            (given.host, given.port, given.tls, given.username, given.password) if given else (None,) * 5
        )
        name, address = parseaddr(settings.mail_from or "")
        kept.mail.from_name = name or PRODUCT
        kept.mail.from_address = address or f"leadhall@{_domain_of(await self.url())}"
        kept.sms = msgspec.structs.replace(self.instance_sms, a2p=kept.sms.a2p)
        return kept

    def open_profile(self, settings: dict[str, Any] | None, sealed: bytes | None, kind: type[Profile]) -> Profile:
        """A stored profile with its secrets."""
        return open_profile(self._key, settings or {}, sealed, kind)


def _domain_of(url: str) -> str:
    """The host of our address where it is a name; `leadhall.invalid`, which no relay takes, where it is none."""
    host = urlsplit(url).hostname or ""
    return host if "." in host and not host.replace(".", "").isdigit() and ":" not in host else "leadhall.invalid"


def resolve_mail(layers: list[Layer]) -> MailSender:
    """The nearest layer with a From that may be used; its relay, or the nearest one above it."""
    at = next(n for n, layer in enumerate(layers) if layer.mail.from_address and layer.verified)
    chosen, mail = layers[at], layers[at].mail
    return MailSender(
        key=chosen.place.name,
        from_address=mail.from_address or "",
        from_name=_name(layers, at),
        transport=next((found for layer in layers[at:] if (found := layer.mail.transport)), None),
        selector=mail.selector,
        dkim_key=mail.dkim_key,
    )


def _name(layers: list[Layer], at: int) -> str:
    """The From name: the business's when the address is its own, else through whom it comes."""
    own = layers[0]
    if at == 0:
        return own.mail.from_name or own.name
    agency = next((layer.mail.from_name or layer.name for layer in layers[1:] if layer.place != INSTANCE), PRODUCT)
    return own.name if own.name == agency else f"{own.name} via {agency}"


def resolve_sms(layers: list[Layer], url: str) -> SmsSender | None:
    """The nearest account that is whole; the nearest number or service at or below it."""
    at = next((n for n, layer in enumerate(layers) if layer.sms.account_sid and layer.sms.auth_token), None)
    if at is None:
        return None
    account, by = layers[at].sms, _leaves_by(layers[: at + 1])
    if by is None or account.account_sid is None or account.auth_token is None:
        return None
    return SmsSender(
        key=layers[at].place.name,
        url=url,
        account_sid=account.account_sid,
        auth_token=account.auth_token,
        number=by.number,
        messaging_service=by.messaging_service,
        a2p_registered="registered" in (by.a2p, account.a2p),
    )


def _leaves_by(layers: list[Layer]) -> SmsProfile | None:
    return next((layer.sms for layer in layers if layer.sms.number or layer.sms.messaging_service), None)
