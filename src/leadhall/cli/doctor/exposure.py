"""How the settings expose this installation: addresses, proxies, and the flags that switch safety off."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from leadhall.cli.doctor.finding import Finding, fine, judged
from leadhall.settings import Settings


def look_at_exposure(settings: Settings, public_url: str | None) -> Iterator[Finding]:
    """`public_url` is the one in force: the setting's, else what `leadhall init` stored."""
    yield public_address(public_url)
    yield listening(settings, public_url)
    yield unsafe_durability(settings)
    yield rate_limit(settings)


def public_address(public_url: str | None) -> Finding:
    if public_url is None:
        return Finding(
            "public url", "watch", "none: links in letters point to this machine", "set LEADHALL_PUBLIC_URL=https://…"
        )
    return judged(
        "public url",
        public_url,
        good=public_url.startswith("https://") or is_loopback(urlsplit(public_url).hostname or ""),
        remedy="put a proxy with HTTPS in front and set LEADHALL_PUBLIC_URL=https://…: tokens travel in every request",
    )


def listening(settings: Settings, public_url: str | None) -> Finding:
    """On loopback behind a proxy is the plan; then the proxy must be named, or every visitor has its address."""
    found = f"{settings.host}:{settings.port}"
    if not is_loopback(settings.host):
        return Finding(
            "listening", "watch", f"{found} is open to the network, without HTTPS", "set LEADHALL_HOST=127.0.0.1"
        )
    proxied = public_url is not None and not is_loopback(urlsplit(public_url).hostname or "")
    return judged(
        "listening",
        f"{found}, trusted proxies: {', '.join(map(str, settings.trusted_proxies)) or 'none'}",
        good=not proxied or bool(settings.trusted_proxies),
        remedy="set LEADHALL_TRUSTED_PROXIES=127.0.0.1 (the proxy's address): else all callers share one address",
        otherwise="watch",
    )


def unsafe_durability(settings: Settings) -> Finding:
    return judged(
        "unsafe flag",
        "LEADHALL_ALLOW_UNSAFE_DURABILITY is "
        + ("on: leads may be lost" if settings.allow_unsafe_durability else "off"),
        good=not settings.allow_unsafe_durability,
        remedy="unset LEADHALL_ALLOW_UNSAFE_DURABILITY",
    )


def rate_limit(settings: Settings) -> Finding:
    if not settings.rate_per_s:
        return Finding("rate limit", "watch", "off: one caller can take everything", "unset LEADHALL_RATE_PER_S")
    return fine("rate limit", f"{settings.rate_per_s:g} requests a second for each principal and business")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
