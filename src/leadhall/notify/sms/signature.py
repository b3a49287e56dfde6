"""Twilio's signature of its calls to us: base64 of HMAC-SHA1 over the address it called and the form, sorted. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

Form = Iterable[tuple[str, str]]


def sign(secret: str, url: str, form: Form) -> str:
    """What stands in `X-Twilio-Signature`. `url` is the address as the provider was told it, query and all."""
    told = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(secret.encode(), told.encode(), hashlib.sha1).digest()).decode()


def is_signed(secret: str, url: str, form: Form, signature: str) -> bool:
    """Whether it was they who called. The address is also tried with its port spelled out, as they sometimes do."""
    pairs = list(form)
    given = signature.encode()
    return any(hmac.compare_digest(sign(secret, each, pairs).encode(), given) for each in _spellings(url))


def _spellings(url: str) -> tuple[str, ...]:
    """The address, and the same with the port that its scheme means."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    port = {"https": "443", "http": "80"}.get(scheme)
    if port is None or ":" in host.rpartition("]")[2]:
        return (url,)
    return url, f"{scheme}://{host}:{port}{slash}{path}"
