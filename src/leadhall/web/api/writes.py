"""What all writes of ordinary operations share: the body, whose it is, once under a key, all in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Literal

import msgspec

from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import Refusal
from leadhall.core.operation import ErrorCase
from leadhall.core.text import Value, canonical_json
from leadhall.requestlog.idempotency import Claim, Told, once
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.web.answers import JSON, Header, encode_json
from leadhall.web.api.caller import business_named
from leadhall.web.api.given import Given
from leadhall.web.api.idempotency_key import idempotency_key
from leadhall.web.api.reads import ERRORS as ERRORS_OF_READS
from leadhall.web.api.reads import business_if_meant, business_meant
from leadhall.web.api.refusals import body_of, status_of
from leadhall.web.body import read_body
from leadhall.web.call import Answer, Call
from leadhall.web.decode import Decoded, decode_body, media_type
from leadhall.web.head import header

WRITE_MOST_BYTES = 1024 * 1024
REPLAYED: Header = (b"idempotent-replayed", b"true")
Of = Literal["business", "caller", "either"]
"""For one business; for the caller alone; for a business when one is meant."""

ERRORS = (
    *ERRORS_OF_READS,
    ErrorCase(400, "too_deep", "Objects and lists are nested more than 8 deep."),
    ErrorCase(408, "unreadable", "The body did not arrive in time."),
    ErrorCase(413, "too_large", "The body is over 1 MiB."),
    ErrorCase(415, "media_type", "The Content-Type is not JSON, urlencoded or multipart."),
    ErrorCase(422, "not_text", "An object or list stands where text belongs."),
    ErrorCase(422, "too_long", "A text is over its limit."),
    ErrorCase(422, "too_many", "A list has too many items."),
    ErrorCase(422, "business_mismatch", "X-On-Behalf-Of, business_id and the token name two businesses."),
    ErrorCase(503, "storage_full", "The disk of the database is full."),
)
ERRORS_OF_POSTS = (
    *ERRORS,
    ErrorCase(409, "key_in_flight", "The same Idempotency-Key is being worked on right now."),
    ErrorCase(422, "key_reused", "The Idempotency-Key was used for another request."),
)
ERRORS_OF_SECRETS = (
    *ERRORS_OF_POSTS,
    ErrorCase(409, "already_done", "Done before under this Idempotency-Key; its answer held a secret."),
)


class OkReply(msgspec.Struct):
    status: Literal["OK"]


@dataclass(slots=True)
class Work:
    """One write: what was given, and a connection in whose transaction it is done.

    `business` is the one it is for; None for work of the caller's own: their directory, their tokens.
    """

    call: Call
    connection: Connection
    given: Given
    business: BusinessRef | None = None

    @property
    def caller(self) -> Caller:
        return self.call.known

    @property
    def business_id(self) -> int:
        if self.business is None:
            raise TypeError(f"{self.call.operation.name} is for no one business")
        return self.business.id


Act = Callable[[Work], Awaitable[Answer]]
Handler = Callable[[Call], Awaitable[Answer]]
Read = Callable[[Call, bytes], dict[str, Value]]
Contents = Callable[[Call], Awaitable[dict[str, Value]]]


def read_content(call: Call, body: bytes) -> dict[str, Value]:
    """The body as one object; Unreadable or UnsupportedMedia as `decode_body`."""
    return decode_body(header(call.scope, b"content-type"), body).content


def read_any(call: Call, body: bytes) -> dict[str, Value]:
    """The same where a body may be left out."""
    return read_content(call, body) if body else Decoded({}).content


def writing(
    act: Act,
    *,
    of: Of = "business",
    read: Read | None = None,
    most_bytes: int = WRITE_MOST_BYTES,
    also: tuple[str, ...] = (),
) -> Handler:
    """A handler that does `act` for the business that is meant, or as the caller alone.

    `also`: keys of the body by which it names a business besides `business_id`.
    An operation that takes no body (`request` of its row is None) may still be sent one, and it is not read.
    """
    return partial(_write, act, of, also, partial(content_of, read=read, most_bytes=most_bytes))


async def _write(act: Act, of: Of, also: tuple[str, ...], contents: Contents, call: Call) -> Answer:
    content = await contents(call)
    business = None
    if of == "business":
        others = [(key, business_named(content, key) or "") for key in also]
        business = await business_meant(call, business_named(content), also=others)
    elif of == "either":
        business = await business_if_meant(call, business_named(content))
    key = idempotency_key(call.scope) if call.operation.method == "POST" else None
    async with scoped(call.services.app_pool, scope_of(call.known, business)) as connection:
        work = Work(call, connection, Given(content), business)
        return await act(work) if key is None else await _once(work, act, key, content)


async def content_of(call: Call, read: Read | None = None, *, most_bytes: int = WRITE_MOST_BYTES) -> dict[str, Value]:
    """The decoded body of a call, kept for its row in the request log."""
    if call.operation.request is None:
        return {}
    media_type(header(call.scope, b"content-type"))
    call.body = await read_body(call.scope, call.receive, most_bytes)
    return (read or read_content)(call, call.body)


def scope_of(caller: Caller, business: BusinessRef | None) -> Scope:
    """Work of a caller's own sees what their token reaches, and the rows of no business (0), where keys are kept."""
    if business:
        return Scope.of([business.id])
    return Scope.of([0, caller.business_id]) if caller.business_id else Scope((0,), caller.directory_id)


async def _once(work: Work, act: Act, key: str, content: dict[str, Value]) -> Answer:
    """Do it unless it was done under this key; what differs but for spelling is another request."""
    call = work.call
    claim = Claim(
        business_id=work.business.id if work.business else 0,
        principal=work.caller.principal,
        operation=call.operation.name,
        key=key,
        fingerprint=_fingerprint(call, content),
        request_uid=call.request_id,
    )

    async def done() -> Told:
        answer = await act(work)
        return Told(answer.status, answer.content_type.decode(), answer.octets)

    def refused(refusal: Refusal) -> Told:
        body = body_of(refusal, call.request_id, call.operation.family)
        return Told(status_of(refusal), JSON.decode(), encode_json(body))

    told = await once(work.connection, claim, done, refuse=refused, holds_secret=call.operation.secret)
    headers = (REPLAYED,) if told.again else ()
    return Answer(content=told.body, status=told.status, content_type=told.content_type.encode(), headers=headers)


def _fingerprint(call: Call, content: dict[str, Value]) -> bytes:
    what: Any = {"path": call.path, "query": call.scope["query_string"].decode("latin-1"), "body": content}
    if call.upload is not None:
        what["file"] = sha256(call.upload).hexdigest()
    return sha256(canonical_json(what)).digest()
