"""Which kind of body a Content-Type announces."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from python_multipart.multipart import parse_options_header

from leadhall.web.decode.refusals import UnsupportedMedia, show

Kind: TypeAlias = Literal["json", "form", "multipart"]

_FORMS: dict[bytes, Kind] = {
    b"application/x-www-form-urlencoded": "form",
    b"multipart/form-data": "multipart",
}


class MediaType(NamedTuple):
    """What we need of a Content-Type: the kind of body, its charset in lower case, the multipart boundary."""

    kind: Kind
    charset: bytes = b""
    boundary: bytes = b""


@lru_cache(maxsize=128)
def media_type(content_type: str | None) -> MediaType:
    """Read a Content-Type; a missing one means JSON. Raises UnsupportedMedia (415) for a kind we do not take."""
    if not content_type or content_type.isspace():
        return MediaType("json")
    kind, options = _kind_and_options(content_type)
    return MediaType(kind, options.get(b"charset", b"").lower(), options.get(b"boundary", b""))


def _kind_and_options(content_type: str) -> tuple[Kind, dict[bytes, bytes]]:
    try:
        name, options = parse_options_header(content_type)
    except UnicodeEncodeError:  # no header can hold this
        raise _unsupported(content_type) from None
    if name == b"application/json" or (b"/" in name and name.endswith(b"+json")):
        return "json", options
    if name in _FORMS:
        return _FORMS[name], options
    raise _unsupported(content_type)


def _unsupported(content_type: str) -> UnsupportedMedia:
    return UnsupportedMedia(
        f"Content-Type {show(content_type)} is not taken here: send application/json, "
        "application/x-www-form-urlencoded or multipart/form-data"
    )
