"""Who reads the portal: a token given once in a form, kept sealed in a cookie; or a person who signed in.

No script can read the cookie. It holds the token encrypted with the instance key, so nothing is stored: it ends
after 12 hours, with the browser's cookie, and the moment the token is revoked. A token never stands in a URL.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from dataclasses import replace

import msgspec
from cryptography.exceptions import InvalidTag

from leadhall.core.errors import Refusal
from leadhall.core.operation import SCOPES
from leadhall.tenancy.caller import Caller
from leadhall.web.answers import Header
from leadhall.web.call import Call
from leadhall.web.cookies import read_cookie, set_cookie
from leadhall.web.form import Forged, Form, read_form
from leadhall.web.signed_in import COOKIE as SIGNED_IN_COOKIE
from leadhall.web.signed_in import SignedIn, find_signed_in

PURPOSE = "portal session"
LIVES_S = 12 * 3600
COOKIE = "leadhall-docs"
ACTING_COOKIE = "leadhall-docs-as"
"""The uid of the directory that a person who signed in reads for; it opens nothing that is not theirs."""
RIGHT_OF_SCOPE = {"admin": "tokens", "webhooks": "settings"}
"""Scopes that a member of staff has by their role alone."""


class Sealed(msgspec.Struct):
    """What the cookie holds."""

    token: str
    until: int


def session_cookie(call: Call, token: str) -> Header:
    """The header that keeps this token for 12 hours."""
    sealed = msgspec.json.encode(Sealed(token, int(time.time()) + LIVES_S)).decode()
    value = base64.urlsafe_b64encode(call.services.key.encrypt(sealed, purpose=PURPOSE)).decode()
    return set_cookie(call, COOKIE, value, LIVES_S)


def ended_cookie(call: Call) -> Header:
    return set_cookie(call, COOKIE, "", 0)


def _opened(call: Call) -> Sealed | None:
    """What the cookie holds; None for none, an old one, and one that we did not make."""
    value = read_cookie(call, COOKIE)
    if value is None:
        return None
    try:
        text = call.services.key.decrypt(base64.urlsafe_b64decode(value), purpose=PURPOSE)
        sealed = msgspec.json.decode(text, type=Sealed)
    except (InvalidTag, ValueError, binascii.Error, msgspec.MsgspecError):
        return None
    return sealed if sealed.until > time.time() else None


async def reader_of(call: Call) -> Caller | None:
    """Who reads, if they logged in and their token or sign-in still lives. The token goes first."""
    sealed = _opened(call)
    if sealed is not None:
        try:
            return await call.services.doorkeeper.identify(sealed.token, call.ip)
        except Refusal:
            pass
    person = await find_signed_in(call)
    return None if person is None else _as_holder(person, read_cookie(call, ACTING_COOKIE))


async def own_token(call: Call) -> str | None:
    """The token that the reader gave, while it lives: for samples that run as they stand, on pages nobody keeps."""
    sealed = _opened(call)
    try:
        return sealed.token if sealed and await call.services.doorkeeper.identify(sealed.token, call.ip) else None
    except Refusal:
        return None


def _as_holder(person: SignedIn, wanted: str | None) -> Caller | None:
    """A person as the holder of a token would be; None for who serves and administers nothing.

    Of the directory that they want, if it is theirs, else of the business they work for, else of their first directory.
    """
    asked = next((each for each in person.administers if each.uid == wanted), None)
    if asked is None and person.membership is not None:
        without = {scope for scope, right in RIGHT_OF_SCOPE.items() if not person.may(right)}
        return replace(person.caller(), kind="staff", scopes=frozenset(SCOPES) - without)
    if not person.administers:
        return None
    directory_id = (asked or person.administers[0]).id
    return replace(
        person.caller(), kind="directory", directory_id=directory_id, business=None, business_id=None, staff_uid=None
    )


def csrf_of(call: Call) -> str:
    """What a form of this session must carry while it reads for whom it reads; nobody else can know it."""
    cookies = [read_cookie(call, name) or "" for name in (COOKIE, SIGNED_IN_COOKIE, ACTING_COOKIE)]
    return call.services.key.mark(f"csrf {' '.join(cookies)}").hex()


async def read_own_form(call: Call, *, csrf: bool = True) -> Form:
    """A form that our own page sent. Forged for one of another site, or without the session's mark."""
    form = await read_form(call)
    if csrf and not hmac.compare_digest(form.text("csrf").encode(), csrf_of(call).encode()):
        raise Forged("This form did not come from this page: load it again")
    return form
