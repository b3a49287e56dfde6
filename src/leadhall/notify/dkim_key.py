"""The DKIM key of a sender: made here, its public half published by whoever owns the domain."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

BITS = 2048
SELECTOR = "leadhall"


def new_key() -> str:
    """A private key, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def public_key(pem: str) -> str:
    """What stands behind `p=` in the record."""
    key = load_pem_private_key(pem.encode(), password=None)
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def record_of(pem: str) -> str:
    """The TXT record that shows the key."""
    return f"v=DKIM1; k=rsa; p={public_key(pem)}"
