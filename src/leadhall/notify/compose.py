"""A letter as the bytes of a mail: exactly the headers listed here, each through the guard."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from leadhall.notify.headers import guarded, mailbox
from leadhall.notify.letters.letter import Letter
from leadhall.notify.letters.render import html_of, text_part
from leadhall.notify.senders import MailSender

ID_MOST_CHARS = 120
CRLF = "\r\n"
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version"),
    *("content-type", "auto-submitted"),
)
_AN_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,100}>")
"""A Message-ID as it may stand in a header of ours: printable ASCII between the brackets, no blank and no bracket."""


Said = tuple[bool, str]


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One letter for one person. `dedupe` makes its Message-ID: the same at every try."""

    letter: Letter
    recipient: str
    to_name: str
    reply_to: str | None
    dedupe: str
    answers: tuple[Said, ...] = ()
    """What went before it, oldest first: (True, dedupe of a mail of ours) or (False, a Message-ID of theirs)."""


def compose(mail: Mail, sender: MailSender, *, at: datetime) -> bytes:
    """The mail, its lines ended by CRLF, signed where the sender has a key. ValueError for an address that is none."""
    letter = mail.letter
    ours = policy.SMTP if mail.recipient.isascii() else policy.SMTPUTF8
    message = EmailMessage(policy=ours)
    message["From"] = mailbox(sender.from_name, sender.from_address)
    message["To"] = mailbox(mail.to_name, mail.recipient)
    if mail.reply_to:
        message["Reply-To"] = mailbox("", mail.reply_to)
    message["Subject"] = guarded(letter.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(mail.dedupe, sender.domain)
    if letter.auto:
        message["Auto-Submitted"] = letter.auto
        message["X-Auto-Response-Suppress"] = "All"
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text_part(letter), cte="quoted-printable")
    message.add_alternative(html_of(letter), subtype="html", cte="quoted-printable")
    return _signed(_threaded(mail.answers, sender.domain) + message.as_bytes(), sender)


def _threaded(answers: Sequence[Said], domain: str) -> bytes:
    """The headers by which mail programs lay an answer beside what it answers: their last word, else ours.

    Ids go in as they are, one a line: the library would fold or encode long ones, and then they are none.
    """
    ids = [(ours, message_id(id_, domain) if ours else id_.strip()) for ours, id_ in answers]
    known = [(ours, id_) for ours, id_ in ids if _AN_ID.fullmatch(id_)]
    if not known:
        return b""
    theirs = [id_ for ours, id_ in known if not ours]
    last = theirs[-1] if theirs else known[-1][1]
    references = dict.fromkeys([*(id_ for _, id_ in known if id_ != last), last])
    return f"In-Reply-To: {last}\r\nReferences: {f'{CRLF} '.join(references)}\r\n".encode()


def message_id(dedupe: str, domain: str) -> str:
    """`<dedupe@domain>`; what an id cannot hold is replaced, and a hash keeps it apart from others like it."""
    left = _NOT_IN_IDS.sub("-", dedupe).strip(".").replace("..", "-")
    if left != dedupe or len(left) > ID_MOST_CHARS:
        left = f"{left[:ID_MOST_CHARS]}-{hashlib.sha256(dedupe.encode()).hexdigest()[:12]}"
    return f"<{left}@{domain}>"


def _signed(message: bytes, sender: MailSender) -> bytes:
    if not (sender.dkim_key and sender.selector):
        return message
    import dkim  # noqa: PLC0415 - slow to load, with all of DNS; only who signs needs it

    present = [name.encode() for name in SIGNED if f"\r\n{name}:".encode() in b"\r\n" + message.lower()]
    signature: bytes = dkim.sign(
        message,
        sender.selector.encode(),
        sender.domain.encode(),
        sender.dkim_key.encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=present,
    )
    return signature + message
