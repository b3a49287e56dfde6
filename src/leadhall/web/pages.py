"""Pages: templates that escape everything, and headers under which nothing foreign runs."""

from __future__ import annotations

import secrets
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from leadhall.web.answers import Header
from leadhall.web.assets import asset
from leadhall.web.call import Answer, Call

HTML = b"text/html; charset=utf-8"
HSTS: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
HEADERS: tuple[Header, ...] = (
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


def templates(package: str) -> Environment:
    """The templates of one door, in its folder `templates`."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    return environment


def page(call: Call, environment: Environment, template: str, *, status: int = 200, **values: Any) -> Answer:
    """A page. The template marks its own style and script elements with `nonce`; no others run."""
    nonce = secrets.token_urlsafe(16)
    content = environment.get_template(template).render(nonce=nonce, **values).encode()
    secure = (HSTS,) if (call.services.settings.public_url or "").startswith("https://") else ()
    headers = ((b"content-security-policy", _policy(nonce)), *HEADERS, *secure)
    return Answer(content=content, content_type=HTML, status=status, headers=headers)


def _policy(nonce: str) -> bytes:
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
        "font-src 'self'; manifest-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ).encode()
