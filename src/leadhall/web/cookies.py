"""Cookies that no script can read, and whether a form came from a page of our own."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from leadhall.web.answers import Header
from leadhall.web.call import Call
from leadhall.web.head import address, header


def set_cookie(call: Call, name: str, value: str, lives_s: int) -> Header:
    """The header that keeps a value for so long; 0 ends it."""
    secure = "; Secure" if is_https(call) else ""
    text = f"{_named(call, name)}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lives_s}{secure}"
    return b"set-cookie", text.encode()


def read_cookie(call: Call, name: str) -> str | None:
    """What the browser kept; None for none, and for a header that cannot be read."""
    try:
        found = SimpleCookie(header(call.scope, b"cookie") or "").get(_named(call, name))
    except CookieError:
        return None
    return found.value if found and found.value else None


def is_https(call: Call) -> bool:
    return (call.services.settings.public_url or "").startswith("https://")


def _named(call: Call, name: str) -> str:
    """Over HTTPS the name that binds a cookie to this host alone."""
    return f"__Host-{name}" if is_https(call) else name


def is_from_here(call: Call) -> bool:
    """Whether a page of this very server asks; browsers say so in Sec-Fetch-Site, older ones in Origin."""
    site = header(call.scope, b"sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = header(call.scope, b"origin")
    return origin is None or address(origin).netloc == header(call.scope, b"host")
