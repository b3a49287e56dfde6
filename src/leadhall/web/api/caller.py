"""Who calls: the token in the Authorization header, the address it comes from, the business it names."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from leadhall.core.operation import Policy
from leadhall.core.text import clean, json_text
from leadhall.tenancy.caller import BusinessRef, Caller, unknown_token
from leadhall.web.answers import Header
from leadhall.web.head import Scope, header, utf8_header
from leadhall.web.limits import is_one_of

if TYPE_CHECKING:
    from leadhall.web.services import Services

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)
_TOKEN = re.compile(r"token +(?:token *= *)?\"?([^\s\",;]+)\"?(?: *[,;].*)?", re.IGNORECASE)


def credentials(scope: Scope) -> str | None:
    """The secret of `Bearer T`, `Token token="T"` or `Token T`; None when there is none that can be read."""
    given = header(scope, b"authorization")
    if given is None:
        return None
    given = given.strip()
    found = _BEARER.fullmatch(given) or _TOKEN.fullmatch(given)
    return found[1] if found else None


def client_ip(services: Services, scope: Scope) -> str | None:
    """The caller's address; None where there is none (a Unix socket).

    X-Forwarded-For counts only from a trusted proxy, and in it only what a trusted one wrote:
    read from the right, the first address that is no trusted proxy's.
    """
    client = scope.get("client")
    peer: str = client[0] if client else ""
    trusted = services.settings.trusted_proxies
    if not trusted or not is_one_of(peer, trusted):
        return peer or None
    forwarded = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
    return _first_stranger(forwarded, peer, trusted)


@lru_cache(maxsize=4096)
def _first_stranger(forwarded: str, peer: str, trusted: tuple[Any, ...]) -> str:
    for hop in reversed(forwarded.split(",")):
        address = _without_port(hop.strip())
        if not is_address(address):
            break
        peer = address
        if not is_one_of(address, trusted):
            break
    return peer


def _without_port(hop: str) -> str:
    """Some proxies write `[v6]:port` or `v4:port`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def is_address(text: str) -> bool:
    """Whether this text is one IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def on_behalf_of(scope: Scope) -> str | None:
    """The business that X-On-Behalf-Of names; blank is absent."""
    given = utf8_header(scope, b"x-on-behalf-of")
    return (given.strip() or None) if given else None


def business_named(content: Mapping[str, Any], key: str = "business_id") -> str | None:
    """The business that the body names; None when it names none. A list or object there names nobody we know."""
    value = content.get(key)
    if value is None:
        return None
    text = clean(json_text(value))[0]
    return text or None


def recognize(services: Services, scope: Scope, ip: str | None) -> Caller | None:
    """The caller, if the doorkeeper can tell without a wait; None when `identify` must tell."""
    secret = credentials(scope)
    return services.doorkeeper.recognize(secret, ip) if secret else None


async def identify(services: Services, scope: Scope, ip: str | None) -> Caller:
    """The caller by their token. Unauthorized (or its kind DeadToken) when there is none that lives."""
    secret = credentials(scope)
    if secret is None:
        raise unknown_token()
    return await services.doorkeeper.identify(secret, ip)


def may_call(services: Services, caller: Caller, policy: Policy) -> None:
    """Unauthorized (token_kind) unless kind and scopes are those of the policy."""
    services.doorkeeper.require(caller, policy)


def take_quota(services: Services, caller: Caller, scope: Scope) -> list[Header]:
    """Count this request; the headers that tell what is left. RateLimited when nothing is."""
    quota = services.limiter.take(
        caller.principal,
        caller.business_id or on_behalf_of(scope),
        caller.directory_id,
        rate_per_s=caller.rate_per_s,
        burst=caller.burst,
    )
    return quota.headers() if quota else []


async def reach(services: Services, caller: Caller, header_name: str | None, body_name: str | None) -> BusinessRef:
    """The business that X-On-Behalf-Of, `business_id` and the token mean together.

    One name, as is usual, is mostly remembered and needs no wait. Unauthorized (business_not_reachable) for one
    out of reach, Mismatch for two, Invalid (missing) for none.
    """
    known = None if header_name and body_name else services.doorkeeper.reached(caller, header_name or body_name or "")
    if known is not None:
        return known
    named = [("X-On-Behalf-Of", header_name or ""), ("business_id", body_name or "")]
    reached = await services.doorkeeper.reach(caller, named)
    if reached is None:  # not with needed=True, which is the default
        raise TypeError("a business was needed")
    return reached
