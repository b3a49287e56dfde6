"""What the request log keeps of a request's head and of its answer: bounded, and without secrets.

A header whose name says that it is secret keeps its name alone; whatever looks like a secret elsewhere is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from leadhall.web.head import Scope

HEADERS_MOST_BYTES = 4 * 1024
ANSWER_MOST_BYTES = 16 * 1024
READ_MOST_BYTES = 4 * 1024  # of an answer to a GET, which can be asked for again
SECRET_MOST_BYTES = 2 * 1024  # no secret is longer: none is cut in half and missed
NAME_MOST_BYTES = 64
CUT = "…"
LEFT_OUT = b"(secret)"
UNREMARKABLE = frozenset(
    {b"host", b"connection", b"content-length", b"transfer-encoding", b"accept", b"accept-encoding"}
    | {b"authorization", b"content-type", b"user-agent", b"x-request-id"}
)
"""What every request has, and what its row has a column for."""

_SECRET_NAME = re.compile(
    rb"auth|cookie|token|secret|passw|credential|signature|session|csrf|xsrf|jwt|hmac|assertion|api-?key"
    rb"|(?<!idempotency)-key$"
)
_MARKS = (b"lh_", b"fk_", b"whsec_", b"eyJ", b"Bearer ", b"Basic ", b"=", b"@")
_SECRET = re.compile(
    rb"\b(?:lh|fk)_[\w-]{16,}|\bwhsec_[\w+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=://)[^/@\s\"]+(?=@)"
    rb"|(?<=\bBearer )\S+|(?<=\bBasic )\S+"
)
_SECRET_IN_URL = re.compile(
    rb"(?i)([?&;][\w.-]*(?:key|token|secret|sig|signature|passw(?:or)?d|code|auth)=)[^&;\s\"'<>\\]+"
)


def remarkable_headers(scope: Scope) -> str | None:
    """Those of a request for a lead: nothing is spent on what every request has."""
    rest = [(name, value) for name, value in scope["headers"] if name not in UNREMARKABLE]
    return _kept_again(tuple(rest)) if rest else None


def kept_headers(scope: Scope) -> str | None:
    """The request's headers, a line each, names in lower case; None for none."""
    return _kept(scope["headers"])


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    text = without_secrets(b"\n".join([_line(name, value) for name, value in headers]))
    if len(text) > HEADERS_MOST_BYTES:
        text = text[:HEADERS_MOST_BYTES].rpartition(b"\n")[0] + b"\n" + CUT.encode()
    return text.decode("utf-8", "replace").replace("\x00", "") or None


_kept_again = lru_cache(maxsize=256)(_kept)  # a caller sends the same with every lead


def _line(name: bytes, value: bytes) -> bytes:
    return b"%b: %b" % (name, LEFT_OUT if _is_secret(name[:NAME_MOST_BYTES]) else value)


@lru_cache(maxsize=512)
def _is_secret(name: bytes) -> bool:
    return _SECRET_NAME.search(name) is not None


def kept_answer(content: bytes, *, read: bool) -> tuple[bytes, bool]:
    """The start of an answer, and whether more went out. `read`: it answered a GET."""
    most = READ_MOST_BYTES if read else ANSWER_MOST_BYTES
    start = without_secrets(content[: most + SECRET_MOST_BYTES])
    return start[:most], len(content) > most + SECRET_MOST_BYTES or len(start) > most


def without_secrets(text: bytes) -> bytes:
    """The same without what looks like a token, a key, a login, or stands in an address under a secret's name."""
    if not any(mark in text for mark in _MARKS):
        return text
    return _SECRET_IN_URL.sub(rb"\1" + LEFT_OUT, _SECRET.sub(LEFT_OUT, text))
