"""Whether somebody asks from this very machine, and not through a proxy on it."""

from __future__ import annotations

from leadhall.web.head import Scope
from leadhall.web.limits import is_local

_TRACES_OF_A_PROXY = frozenset({b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via", b"x-forwarded-host"})


def is_near(scope: Scope) -> bool:
    """From loopback or a Unix socket, directly: a proxy on this machine brings strangers, and leaves its headers."""
    client = scope.get("client")
    proxied = any(name in _TRACES_OF_A_PROXY for name, _ in scope["headers"])
    return not proxied and is_local(client[0] if client else "")
