"""The caller of a request, as their token says: who, for whom, and what they may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

from leadhall.core.errors import Fault, Unauthorized
from leadhall.core.operation import Policy, TokenKind

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class BusinessRef:
    """A business somebody may reach."""

    id: int
    uid: str
    directory_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls. `principal` survives rotation of the token: limits and idempotency hang on it.

    `business_id` is set when the token was issued for one business, `business` when that may be reached:
    it is open and, for an app, has it installed.
    `own_identifiers` belong to the caller's directory and app and so identify nobody;
    those of a business come with the business.
    """

    token_uid: str
    principal: str
    kind: TokenKind
    directory_id: int
    business: BusinessRef | None = None
    business_id: int | None = None
    staff_uid: str | None = None
    app_id: int | None = None
    client_uid: str | None = None
    scopes: frozenset[str] = frozenset()
    only_businesses: frozenset[int] | None = None
    cidrs: tuple[Network, ...] | None = None
    mode: Literal["live", "test"] = "live"
    rate_per_s: float | None = None
    burst: int | None = None
    expires_at: datetime | None = None
    hint: str = ""
    own_identifiers: frozenset[str] = frozenset()

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def is_test(self) -> bool:
        return self.mode == "test"

    @property
    def is_bound(self) -> bool:
        """The token was issued for one business and reaches no other."""
        return self.business_id is not None

    def may_come_from(self, ip: str | None) -> bool:
        """Whether an address lies in the token's networks; with networks set, no address is a wrong one."""
        if self.cidrs is None:
            return True
        address = _address(ip)
        return address is not None and any(address in network for network in self.cidrs)


@lru_cache(maxsize=1024)
def _address(ip: str | None) -> IPv4Address | IPv6Address | None:
    """The address; an IPv4 one in IPv6 clothes is the IPv4 one."""
    try:
        address = ip_address(ip or "")
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


class DeadToken(Unauthorized):
    """A token that was valid once. Within 90 days of its death (`died_recently`) what it brings is held, not lost."""

    def __init__(self, caller: Caller, code: str, *, died_recently: bool) -> None:
        words = "has expired" if code == "token_expired" else "was revoked"
        super().__init__(faults=(Fault(code, f"This token {words}: ask whoever gave it to you for a new one"),))
        self.caller = caller
        self.code = code
        self.died_recently = died_recently


def unknown_token() -> Unauthorized:
    """The same for a token nobody ever had, one from a wrong network, and none at all."""
    return Unauthorized(faults=(Fault("token_unknown", "This token is not known here"),))


def require(caller: Caller, policy: Policy) -> None:
    """Unauthorized (token_kind) unless the caller's kind and scopes are those the operation asks for."""
    if policy.anybody:
        return
    if caller.kind not in policy.kinds:
        raise _not_for(f"This operation takes {_listed(policy.kinds)} tokens, not {caller.kind} tokens")
    if not policy.scopes <= caller.scopes:
        lacking = policy.scopes - caller.scopes
        raise _not_for(f"This token lacks the scope {_listed(lacking, 'and')}")


def _not_for(message: str) -> Unauthorized:
    return Unauthorized(faults=(Fault("token_kind", message),))


def _listed(words: frozenset[str] | frozenset[TokenKind], joint: str = "or") -> str:
    return f" {joint} ".join(sorted(words))
