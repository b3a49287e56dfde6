"""A mailbox that we look into: what is unseen is taken, and marked as seen when it is on disk (RFC 3501, RFC 9051).

imaplib blocks, so each look runs in a thread; every answer of the server is waited for no longer than 20 seconds.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

ANSWER_WITHIN_S = 20.0
AT_ONCE_MOST = 50
MAIL_MOST_BYTES = 10 * 1024 * 1024
USUAL_PORTS = {"imap": 143, "imaps": 993}
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
Take = Callable[[bytes], None]


class MailboxFault(Exception):
    """The mailbox cannot be looked into; the message says why, without the password."""


class NotTaken(Exception):
    """A mail could not be stored, for the reason that it was raised from; it is still unseen."""


@dataclass(frozen=True)
class Mailbox:
    """Where it is. `tls`: from the first byte, asked for by STARTTLS, or (on a machine's own loopback) none."""

    host: str
    port: int
    tls: str
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def read_mailbox(url: str) -> Mailbox:
    """The mailbox of `imaps://user:pass@host:port/folder`, `imap://…` (STARTTLS), `imap://…?tls=none`."""
    parts = urlsplit(url)
    if parts.scheme not in USUAL_PORTS or not parts.hostname or not parts.username:
        raise ValueError("must be imaps://user:pass@host:port/folder")
    tls = dict(parse_qsl(parts.query)).get("tls", "implicit" if parts.scheme == "imaps" else "starttls")
    return Mailbox(
        host=parts.hostname,
        port=parts.port or USUAL_PORTS[parts.scheme],
        tls=tls,
        username=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def look_into(mailbox: Mailbox, take: Take, *, tls: ssl.SSLContext | None = None) -> int:
    """Hand each unseen mail to `take`, oldest first, and mark it; how many. NotTaken where `take` raises.

    A mail over 10 MiB is left where it is, marked as flagged. MailboxFault when the server does not do its part.
    """
    try:
        with _opened(mailbox, tls or ssl.create_default_context()) as server:
            return sum(_take(server, uid, take) for uid in _unseen(server))
    except (imaplib.IMAP4.error, OSError, EOFError) as fault:
        raise MailboxFault(f"{mailbox.host}:{mailbox.port}: {_told(fault)}") from fault


def check(mailbox: Mailbox, *, tls: ssl.SSLContext | None = None) -> int:
    """Log in and look, change nothing; how many mails are unseen. MailboxFault says what is wrong."""
    try:
        with _opened(mailbox, tls or ssl.create_default_context(), read_only=True) as server:
            return len(_unseen(server))
    except (imaplib.IMAP4.error, OSError, EOFError) as fault:
        raise MailboxFault(f"{mailbox.host}:{mailbox.port}: {_told(fault)}") from fault


@contextmanager
def _opened(mailbox: Mailbox, tls: ssl.SSLContext, *, read_only: bool = False) -> Iterator[imaplib.IMAP4]:
    if mailbox.tls == "implicit":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=tls, timeout=ANSWER_WITHIN_S)
    else:
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=ANSWER_WITHIN_S)
    try:
        if mailbox.tls == "starttls":
            server.starttls(tls)
        server.login(mailbox.username, mailbox.password)
        answer, told = server.select(f'"{mailbox.folder}"', readonly=read_only)
        if answer != "OK":
            raise imaplib.IMAP4.error(f"there is no folder {mailbox.folder}: {_words(told)}")
        yield server
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _unseen(server: imaplib.IMAP4) -> list[str]:
    """The UIDs of what nobody saw, oldest first; what was too large is not asked for again."""
    answer, told = server.uid("SEARCH", "UNSEEN", "UNFLAGGED")
    if answer != "OK":
        raise imaplib.IMAP4.error(f"SEARCH: {_words(told)}")
    numbers = (told[0] or b"").split() if told else []
    return [number.decode() for number in numbers if number.isdigit()][:AT_ONCE_MOST]


def _take(server: imaplib.IMAP4, uid: str, take: Take) -> bool:
    _, told = server.uid("FETCH", uid, "(RFC822.SIZE)")
    size = _SIZE.search(_bytes_of(told))
    if size is None:  # moved away meanwhile
        return False
    if int(size[1]) > MAIL_MOST_BYTES:
        server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Flagged)")
        return False
    _, told = server.uid("FETCH", uid, "(BODY.PEEK[])")
    raw = next((part[1] for part in told if isinstance(part, tuple)), None)
    if raw is None:
        return False
    try:
        take(raw)
    except Exception as fault:
        raise NotTaken(type(fault).__name__) from fault
    server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
    return True


def _bytes_of(told: list[object]) -> bytes:
    return b" ".join(part if isinstance(part, bytes) else part[0] for part in told if isinstance(part, bytes | tuple))


def _words(told: object) -> str:
    return str(told)[:200]


def _told(fault: BaseException) -> str:
    words = fault.args[0] if fault.args else ""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(fault) or type(fault).__name__
    return " ".join(text.split())[:200]
