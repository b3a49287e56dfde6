"""Keys find a client: one normal form for each kind of identity (api.md 0.4.1).

SQL's lower() is not Python's, so a key is made here, once, and stored. Both functions
are idempotent: the key of a key is that key.
"""

from __future__ import annotations

from functools import lru_cache

import idna

from leadhall.core.text import nfc

EMAIL_MOST_BYTES = 254
UNIQUE_ID_MOST_BYTES = 255
DOMAIN_MOST_CHARS = 253


def split_email(text: str) -> tuple[str, str] | None:
    """Local part and domain, parted at the last `@`; None when either is empty: that is no email."""
    local, at, domain = nfc(text).strip().rpartition("@")
    return (local, domain) if at and local and domain else None


def email_key(text: str) -> str:
    """The key of an email address. Plus-tags and dots are kept: who reads them is the mail server's matter.

    ValueError for a text that is no email.
    """
    parts = split_email(text)
    if parts is None:
        raise ValueError("an email has an @ between two parts")
    local, domain = parts
    return nfc(f"{local.lower()}@{_a_label(domain)}")


def unique_id_key(text: str) -> str:
    """The key of a caller's own id: case is kept."""
    return nfc(text).strip()


def _a_label(domain: str) -> str:
    """The domain as DNS spells it. What IDNA does not know (blanks, underscores beside umlauts) is only lowered."""
    return domain.lower() if domain.isascii() else _a_label_of_letters(domain)


@lru_cache(maxsize=1024)
def _a_label_of_letters(domain: str) -> str:
    if len(domain) > DOMAIN_MOST_CHARS:
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except UnicodeError:
        return domain.lower()
