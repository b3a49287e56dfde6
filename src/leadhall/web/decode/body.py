"""A request body, whichever of the three ways it is spelled, as one nested dict."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from leadhall.core.text import Value, canonical_json
from leadhall.web.decode.content_type import media_type
from leadhall.web.decode.form_body import decode_form
from leadhall.web.decode.json_body import decode_json
from leadhall.web.decode.multipart_body import decode_multipart
from leadhall.web.decode.refusals import Unreadable, show

_UTF8 = (b"", b"utf-8", b"utf8")


class Decoded(msgspec.Struct, frozen=True):
    """A body that could be read. `files` names the file parts that were not stored, `field: filename`.

    `plain`: every text in it is printable ASCII, seen at one glance over the body instead of one a text.
    """

    content: dict[str, Value]
    files: tuple[str, ...] = ()
    plain: bool = False


def decode_body(content_type: str | None, body: bytes) -> Decoded:
    """Read a body as its Content-Type says; JSON when there is none.

    Raises UnsupportedMedia (415), or Unreadable (400) with code `unreadable`,
    `duplicate_key` or `too_deep`; nothing else, whatever the bytes.
    """
    kind, charset, boundary = media_type(content_type)
    if charset not in _UTF8:
        raise Unreadable(f"The charset {show(charset.decode('latin-1'))} is not taken here: encode the body as UTF-8")
    if not body:
        raise Unreadable("The body is empty: send a JSON object or a form")
    if kind == "json":
        return Decoded(decode_json(body), plain=is_plain_json(body))
    if kind == "form":
        return Decoded(decode_form(body))
    return Decoded(*decode_multipart(body, boundary))


def is_json(content_type: str | None) -> bool:
    """Whether a body of this Content-Type is read as JSON in UTF-8. Raises UnsupportedMedia."""
    kind, charset, _ = media_type(content_type)
    return kind == "json" and charset in _UTF8


def is_plain_json(body: bytes) -> bool:
    """Whether every text in it is printable ASCII. JSON takes no control characters but escaped ones, and DEL."""
    return body.isascii() and b"\\" not in body and b"\x7f" not in body


def fingerprint(content: dict[str, Value]) -> bytes:
    """SHA-256 (32 bytes) of the canonical JSON: equal for equal content, however it was spelled."""
    return sha256(canonical_json(content)).digest()
