"""Who signed in: the session of the cookie, the businesses they serve, and the one they work for now."""

from __future__ import annotations

from dataclasses import dataclass, field

from leadhall.core.db import CONNECT_WITHIN_S
from leadhall.core.errors import Unauthorized
from leadhall.core.operation import SCOPES
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.tenancy.rights import may
from leadhall.tenancy.sessions import (
    Administered,
    Membership,
    Session,
    administered_by,
    csrf_token,
    find_session,
    is_csrf_token,
    memberships_of,
)
from leadhall.web.answers import Header
from leadhall.web.call import Call
from leadhall.web.cookies import read_cookie, set_cookie

COOKIE = "leadhall"


@dataclass(frozen=True)
class SignedIn:
    """A person at work. `membership` is where they work now; None for who serves no business (any more)."""

    session: Session
    secret: str = field(repr=False)
    memberships: tuple[Membership, ...] = ()
    administers: tuple[Administered, ...] = ()

    @property
    def membership(self) -> Membership | None:
        chosen = [each for each in self.memberships if each.business_id == self.session.business_id]
        return next(iter([*chosen, *self.memberships]), None)

    @property
    def name(self) -> str:
        names = (self.session.first_name, self.session.last_name)
        called = self.membership.display_name if self.membership else ""
        return " ".join(part for part in names if part) or called or self.session.email

    @property
    def csrf(self) -> str:
        return csrf_token(self.secret, self._about())

    def is_csrf(self, token: str) -> bool:
        """Whether a form was made by a page of this session, while it worked for the business it works for now."""
        return is_csrf_token(self.secret, token, self._about())

    def _about(self) -> str:
        return self.membership.business_uid if self.membership else ""

    def may(self, right: str) -> bool:
        return self.membership is not None and may(self.membership.role, right)

    def caller(self) -> Caller:
        """As every room knows callers: reaching the business they work for, and no other."""
        here = self.membership
        business = BusinessRef(here.business_id, here.business_uid, here.directory_id) if here else None
        return Caller(
            token_uid=self.session.uid,
            principal=f"user {self.session.user_uid}",
            kind="session",
            directory_id=here.directory_id if here else 0,
            business=business,
            business_id=business.id if business else None,
            staff_uid=here.staff_uid if here else None,
            scopes=frozenset(SCOPES),
        )


async def find_signed_in(call: Call) -> SignedIn | None:
    """Whoever the cookie tells of, while their session lives."""
    secret = read_cookie(call, COOKIE)
    if secret is None:
        return None
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        session = await find_session(connection, secret)
        if session is None:
            return None
        memberships = await memberships_of(connection, session.user_id)
        administers = await administered_by(connection, session.user_id)
    return SignedIn(session, secret, tuple(memberships), tuple(administers))


async def require_signed_in(call: Call) -> SignedIn:
    """Unauthorized for who is not."""
    found = await find_signed_in(call)
    if found is None:
        raise Unauthorized("Sign in first")
    return found


def entered(call: Call, secret: str, lives_s: int) -> Header:
    """The header that keeps a session's secret in the browser."""
    return set_cookie(call, COOKIE, secret, lives_s)


def left(call: Call) -> Header:
    return set_cookie(call, COOKIE, "", 0)
