"""Doors translate: a room's refusal becomes a status and the body of api.md 0.6. The one place that knows both."""

from __future__ import annotations

from math import ceil
from typing import Any

import asyncpg
import structlog

from leadhall.core import errors
from leadhall.core.errors import Fault, Refusal
from leadhall.core.of_the_world import is_of_the_world
from leadhall.core.operation import Family
from leadhall.intake.faults import refusal_for
from leadhall.requestlog.idempotency import AlreadyDone
from leadhall.web.answers import Header, Send, encode_json, send_answer
from leadhall.web.body import TooSlow
from leadhall.web.head import Misframed, UrlTooLong

log = structlog.get_logger(__name__)

STATUSES: dict[type[Refusal], int] = {
    errors.Unreadable: 400,
    errors.Unauthorized: 401,
    errors.NotFound: 404,
    TooSlow: 408,
    errors.AlreadyExists: 409,
    AlreadyDone: 409,
    errors.KeyInFlight: 409,
    errors.TooLarge: 413,
    UrlTooLong: 414,
    errors.UnsupportedMedia: 415,
    errors.Invalid: 422,
    errors.Mismatch: 422,
    errors.KeyReused: 422,
    errors.Unstorable: 422,
    errors.RateLimited: 429,
    errors.Busy: 503,
    errors.Unavailable: 503,
    errors.StorageFull: 503,
}
OTHERWISE = 422
RETRY_AFTER_S = {409: 2.0, 429: 1.0, 503: 5.0}
NOT_ALIVE = "The access token is invalid"
CLOSE: Header = (b"connection", b"close")
CLOSING = frozenset({408, 413, 414})  # the rest of the request is still on its way, and nobody will read it

_FAULTS_OF_VALUES = (asyncpg.DataError, asyncpg.exceptions._base.DataError, UnicodeError)  # noqa: SLF001 - asyncpg exports no other name for what its own encoders refuse


class MethodNotAllowed(Refusal):
    """The path is there, but not under this method. `allowed` are those it has."""

    code = "method"

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{method} is not taken here: use {' or '.join(allowed)}")
        self.allowed = allowed


class Unexpected(Refusal):
    """A fault of ours. What happened is in the server's log, under the request id."""

    code = "unexpected"

    def __init__(self) -> None:
        super().__init__("Internal server error")


class Worded(Refusal):
    """A refusal with a status and words that upstream has for one operation alone; `keys` join the body.

    `code` stands in `error_code`; the words are read by people and, upstream, by programs.
    """

    def __init__(self, status: int, message: str, *, code: str, field: str | None = None, **keys: Any) -> None:
        super().__init__(faults=(Fault(code, message, field),))
        self.code = code
        self.status = status
        self.keys = keys

    def of(self, faults: tuple[Fault, ...]) -> Worded:
        """The same, with these faults in `errors`."""
        self.faults = faults or self.faults
        return self


STATUSES |= {MethodNotAllowed: 405, Unexpected: 500}


def status_of(refusal: Refusal) -> int:
    """The status of a refusal: its own, or that of the nearest class in the table, else 422."""
    if isinstance(refusal, Worded):
        return refusal.status
    return next((STATUSES[each] for each in type(refusal).__mro__ if each in STATUSES), OTHERWISE)


def body_of(refusal: Refusal, request_id: str, family: Family = "plain") -> dict[str, Any]:
    """The body of api.md 0.6, with the keys of its family of operations beside ours.

    A 401 says `Unauthorized` whatever was wrong, or what OAuth has for it; `errors` tells which part of it.
    """
    unauthorized = isinstance(refusal, errors.Unauthorized)
    words = "Unauthorized" if unauthorized else refusal.args[0]
    code = "unauthorized" if unauthorized else refusal.first.code
    return {
        **({"success": False} if family in ("b", "search") else {}),
        "status": "Error",
        "error": words,
        **({"message": words} if family == "p1" else {}),
        **({"error": "401 Unauthorized"} if family == "search" and unauthorized else {}),
        **(_of_oauth(refusal, words) if family == "oauth" else {}),
        "error_code": code,
        **(refusal.keys if isinstance(refusal, Worded) else {}),
        "errors": [_fault(fault) for fault in refusal.faults],
        "request_id": request_id,
    }


def _of_oauth(refusal: Refusal, words: str) -> dict[str, str]:
    """The words of RFC 6749 5.2 and RFC 6750 3.1 for what is refused."""
    if isinstance(refusal, errors.Unauthorized):
        return {"error": "invalid_token", "error_description": NOT_ALIVE}
    away = isinstance(refusal, errors.Busy | errors.Unavailable | errors.RateLimited | errors.StorageFull)
    ours = "server_error" if isinstance(refusal, Unexpected) else "invalid_request"
    return {"error": "temporarily_unavailable" if away else ours, "error_description": words}


def _fault(fault: Fault) -> dict[str, str | None]:
    return {"code": fault.code, "field": fault.field, "message": fault.message}


def headers_of(refusal: Refusal) -> list[Header]:
    """Retry-After for 409, 429 and 503; Allow for 405; WWW-Authenticate for 401; closing where a body is unread."""
    status = status_of(refusal)
    headers: list[Header] = []
    if status in RETRY_AFTER_S:
        after_s = refusal.retry_after_s or RETRY_AFTER_S[status]
        headers.append((b"retry-after", str(max(1, ceil(after_s))).encode()))
    if isinstance(refusal, MethodNotAllowed):
        headers.append((b"allow", ", ".join(refusal.allowed).encode()))
    if status == 401:  # noqa: PLR2004 - the status itself
        headers.append((b"www-authenticate", b'Bearer realm="leadhall"'))
    if status in CLOSING or isinstance(refusal, Misframed):
        headers.append(CLOSE)
    return headers


def refusal_of(error: Exception, request_id: str, operation: str = "") -> Refusal:
    """What to answer for any exception: a refusal as it is, the database's faults as 503, the rest logged as ours."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, _FAULTS_OF_VALUES):
        log.warning("value refused by the database", request_id=request_id, operation=operation, exc_info=error)
        return errors.Invalid("A value cannot be used: it holds characters or numbers that cannot be stored")
    if is_of_the_world(error):
        log.warning("database unavailable", request_id=request_id, operation=operation, exc_info=error)
        return refusal_for(error)
    log.error("unexpected", request_id=request_id, operation=operation, exc_info=error)
    return Unexpected()


async def send_refusal(
    send: Send, refusal: Refusal, *, request_id: str, headers: tuple[Header, ...] = (), head_only: bool = False
) -> int:
    """Answer with a refusal; tells the status."""
    status = status_of(refusal)
    await send_answer(
        send,
        status,
        encode_json(body_of(refusal, request_id)),
        request_id=request_id,
        headers=(*headers_of(refusal), *headers),
        head_only=head_only,
    )
    return status
