"""Bytes to text, strictly: UTF-8 without U+0000."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from leadhall.web.decode.refusals import Unreadable, path_name

_UTF16_MARKS = (BOM_UTF16_LE, BOM_UTF16_BE)


def utf8_text(raw: bytes, what: str, field: str | None = None) -> str:
    """The text in `raw`. `what` (and the field's key) begin the sentence of a refusal."""
    if 0 in raw:
        raise _refused(raw, what, field, f"holds a NUL character (U+0000) at byte {raw.index(0) + 1}: remove it")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        byte = f"byte {error.start + 1} is 0x{raw[error.start]:02X}"
        raise _refused(raw, what, field, f"is not UTF-8 ({byte}): encode it as UTF-8") from None


def _refused(raw: bytes, what: str, field: str | None, complaint: str) -> Unreadable:
    name = None if field is None else path_name(field)
    subject = what if name is None else f'{what} "{name}"'
    if raw.startswith(_UTF16_MARKS) or raw[:4:2] == b"\0\0" or raw[1:4:2] == b"\0\0":
        complaint += " (it looks like UTF-16)"
    return Unreadable(f"{subject} {complaint}", field=name)
