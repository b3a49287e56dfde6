"""Standard Webhooks: who we are, when it was sent, and that nothing was changed on the way."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32
PURPOSE = "webhook"
"""What the secrets are sealed for (`InstanceKey.encrypt`)."""


def new_signing_secret() -> str:
    """A fresh secret as receivers write it down: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign."""
    return base64.b64decode(secret.removeprefix(PREFIX))


def signed_headers(keys: Iterable[bytes], message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """The three headers, with a signature by each key. `at_s` is this try's time, in seconds since 1970."""
    content = f"{message_id}.{at_s}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(key, content, "sha256")).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
