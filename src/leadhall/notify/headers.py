"""The one guard through which every header of a mail goes, and the addresses that may stand in one.

Python 3.11's EmailMessage reads encoded words in a value it is given and lets the line breaks
in them become headers: a name could add a Bcc. So no control or format character and no
`=?` gets in, and nothing longer than 200 characters.
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from unicodedata import category

from leadhall.core.emails import email_key, split_email
from leadhall.core.text import cut

VALUE_MOST_CHARS = 200
LOCAL_PART_MOST_BYTES = 64
_NO_TEXT = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_BLANKS = re.compile(r"\s+")
_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN = re.compile(r"(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def guarded(text: str, *, most_chars: int = VALUE_MOST_CHARS) -> str:
    """The text as it may stand in a header: one line, nothing unseen, no encoded word."""
    seen = "".join(" " if category(letter) in _NO_TEXT else letter for letter in text[: most_chars * 8])
    whole = _BLANKS.sub(" ", seen).strip()
    while "=?" in whole:
        whole = whole.replace("=?", "= ?")
    return cut(whole, most_chars)[0].strip()


def mailbox(name: str, address: str) -> Address:
    """`name <address>` for a header. ValueError for an address that cannot stand in one."""
    local, _, domain = sendable(address).rpartition("@")
    return Address(display_name=guarded(name), username=local, domain=domain)


def sendable(address: str) -> str:
    """The one plain address that this text is, its domain as DNS spells it. ValueError for anything else.

    Quoted local parts, comments, lists and address literals are legal and used by nobody but attackers.
    """
    parts = split_email(address)
    if parts is None:
        raise ValueError("no email address")
    local, domain = parts[0], email_key(f"x@{parts[1]}").rpartition("@")[2]
    plain = _LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(domain) and "=?" not in local
    if not plain or len(local.encode()) > LOCAL_PART_MOST_BYTES:
        raise ValueError("not an address that mail can be sent to")
    return f"{local}@{domain}"
