"""The head of a request, read straight from the ASGI scope: the hot route makes no Request object."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

from leadhall.core.errors import TooLarge, Unreadable

Scope = dict[str, Any]

URL_MOST_BYTES = 8 * 1024
CLIENT_REQUEST_ID_MOST_CHARS = 255
USER_AGENT_MOST_CHARS = 512

_KEPT = "leadhall.head"
_SINGLE = frozenset(
    {
        b"host",
        b"content-length",
        b"content-type",
        b"transfer-encoding",
        b"authorization",
        b"x-on-behalf-of",
        b"idempotency-key",
    }
)


class Misframed(Unreadable):
    """Where this request ends is not sure, or whom it is for. The answer closes the connection."""


class UrlTooLong(TooLarge):
    """The path and query take more than `URL_MOST_BYTES`."""


def check_head(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name; refuses what two readers could read in two ways, or what is too long.

    Raises Misframed for an absent, empty or double Host, for any other header that may stand
    once and stands twice, and for a body that is coded; UrlTooLong for a long URL.
    """
    if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > URL_MOST_BYTES:
        raise UrlTooLong(f"The address is longer than {URL_MOST_BYTES} bytes: send long values in the body")
    head = _head(scope)
    if len(head) != len(scope["headers"]):
        _refuse_twice([name for name, _ in scope["headers"] if name in _SINGLE])
    coding = head.get(b"transfer-encoding")
    if coding is not None and b"content-length" in head:
        raise Misframed("Content-Length and Transfer-Encoding contradict each other: send one of them")
    if coding is not None and coding.strip().lower() != b"chunked":
        raise Misframed("The only Transfer-Encoding taken here is chunked", field="transfer-encoding")
    if not head.get(b"host"):
        raise Misframed("The Host header is missing or empty", field="host")
    return head


def _refuse_twice(names: list[bytes]) -> None:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            raise Misframed(f"The header {name.decode()} stands twice: send it once", field=name.decode())


def _head(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name, made once a request; of one that may stand twice, the last."""
    head: dict[bytes, bytes] | None = scope.get(_KEPT)
    if head is None:
        head = scope[_KEPT] = dict(scope["headers"])
    return head


def header(scope: Scope, name: bytes) -> str | None:
    """A header's value; `name` in lower case. None when it is absent."""
    value = (scope.get(_KEPT) or _head(scope)).get(name)
    return None if value is None else value.decode("latin-1")


def utf8_header(scope: Scope, name: bytes) -> str | None:
    """A header whose value may hold other than ASCII: people send UTF-8, HTTP says Latin-1."""
    value = (scope.get(_KEPT) or _head(scope)).get(name)
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def user_agent(scope: Scope) -> str | None:
    agent = utf8_header(scope, b"user-agent")
    return _storable(agent, USER_AGENT_MOST_CHARS) if agent else None


def client_request_id(scope: Scope) -> str | None:
    """The caller's own X-Request-Id, kept with the request; the answer carries ours."""
    given = utf8_header(scope, b"x-request-id")
    return _storable(given, CLIENT_REQUEST_ID_MOST_CHARS) if given else None


def address(text: str) -> SplitResult:
    """A web address in its parts; of what is none (`http://[`) all are blank."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def _storable(text: str, most_chars: int) -> str:
    return text[:most_chars].replace("\x00", "")
