"""The Idempotency-Key header (api.md 0.8)."""

from __future__ import annotations

import re

from leadhall.core.errors import Invalid
from leadhall.web.head import Scope, header

_KEY = re.compile(r'"([\x20-\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e][\x20-\x7e]{0,254})')


def idempotency_key(scope: Scope) -> str | None:
    """The caller's key, bare or quoted; Invalid for one that cannot be one."""
    given = header(scope, b"idempotency-key")
    if given is None:
        return None
    found = _KEY.fullmatch(given.strip())
    if found is None:
        raise Invalid("Idempotency-Key must be 1 to 255 printable ASCII characters", field="Idempotency-Key")
    return found[1] or found[2]
