"""Keys find a client: one normal form for each kind of identity (api.md 0.4.1).

SQL's lower() is not Python's, so a key is made here, once, and stored. Both functions
are idempotent: the key of a key is that key. Staff sign in by the same email key, so it lives in core.
"""

from __future__ import annotations

from leadhall.core.emails import EMAIL_MOST_BYTES, email_key, split_email
from leadhall.core.text import nfc

__all__ = ["EMAIL_MOST_BYTES", "UNIQUE_ID_MOST_BYTES", "email_key", "split_email", "unique_id_key"]

UNIQUE_ID_MOST_BYTES = 255


def unique_id_key(text: str) -> str:
    """The key of a caller's own id: case is kept."""
    return nfc(text).strip()
