"""A multipart body, as browsers and PHP's curl send it. Text parts are fields; file parts are only named."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError, ParseError
from python_multipart.multipart import parse_options_header

from leadhall.core.text import Value, clean, cut
from leadhall.web.decode.bracket_keys import nest
from leadhall.web.decode.refusals import Unreadable, path_name, show
from leadhall.web.decode.utf8 import utf8_text

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # what it warns of is told to the caller

_MOST_FILENAME_CHARS = 100
_PLAIN_ENCODINGS = (b"", b"7bit", b"8bit", b"binary")
_ESCAPED_IN_NAMES = (("%22", '"'), ("%0D", "\r"), ("%0A", "\n"), ("\\ ", " "))
"""All that browsers escape there, and the blanks that aiohttp does."""


def decode_multipart(body: bytes, boundary: bytes) -> tuple[dict[str, Value], tuple[str, ...]]:
    """The content of the text parts, and `field: filename` of every file part.

    Raises Unreadable, DuplicateKey or TooDeep.
    """
    parts = _parsed(body, boundary)
    return nest(parts.fields), tuple(parts.files)


def decode_upload(body: bytes, boundary: bytes, field: str) -> tuple[dict[str, Value], bytes | None]:
    """The content of the text parts, and the bytes of the first file part of this name; None when there is none.

    Raises as `decode_multipart`.
    """
    parts = _parsed(body, boundary)
    return nest(parts.fields), next((content for name, content in parts.contents if name == field), None)


def _parsed(body: bytes, boundary: bytes) -> _Parts:
    if not boundary:
        raise Unreadable("Content-Type multipart/form-data came without its boundary: let the HTTP client set it")
    parts = _Parts()
    try:
        MultipartParser(boundary, parts.callbacks()).write(body)
    except FormParserError as error:
        offset = error.offset if isinstance(error, ParseError) else -1
        where = f"at byte {offset + 1}" if offset >= 0 else "in its boundary"
        raise Unreadable(f"The multipart body is broken {where}: send it as RFC 7578 says") from None
    if not parts.ended:
        raise Unreadable("The multipart body ends before its last boundary: it was cut on the way, send it again")
    return parts


class _Parts:
    """Gathers what the parser calls out, part by part."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, str]] = []
        self.files: list[str] = []
        self.contents: list[tuple[str, bytes]] = []
        self.ended = False
        self._begin()

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._add_to_header_name,
            "on_header_value": self._add_to_header,
            "on_header_end": self._end_header,
            "on_part_data": self._add_to_part,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._header_name = self._header = b""
        self._data = bytearray()

    def _add_to_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_to_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.strip().lower()] = self._header.strip()
        self._header_name = self._header = b""

    def _add_to_part(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _end_part(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        name = self._name_of_field(options)
        if b"filename" in options or b"filename*" in disposition.lower():
            self._name_file(name, options.get(b"filename", b"?"))
        else:
            self.fields.append((name, self._text(name)))

    def _end(self) -> None:
        self.ended = True

    def _name_of_field(self, options: dict[bytes, bytes]) -> str:
        if b"name" not in options:
            number = len(self.fields) + len(self.files) + 1
            raise Unreadable(f"Part {number} of the multipart body has no name: give it one in Content-Disposition")
        name = utf8_text(options[b"name"], "The name of a part")
        for escape, character in _ESCAPED_IN_NAMES:
            name = name.replace(escape, character)
        return name

    def _name_file(self, field: str, filename: bytes) -> None:
        if not filename and not self._data:
            return  # a browser's file input that was left empty
        shown, _ = cut(clean(f"{field}: {filename.decode(errors='replace')}")[0], _MOST_FILENAME_CHARS)
        self.files.append(shown)
        self.contents.append((field, bytes(self._data)))

    def _text(self, field: str) -> str:
        encoding = self._headers.get(b"content-transfer-encoding", b"").lower()
        if encoding not in _PLAIN_ENCODINGS:
            raise _refused(field, "is transfer-encoded: send its bytes as they are")
        _, options = parse_options_header(self._headers.get(b"content-type"))
        charset = options.get(b"charset", b"utf-8").lower()
        if charset not in (b"utf-8", b"utf8") and not self._data.isascii():
            raise _refused(field, "is not in UTF-8: encode it as UTF-8")
        return utf8_text(bytes(self._data), "The value of", field)


def _refused(field: str, complaint: str) -> Unreadable:
    return Unreadable(f"The part {show(field)} {complaint}", field=path_name(field))
