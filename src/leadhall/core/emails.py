"""Email addresses as Leadhall compares them: one normal form for clients and for the people who sign in."""

from __future__ import annotations

from functools import lru_cache

import idna

from leadhall.core.text import nfc

EMAIL_MOST_BYTES = 254
DOMAIN_MOST_CHARS = 253


def split_email(text: str) -> tuple[str, str] | None:
    """Local part and domain, parted at the last `@`; None when either is empty: that is no email."""
    local, at, domain = nfc(text).strip().rpartition("@")
    return (local, domain) if at and local and domain else None


def email_key(text: str) -> str:
    """The key of an email address. Plus-tags and dots are kept: who reads them is the mail server's matter.

    Idempotent: the key of a key is that key. ValueError for a text that is no email.
    """
    parts = split_email(text)
    if parts is None:
        raise ValueError("an email has an @ between two parts")
    if text.isascii():
        return text.strip().lower()
    local, domain = parts
    return nfc(f"{local.lower()}@{_a_label(domain)}")


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
