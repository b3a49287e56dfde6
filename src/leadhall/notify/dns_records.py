"""What a domain must show in the DNS before mail leaves in its name: SPF, DKIM, DMARC; and whether it does.

Only DKIM decides: who can publish our key owns the domain. The other two decide where mail lands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import dns.asyncresolver
import dns.exception
import dns.resolver

from leadhall.notify.dkim_key import SELECTOR, public_key, record_of
from leadhall.notify.profiles import MailProfile

ANSWER_WITHIN_S = 5.0
Ask = Callable[[str], Awaitable[list[str]]]
"""The TXT records of a name; none for a name that there is not. DnsAway when nobody answers."""


class DnsAway(Exception):
    """No name server answered: nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One record: what should stand there and what does. `decides`: without it the parent's From is used."""

    what: str
    name: str
    wanted: str
    found: str
    good: bool
    decides: bool = False


def wanted_records(profile: MailProfile) -> list[tuple[str, str, str]]:
    """What, name and value of each record that the owner of the domain publishes."""
    domain = profile.domain
    if domain is None:
        return []
    records = [("SPF", domain, f"v=spf1 {profile.spf or 'a mx'} ~all")]
    if profile.dkim_key:
        records.append(("DKIM", f"{profile.selector or SELECTOR}._domainkey.{domain}", record_of(profile.dkim_key)))
    return [*records, ("DMARC", f"_dmarc.{domain}", "v=DMARC1; p=none")]


async def check_records(profile: MailProfile, ask: Ask) -> list[Check]:
    """Each record as it stands in the DNS now."""
    return [await _check(profile, what, name, wanted, ask) for what, name, wanted in wanted_records(profile)]


async def _check(profile: MailProfile, what: str, name: str, wanted: str, ask: Ask) -> Check:
    told = await ask(name)
    fits: dict[str, Callable[[Sequence[str]], bool]] = {
        "SPF": partial(_spf_fits, profile.spf),
        "DKIM": partial(_dkim_fits, profile.dkim_key),
        "DMARC": _dmarc_fits,
    }
    good = fits[what](told)
    shown = next((text for text in told if text.lower().startswith("v=")), told[0] if told else "")
    return Check(what=what, name=name, wanted=wanted, found=shown, good=good, decides=what == "DKIM")


def _spf_fits(mechanism: str | None, told: Sequence[str]) -> bool:
    """Exactly one SPF record, which lets our relay send."""
    records = [text.lower().split() for text in told if text.lower().split()[:1] == ["v=spf1"]]
    return len(records) == 1 and (mechanism is None or mechanism.lower() in records[0])


def _dkim_fits(key: str | None, told: Sequence[str]) -> bool:
    shown = [tags.get("p", "").replace(" ", "") for tags in map(_tags, told) if tags.get("v", "DKIM1") == "DKIM1"]
    return key is not None and public_key(key) in shown


def _dmarc_fits(told: Sequence[str]) -> bool:
    records = [tags for tags in map(_tags, told) if tags.get("v") == "DMARC1"]
    return len(records) == 1 and records[0].get("p") in {"none", "quarantine", "reject"}


def _tags(text: str) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (part.partition("=") for part in text.split(";"))}


def asking(nameserver: tuple[str, int] | None = None) -> Ask:
    """Ask the machine's name servers, or this one (address and port)."""
    resolver = dns.asyncresolver.Resolver(configure=nameserver is None)
    if nameserver is not None:
        resolver.nameservers, resolver.port = [nameserver[0]], nameserver[1]

    async def ask(name: str) -> list[str]:
        try:
            answer = await resolver.resolve(name, "TXT", lifetime=ANSWER_WITHIN_S)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as fault:
            raise DnsAway(f"{name}: {type(fault).__name__}") from fault
        return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]

    return ask
