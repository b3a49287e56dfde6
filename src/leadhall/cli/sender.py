"""`leadhall sender set|check|list`: by whom mail and texts leave, and what the DNS must say."""

from __future__ import annotations

import sys
from dataclasses import asdict
from email.utils import parseaddr
from typing import Annotated, Any

import cyclopts
import msgspec
from cyclopts import Parameter

from leadhall.cli.faults import CliFault, Usage
from leadhall.cli.output import Json, row_of, say, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business, pick_directory
from leadhall.cli.sender_changes import NO_CHANGES, Changes, mail_after, sms_after
from leadhall.cli.session import Session, chosen_place, session
from leadhall.core.secrets import InstanceKey, instance_key
from leadhall.notify.dns_records import Check, DnsAway, asking, check_records, wanted_records
from leadhall.notify.profiles import (
    INSTANCE,
    MailProfile,
    Place,
    SmsProfile,
    get_profile,
    list_profiles,
    record_checks,
    set_profile,
)
from leadhall.tenancy.audit import record_act

app = cyclopts.App(name="sender", help="By whom mail and texts leave, and what the DNS must say.")
BusinessOption = Annotated[str | None, Parameter(name="--business", help="Of this business.")]
COLUMNS = ("owner", "channel", "sends_as", "verified_at", "checked_at")


@app.command(name="list")
async def list_(*, as_json: Json = False) -> None:
    """Every sender that was set. What is missing in one comes from its parent, last from the settings."""
    async with session() as at:
        rows = [row_of(each) | {"sends_as": _sends_as(each.settings)} for each in await list_profiles(at.connection)]
    show_rows(rows, as_json=as_json, columns=COLUMNS, nothing="none was set: the settings of the installation send")


def _sends_as(settings: dict[str, Any]) -> str | None:
    return settings.get("from_address") or settings.get("messaging_service") or settings.get("number")


@app.command(name="set")
async def set_(
    *,
    business: BusinessOption = None,
    directory: DirectoryOption = None,
    changes: Changes = NO_CHANGES,
) -> None:
    """Set by whom a business's mail and texts leave, or a directory's; for the installation DKIM, SPF and a2p alone.

    Prints the records that the owner of the domain publishes. Until the DNS shows the DKIM key, mail leaves in the name
    of the parent.
    """
    secret = sys.stdin.readline().strip() if changes.secret_stdin else None
    async with session() as at, at.connection.transaction():
        place, key = await _place(at, business, directory), _key(at)
        mail = await get_profile(at.connection, key, place, MailProfile)
        sms = await get_profile(at.connection, key, place, SmsProfile)
        new_mail, new_sms = mail_after(mail, changes, place, secret), sms_after(sms, changes, place, secret)
        if new_mail != mail:
            await set_profile(at.connection, key, place, new_mail)
        if new_sms != sms:
            await set_profile(at.connection, key, place, new_sms)
        await record_act(at.connection, "sender/set", place.name, business_id=place.business_id)
        domain = _mail_of(at, place, new_mail)
    say(f"{place.name} is set")
    for what, name, wanted in wanted_records(domain):
        print(f"{what:<5}  {name}  TXT  {wanted}")


@app.command
async def check(
    *,
    business: BusinessOption = None,
    directory: DirectoryOption = None,
    nameserver: Annotated[str | None, Parameter(help="Ask this one: address, or address:port.")] = None,
    as_json: Json = False,
) -> int:
    """Look in the DNS for SPF, DKIM and DMARC, and keep what was found. Exit code 1 while the DKIM key is not shown."""
    async with session() as at:
        place = await _place(at, business, directory)
        profile = _mail_of(at, place, await get_profile(at.connection, _key(at), place, MailProfile))
        if not profile.domain:
            raise CliFault(f"{place.name} has no From of its own", remedy="leadhall sender set --from 'Name <address>'")
        try:
            checks = await check_records(profile, asking(_nameserver(nameserver)))
        except DnsAway as fault:
            raise CliFault(f"the DNS does not answer: {fault}", remedy="nothing was changed; try again") from None
        good = any(each.decides and each.good for each in checks)
        async with at.connection.transaction():
            if await _is_set(at, place):
                await record_checks(at.connection, place, [asdict(each) for each in checks], verified=good)
    _tell(checks, place, good=good, as_json=as_json)
    return int(not good)


def _tell(checks: list[Check], place: Place, *, good: bool, as_json: bool) -> None:
    rows = [asdict(each) for each in checks]
    show_rows(rows, as_json=as_json, columns=("what", "good", "name", "found", "wanted"))
    if not good and place == INSTANCE:
        say("the installation sends all the same, but more lands in spam: leadhall sender set --new-key")
    elif not good:
        say("mail leaves in the name of the parent until the DKIM record is there")


async def _place(at: Session, business: str | None, directory: str | None) -> Place:
    if business is not None:
        return Place(business_id=(await pick_business(at.connection, business, directory)).id)
    if directory is not None:
        return Place(directory_id=(await pick_directory(at.connection, directory)).id)
    return INSTANCE


def _key(at: Session) -> InstanceKey:
    return instance_key(at.settings.secret_key, chosen_place(at.settings).data)


def _mail_of(at: Session, place: Place, profile: MailProfile) -> MailProfile:
    """With the From of the settings where it is the installation's."""
    if place != INSTANCE:
        return profile
    return msgspec.structs.replace(profile, from_address=parseaddr(at.settings.mail_from or "")[1] or None)


async def _is_set(at: Session, place: Place) -> bool:
    return any(
        (each.business_id, each.directory_id, each.channel) == (*place, "email")
        for each in await list_profiles(at.connection)
    )


def _nameserver(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "53")
    if not port.isdigit():
        raise Usage(f"--nameserver {text}: must be an address, or address:port")
    return host, int(port)
