"""From the options of `leadhall sender set` to what a sender is to be."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from email.utils import parseaddr
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from leadhall.cli.faults import Usage
from leadhall.clients.phone import read_phone
from leadhall.notify.dkim_key import SELECTOR, new_key
from leadhall.notify.headers import sendable
from leadhall.notify.profiles import INSTANCE, MailProfile, Place, Profile, SmsProfile
from leadhall.notify.transport import read_transport

NO_REGION = "ZZ"
NONE = "none"


@Parameter(name="*")
@dataclass(frozen=True)
class Changes:
    """What to set; what is left out stays. `none` takes a value away."""

    from_: Annotated[str | None, Parameter(name="--from", help="From of mail: Name <address>.")] = None
    smtp: Annotated[
        str | None, Parameter(help="Its own relay: smtp://user@host:port?tls=starttls; the password by stdin.")
    ] = None
    spf: Annotated[str | None, Parameter(help="What SPF must hold, such as include:spf.relay.example.")] = None
    selector: Annotated[str | None, Parameter(help="Of the DKIM key.")] = None
    new_key: Annotated[bool, Parameter(help="Make a new DKIM key; the record changes.")] = False
    twilio_account: Annotated[str | None, Parameter(help="Its own SMS account; the token by stdin.")] = None
    number: Annotated[str | None, Parameter(help="The number that texts come from, +15005550006.")] = None
    messaging_service: Annotated[str | None, Parameter(help="Instead of a number: MG….")] = None
    a2p: Annotated[
        Literal["registered", "none"] | None, Parameter(help="Carriers know the sender: texts may go to leads in +1.")
    ] = None
    secret_stdin: Annotated[bool, Parameter(help="Read the password or token from stdin.")] = False


NO_CHANGES = Changes()


def mail_after(profile: MailProfile, changes: Changes, place: Place, secret: str | None) -> MailProfile:
    """The mail profile as it is to be; a From of its own gets a DKIM key. Usage for what cannot be."""
    told: dict[str, Any] = {"spf": changes.spf, "selector": changes.selector}
    if changes.from_ is not None:
        told |= _from(changes.from_, place)
    if changes.smtp is not None:
        told |= _relay(changes.smtp, place, secret)
    after = _changed(profile, told)
    if changes.new_key or (after.from_address and not after.dkim_key):
        after = msgspec.structs.replace(after, dkim_key=new_key(), selector=after.selector or SELECTOR)
    return after


def _from(text: str, place: Place) -> dict[str, Any]:
    _of_a_tenant(place, "LEADHALL_MAIL_FROM")
    if text == NONE:
        return {"from_address": NONE, "from_name": NONE}
    name, address = parseaddr(text)
    try:
        return {"from_address": sendable(address), "from_name": name or NONE}
    except ValueError as fault:
        raise Usage(f"--from {text}: {fault}") from None


def _relay(url: str, place: Place, secret: str | None) -> dict[str, Any]:
    _of_a_tenant(place, "LEADHALL_SMTP_URL")
    if url == NONE:
        return dict.fromkeys(("host", "port", "tls", "username", "password"), NONE)
    try:
        relay = read_transport(url)
    except ValueError as fault:
        raise Usage(f"--smtp: {fault}") from None
    return asdict(replace(relay, username=relay.username or NONE, password=secret or relay.password or NONE))


def sms_after(profile: SmsProfile, changes: Changes, place: Place, secret: str | None) -> SmsProfile:
    """The same for texts."""
    told: dict[str, Any] = {"a2p": changes.a2p}
    if changes.twilio_account is not None:
        _of_a_tenant(place, "LEADHALL_TWILIO_ACCOUNT_SID")
        if changes.twilio_account != NONE and not secret:
            raise Usage("the account's token comes by stdin", remedy="… --secret-stdin < token.txt")
        told |= {"account_sid": changes.twilio_account, "auth_token": secret or NONE}
    if changes.number is not None:
        _of_a_tenant(place, "LEADHALL_TWILIO_FROM")
        number = changes.number if changes.number == NONE else read_phone(changes.number, NO_REGION).e164
        if number is None:
            raise Usage(f"--number {changes.number}: must be in E.164, such as +15005550006")
        told |= {"number": number, "messaging_service": NONE}
    if changes.messaging_service is not None:
        _of_a_tenant(place, "LEADHALL_TWILIO_FROM")
        told |= {"messaging_service": changes.messaging_service, "number": NONE}
    return _changed(profile, told)


def _of_a_tenant(place: Place, setting: str) -> None:
    if place == INSTANCE:
        raise Usage(f"the installation's own stands in {setting}", remedy="--business NAME, or --directory UID")


def _changed(profile: Profile, told: dict[str, Any]) -> Profile:
    given = {name: None if value == NONE else value for name, value in told.items() if value is not None}
    return msgspec.structs.replace(profile, **given)
