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
UNFRAMED: Header = (b"x-frame-options", b"DENY")
HEADERS: tuple[Header, ...] = (
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
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


def page(
    call: Call,
    environment: Environment,
    template: str,
    *,
    status: int = 200,
    framed_by: tuple[str, ...] = (),
    goes_to: tuple[str, ...] = (),
    also: tuple[Header, ...] = (),
    **values: Any,
) -> Answer:
    """A page. The template marks its own style and script elements with `nonce`; no others run.

    `framed_by`: origins of pages that may show it in a frame; `goes_to`: those it may go on to from a form;
    `also`: more headers.
    """
    nonce = secrets.token_urlsafe(16)
    content = environment.get_template(template).render(nonce=nonce, **values).encode()
    secure = (HSTS,) if (call.services.settings.public_url or "").startswith("https://") else ()
    policy = (b"content-security-policy", _policy(nonce, framed_by, goes_to))
    headers = (policy, *HEADERS, *(() if framed_by else (UNFRAMED,)), *secure, *also)
    return Answer(content=content, content_type=HTML, status=status, headers=headers)


def _policy(nonce: str, framed_by: tuple[str, ...], goes_to: tuple[str, ...]) -> bytes:
    frames = " ".join(framed_by) or "'none'"
    forms = " ".join(("'self'", *goes_to))
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; "
        f"font-src 'self'; manifest-src 'self'; connect-src 'self'; form-action {forms}; "
        f"base-uri 'none'; object-src 'none'; frame-ancestors {frames}"
    ).encode()
