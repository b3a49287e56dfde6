"""Whether a mail really is from the domain in its From: by its DKIM signature, or as a mail host we trust saw it.

A From is easily written by anybody. Only what is authentic may speak for a member of staff.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from leadhall.inbound.letters.mime import Letter

log = structlog.get_logger(__name__)

SIGNATURES_MOST = 5
DNS_WITHIN_S = 5
Resolve = Callable[..., bytes | None]

_METHOD = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*(\w+)", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom|smtp\.mail)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE
)
_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe. `authserv` is the name under which our own mail host writes Authentication-Results."""

    authserv: str | None = None
    resolve: Resolve | None = None
    """Instead of the DNS."""


def is_authentic(raw: bytes, letter: Letter, trust: Trust) -> bool:
    """Whether its From can be believed. Asks DNS, so in a thread; never raises."""
    if letter.sender is None:
        return False
    domain = letter.sender.rpartition("@")[2]
    return _host_saw_it(letter, domain, trust.authserv) or _is_signed(raw, domain, trust.resolve)


def _host_saw_it(letter: Letter, domain: str, authserv: str | None) -> bool:
    """Only the topmost Authentication-Results counts: what stands below it may have come with the mail."""
    results = letter.headers.get("authentication-results", [])
    if authserv is None or not results:
        return False
    name, *methods = _COMMENT.sub(" ", results[0]).split(";")
    if (name.split() or [""])[0].lower() != authserv.lower():
        return False
    return any(_vouches(method, domain) for method in methods)


def _vouches(method: str, domain: str) -> bool:
    told = _METHOD.match(method)
    if told is None or told[2].lower() != "pass":
        return False
    wanted = {"dmarc": {"header.from"}, "dkim": {"header.d", "header.i"}, "spf": {"smtp.mailfrom", "smtp.mail"}}
    properties = _PROPERTY.findall(method)
    about = [value for name, value in properties if name.lower() in wanted[told[1].lower()]]
    return bool(about) and all(is_aligned(value.rpartition("@")[2], domain) for value in about)


def is_aligned(signer: str, domain: str) -> bool:
    """The same domain, or one above it. A single label (`com`) vouches for nobody."""
    signer, domain = signer.lower().rstrip("."), domain.lower().rstrip(".")
    return signer == domain or ("." in signer and domain.endswith(f".{signer}"))


def _is_signed(raw: bytes, domain: str, resolve: Resolve | None) -> bool:
    """Whether a valid DKIM signature of the domain covers the From and the whole body."""
    import dkim  # noqa: PLC0415 - slow to load, with all of DNS; only mail that comes in needs it

    try:
        message = dkim.DKIM(raw, timeout=DNS_WITHIN_S, minkey=1024)
        signatures = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
        ask = resolve or dkim.dnsplug.get_txt
        return any(_holds(raw, place, value, domain, ask) for place, value in enumerate(signatures[:SIGNATURES_MOST]))
    except Exception as fault:  # noqa: BLE001 - whatever a stranger's signature does to the library
        log.info("inbound.signature_unreadable", fault=type(fault).__name__)
        return False


def _holds(raw: bytes, place: int, signature: bytes, domain: str, resolve: Resolve) -> bool:
    import dkim  # noqa: PLC0415 - as above

    tags = dict(part.strip().partition(b"=")[::2] for part in signature.split(b";") if b"=" in part)
    tags = {name.strip(): value.strip() for name, value in tags.items()}
    if b"l" in tags or not is_aligned(tags.get(b"d", b"").decode("ascii", "replace"), domain):
        return False  # l= leaves room for words that nobody signed
    try:
        return bool(dkim.DKIM(raw, timeout=DNS_WITHIN_S, minkey=1024).verify(idx=place, dnsfunc=resolve))
    except dkim.DKIMException:
        return False
