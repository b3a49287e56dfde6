"""Who reads the portal: a token given once in a form, then kept sealed in a cookie that no script can read.

The cookie holds the token encrypted with the instance key, so nothing is stored: it ends after 12 hours,
with the browser's cookie, and the moment the token is revoked. A token never stands in a URL.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlsplit

import msgspec
from cryptography.exceptions import InvalidTag

from leadhall.core.errors import Refusal, Unreadable
from leadhall.tenancy.caller import Caller
from leadhall.web.answers import Header
from leadhall.web.body import read_body
from leadhall.web.call import Call
from leadhall.web.head import header

PURPOSE = "portal session"
LIVES_S = 12 * 3600
FORM_MOST_BYTES = 16 * 1024


class Forged(Unreadable):
    """A form that was not sent from our own page."""


class Sealed(msgspec.Struct):
    """What the cookie holds."""

    token: str
    until: int


def session_cookie(call: Call, token: str) -> Header:
    """The header that keeps this token for 12 hours."""
    sealed = msgspec.json.encode(Sealed(token, int(time.time()) + LIVES_S)).decode()
    value = base64.urlsafe_b64encode(call.services.key.encrypt(sealed, purpose=PURPOSE)).decode()
    return _set_cookie(call, value, LIVES_S)


def ended_cookie(call: Call) -> Header:
    return _set_cookie(call, "", 0)


def _set_cookie(call: Call, value: str, lives_s: int) -> Header:
    secure = "; Secure" if _is_https(call) else ""
    text = f"{_name(call)}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lives_s}{secure}"
    return b"set-cookie", text.encode()


def _is_https(call: Call) -> bool:
    return (call.services.settings.public_url or "").startswith("https://")


def _name(call: Call) -> str:
    """Over HTTPS the name that binds a cookie to this host alone."""
    return "__Host-leadhall-docs" if _is_https(call) else "leadhall-docs"


def _cookie(call: Call) -> str | None:
    try:
        found = SimpleCookie(header(call.scope, b"cookie") or "").get(_name(call))
    except CookieError:
        return None
    return found.value if found and found.value else None


def _opened(call: Call) -> Sealed | None:
    """What the cookie holds; None for none, an old one, and one that we did not make."""
    value = _cookie(call)
    if value is None:
        return None
    try:
        text = call.services.key.decrypt(base64.urlsafe_b64decode(value), purpose=PURPOSE)
        sealed = msgspec.json.decode(text, type=Sealed)
    except (InvalidTag, ValueError, binascii.Error, msgspec.MsgspecError):
        return None
    return sealed if sealed.until > time.time() else None


async def reader_of(call: Call) -> Caller | None:
    """Who reads, if they logged in and their token still lives."""
    sealed = _opened(call)
    if sealed is None:
        return None
    try:
        return await call.services.doorkeeper.identify(sealed.token, call.ip)
    except Refusal:
        return None


def csrf_of(call: Call) -> str:
    """What a form of this session must carry; nobody else can know it."""
    return call.services.key.mark(f"csrf {_cookie(call) or ''}").hex()


async def read_form(call: Call, *, csrf: bool = True) -> dict[str, str]:
    """A form that our own page sent. Forged for one of another site, or without the session's mark."""
    content = await read_body(call.scope, call.receive, FORM_MOST_BYTES)
    try:
        fields = dict(parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise Unreadable("The form cannot be read") from None
    own = _is_from_here(call) and (not csrf or hmac.compare_digest(fields.get("csrf", ""), csrf_of(call)))
    if not own:
        raise Forged("This form did not come from this page: load it again")
    return fields


def _is_from_here(call: Call) -> bool:
    site = header(call.scope, b"sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = header(call.scope, b"origin")
    return origin is None or urlsplit(origin).netloc == header(call.scope, b"host")


def local_path(given: str | None, otherwise: str) -> str:
    """Where to go after logging in: a page of the portal, never another site."""
    return given if given and given.startswith("/docs") and "\\" not in given and "//" not in given else otherwise
