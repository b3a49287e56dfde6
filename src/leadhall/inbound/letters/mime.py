"""A mail's bytes become a `Letter`: bounded before it is parsed, and whatever it holds, nothing worse than Unreadable.

The old header policy is used on purpose: the new one reads headers by a grammar that hostile ones keep busy for
minutes. What we need of a header is decoded here, cut first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from leadhall.core.text import clean, cut
from leadhall.inbound.letters.html import text_of_html

HEAD_MOST_BYTES = 128 * 1024
HEADERS_MOST = 500
BOUNDARIES_MOST = 100  # each opens one more level for the parser
HEADER_MOST_CHARS = 4096
TEXT_MOST_CHARS = 64 * 1024
SUBJECT_MOST_CHARS = 255
FILES_MOST = 50
FILE_NAME_MOST_CHARS = 120
ADDRESSES_MOST = 100

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f]+@[^\s@<>()\[\],;:\"\\\x00-\x1f]+")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,300})>")


class UnreadableLetter(ValueError):
    """Nobody can tell what it says; the message says why."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report of a mail server says of one recipient. `status` as in RFC 3463, None when it has none."""

    recipient: str | None
    action: str
    status: str | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail as we use it. `sender` is None unless exactly one From with one address stands in it."""

    message_id: str | None
    sender: str | None
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    files: tuple[str, ...] = ()
    referred: tuple[str, ...] = ()
    headers: dict[str, list[str]] = field(default_factory=dict)
    content_type: str = "text/plain"
    failures: tuple[Failure, ...] = ()
    is_report: bool = False

    def header(self, name: str) -> str:
        """The first header of a name (lower case), or nothing."""
        return next(iter(self.headers.get(name, [])), "")


def read_letter(raw: bytes) -> Letter:
    """Read a mail. UnreadableLetter for one that is no mail, or made to hurt who reads it."""
    _check_bounds(raw)
    try:
        return _letter(message_from_bytes(raw, policy=compat32))
    except UnreadableLetter:
        raise
    except Exception as fault:  # the parser meets what strangers thought of, and raises what it likes
        raise UnreadableLetter(f"the mail cannot be parsed: {type(fault).__name__}") from fault


def _check_bounds(raw: bytes) -> None:
    head = re.split(rb"\r?\n\r?\n", raw[: HEAD_MOST_BYTES + 2], maxsplit=1)[0]
    if len(head) > HEAD_MOST_BYTES:
        raise UnreadableLetter(f"the head is larger than {HEAD_MOST_BYTES // 1024} KiB")
    if head.count(b"\n") > HEADERS_MOST * 4:
        raise UnreadableLetter("the head has too many lines")
    if raw.lower().count(b"boundary=") > BOUNDARIES_MOST:
        raise UnreadableLetter("it has too many parts within parts")


def _letter(message: Message) -> Letter:
    headers = _headers(message)
    senders = _addresses(headers.get("from", []))
    one_sender = len(headers.get("from", [])) == 1 and len(senders) == 1
    named = [header for name in ("to", "cc", "delivered-to", "x-original-to") for header in headers.get(name, [])]
    ids = _MESSAGE_ID.findall(headers.get("message-id", [""])[0])
    referred = [found for name in ("in-reply-to", "references") for each in headers.get(name, [])[:1]
                for found in _MESSAGE_ID.findall(each)]  # fmt: skip
    text, files = _content(message)
    return Letter(
        message_id=ids[0] if ids else None,
        sender=senders[0][1] if one_sender else None,
        sender_name=senders[0][0] if one_sender else "",
        recipients=tuple(dict.fromkeys(address for _, address in _addresses(named))),
        subject=cut(_line(headers.get("subject", [""])[0]), SUBJECT_MOST_CHARS)[0],
        text=text,
        files=files,
        referred=tuple(dict.fromkeys(referred)),
        headers=headers,
        content_type=message.get_content_type(),
        failures=tuple(_failures(message)),
        is_report=message.get_content_type() == "multipart/report",
    )


def _headers(message: Message) -> dict[str, list[str]]:
    """All headers by name in lower case, each decoded and cut."""
    found: dict[str, list[str]] = {}
    for place, (name, value) in enumerate(message.items()):
        if place >= HEADERS_MOST:
            break
        found.setdefault(name.lower(), []).append(_decoded(str(value)[:HEADER_MOST_CHARS]))
    return found


def _decoded(value: str) -> str:
    """Encoded words as they read; what cannot be decoded stays as it came."""
    try:
        pieces = decode_header(value)
    except Exception:  # noqa: BLE001 - binascii, charsets nobody knows, and what else is in a header
        return clean(value)[0]
    return clean("".join(_text(piece, charset) for piece, charset in pieces))[0]


def _text(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece.encode("utf-8", "replace").decode()
    try:
        return piece.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return piece.decode("utf-8", "replace")


def _line(text: str) -> str:
    return " ".join(text.split())


def _addresses(headers: list[str]) -> list[tuple[str, str]]:
    """Name and address of each, the addresses in lower case."""
    pairs = getaddresses(headers)[:ADDRESSES_MOST]
    return [(_line(name), address.lower()) for name, address in pairs if _ADDRESS.fullmatch(address)]


def _content(message: Message) -> tuple[str, tuple[str, ...]]:
    """The text that a person wrote, and the names of what they attached."""
    plain: list[str] = []
    html: list[str] = []
    files: list[str] = []
    for part in _leaves(message):
        kind, name = part.get_content_type(), part.get_filename()
        if name is not None or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files.append(_file_name(name, kind))
        elif kind == "text/html":
            html.append(_body(part))
        elif kind == "text/plain":
            plain.append(_body(part))
    text = "\n\n".join(filter(None, (clean(each)[0] for each in plain))) or text_of_html("\n".join(html))
    return cut(text, TEXT_MOST_CHARS)[0], tuple(files[:FILES_MOST])


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that hold something themselves; of alternatives and reports all, of forwarded mails none."""
    for part in message.walk():
        if part.get_content_maintype() == "multipart" or _is_within_a_message(part):
            continue
        yield part


def _is_within_a_message(part: Message) -> bool:
    return part.get_content_type() in {"message/rfc822", "message/delivery-status", "message/disposition-notification"}


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return _text(payload[: TEXT_MOST_CHARS * 4], part.get_content_charset())


def _file_name(name: str | None, kind: str) -> str:
    return cut(_line(_decoded(name or "")), FILE_NAME_MOST_CHARS)[0] or kind


def _failures(message: Message) -> Iterator[Failure]:
    """What the machine-readable part of a report says of each recipient (RFC 3464)."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Message) and (block.get("Action") or block.get("Status")):
                    yield _failure(block)


def _failure(block: Message) -> Failure:
    recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "").rpartition(";")[2].strip()
    status = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", str(block.get("Status", "")))
    words = _line(_decoded(str(block.get("Diagnostic-Code", ""))[:HEADER_MOST_CHARS]))
    return Failure(
        recipient=recipient.strip("<>").lower() if _ADDRESS.fullmatch(recipient.strip("<>")) else None,
        action=str(block.get("Action", "")).strip().lower()[:20],
        status=status[0] if status else None,
        words=words[:1024],
    )
